/*
 * owner.h: owners and modes that the host user cannot really set.
 *
 * A container's files belong to the host user who runs the daemon.  What the guest believes is kept per file in the
 * extended attribute `user.sockerless.owner`, as "UID:GID" or "UID:GID:MODE" (octal), and only when it differs from the
 * default: uid 0, gid 0, mode as on disk.  On disk every file that we touch stays readable and writable (and a directory
 * searchable) for the host user, and never becomes set-uid or set-gid: those bits live in the attribute alone, else a guest
 * could leave a real set-uid program in a bind mount.  Only regular files and directories can have user attributes; other
 * kinds, and all files where the file system has none, keep the default owner.  Blocking; no global state.
 *
 * Descriptors may be O_PATH: these are reached through /proc/self/fd.
 */
#pragma once

#include <stdint.h>
#include <sys/stat.h>

struct owner {
	uint32_t uid, gid;
	uint32_t mode; /* 07777 bits */
};

/* Fills in st_uid, st_gid and the mode bits of st (from fstat) as the guest shall see them. */
int owner_apply(int fd, struct stat *st);
/* chown(2): (uint32_t)-1 leaves one as it is; an executable loses its set-id bits. */
int owner_set(int fd, uint32_t uid, uint32_t gid);
int owner_chmod(int fd, uint32_t mode);       /* -EOPNOTSUPP for a symlink */
int owner_put(int fd, const struct owner *o); /* all three at once */
/* After making a file or directory (say with mode & 01777): keeps it open to the host user, whatever mode and umask made
 * of it, and adds the set-id bits of mode, which creation must not put on disk. */
int owner_created(int fd, uint32_t mode);
/* May (uid, one of gids) do this (R_OK|W_OK|X_OK)? 0 or -EACCES. uid 0 may. */
int owner_access(const struct stat *applied, uint32_t uid, uint32_t gid, const uint32_t *groups,
	int n_groups, int mode);
