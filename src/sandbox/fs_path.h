/*
 * fs_path.h: from what the guest names to what is meant.
 *
 * A path is resolved by the container's mount table (rootfs/mount.h), relative ones from the guest's working directory or
 * from the directory a descriptor stands for; when the way leads into /proc or a node of /dev, virtual.h takes over.
 * Guest processes that are not root need search permission on every directory above the place.
 *
 * The working directory is kept as the kernel's own (so it survives renames and fork copies it) beside its mount; while it is
 * a virtual directory, as a path.
 */
#pragma once

#include "rootfs/mount.h"
#include "sandbox/virtual.h"

#include <stdint.h>

/* place.guest is set in any case; when virtual, place's descriptors are -1. */
struct target {
	struct place place;
	bool virtual;
	struct vnode node;
};
void target_clear(struct target *t);
#define scoped_target __attribute__((cleanup(target_clear))) struct target

/* flags are lookup's. dirfd as for openat(2). An empty path is -ENOENT. */
int path_resolve(int dirfd, const char *path, unsigned flags, struct target *ret);
/* The same for a path in guest memory. */
int path_resolve_guest(int dirfd, uint64_t address, unsigned flags, struct target *ret);

/* For making or removing an entry: as path_resolve with LOOKUP_NOFOLLOW | LOOKUP_PARENT, and the directory must be writable: -EROFS,
 * -EPERM in virtual directories, -EACCES by its owner and mode. */
int path_resolve_entry(int dirfd, uint64_t address, struct target *ret);
/* May an entry be made in or removed from the directory that the place is in? -EROFS, -EACCES. */
int place_may_change(const struct place *place);
/* To be called before an existing entry is removed or replaced: -EBUSY for mount points, -EPERM in a sticky directory. */
int path_may_remove(const struct target *t);

/* May this process do `mode` (R_OK…) to it? Read-only mounts included. */
int target_access(const struct target *t, int mode);
/* Status as the guest sees it. */
int target_stat(const struct target *t, bool nofollow, struct stat *st);

/* The guest path of a directory descriptor: -EBADF, -ENOTDIR, -ENOENT when it is not in the container (any more). */
int path_of_directory(int fd, char out[PATH_MAX]);
/* Where a descriptor of host process `pid` (0: this one) leads to, as /proc/PID/fd shows it. */
int path_of_fd(pid_t host_pid, int fd, char out[PATH_MAX]);
/* The guest path of a host path, whichever mount it is in: -ENOENT. */
int path_of_host(const char *host, char out[PATH_MAX]);
/* The mount that the file of a descriptor lies in; NULL if it is none's. */
const struct mount *mount_of_fd(int fd);
/* Status of a descriptor as the guest sees it. */
int fd_status(int fd, struct stat *st);

int cwd_path(char out[PATH_MAX]);
