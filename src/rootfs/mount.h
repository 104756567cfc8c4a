/*
 * mount.h: what a container's paths mean on the host.
 *
 * A mount table maps guest paths to host directories (or single files): "/" is the container's root; named volumes, bind
 * mounts and tmpfs come beneath.  Entries are held open (O_PATH), so later renames on the host do not change them.
 * Lookups go component by component with openat2(RESOLVE_IN_ROOT…) below the entry that covers the path, following
 * symlinks in terms of guest paths, so that nothing (symlinks, "..", races) leads out of the table.  At most 40 symlinks
 * (ELOOP).  Everything here blocks and knows nothing of tasks: the daemon calls it through task_offload, the sandbox directly.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

enum mount_flags {
	MOUNT_READONLY = 1,
	MOUNT_FILE = 2, /* a single file, not a directory */
	MOUNT_VIRTUAL = 4, /* nothing on the host: the sandbox makes up what lies beneath (/proc, /dev); host "", fd -1 */
};

struct mount {
	char *guest; /* absolute, normalised, no trailing slash ("/" alone excepted) */
	char *host;
	const char *type; /* "root", "bind", "volume", "tmpfs": for /proc/mounts */
	int fd; /* O_PATH */
	unsigned flags;
};

struct mount_table;

struct mount_table *mount_table_new(void);
void mount_table_free(struct mount_table *t);
SCOPED(mount_table, mount_table_free)
/* The root comes first. A missing mount point is made in the covering mount (as Docker does) unless that is read-only. */
int mount_add(struct mount_table *t, const char *guest, const char *host, const char *type, unsigned flags, struct error *e);
size_t mount_count(const struct mount_table *t);
const struct mount *mount_at(const struct mount_table *t, size_t i);

/* Where a lookup ended. `dir` is an O_PATH descriptor of the parent directory, `name` the last component in it ("." for a
 * mount's own root); `fd` is O_PATH of the object itself, or -1 if it does not exist. */
struct place {
	int dir, fd;
	char name[NAME_MAX + 1];
	char guest[PATH_MAX]; /* the object's guest path, symlinks resolved */
	const struct mount *mount;
	bool slash; /* the path ended with a slash: it must be a directory */
};
void place_clear(struct place *p);
#define scoped_place __attribute__((cleanup(place_clear))) struct place

enum lookup_flags {
	LOOKUP_NOFOLLOW = 1, /* the last component may be a symlink */
	LOOKUP_PARENT = 2, /* the last component need not exist */
};
/* cwd is a guest path, used when path is relative. 0 or -errno as the kernel would say.
 * A walk that reaches a MOUNT_VIRTUAL mount stops there with 0, whatever the flags: ret->mount is that mount, dir and fd are
 * -1 and ret->guest is the absolute path still to be walked, that is the mount's own path and all components after it as
 * they were given ("." and ".." too). If these begin, as text, with the path of a deeper mount (/dev/shm), the walk goes on
 * in that one instead. lookup_open gives -EXDEV at a virtual mount. mount_add makes only the mount point for one. */
int lookup(const struct mount_table *t, const char *cwd, const char *path, unsigned flags, struct place *ret);

/* open(2) of a guest path. O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW, O_PATH have their meaning; -EROFS on read-only
 * mounts. *ret_created tells whether O_CREAT made it; may be NULL. Returns a descriptor or -errno. */
int lookup_open(const struct mount_table *t, const char *cwd, const char *path, int flags, mode_t mode, bool *ret_created);
