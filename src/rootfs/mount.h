/*
 * mount.h: what a container's paths mean on the host.
 *
 * A mount table maps guest paths to host directories (or single files): "/" is the container's root; named volumes, bind
 * mounts and tmpfs come beneath.  Entries are held open (O_PATH) and nothing is looked up by its host path again, so
 * later renames on the host do not change them and a process that can no longer open host paths (Landlock) can go on.
 *
 * A path without symlinks and without ".." is one openat2(RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH) below the entry that covers
 * it.  Anything else is walked here: ".." shortens the guest path, a symlink is read and put in its place, in terms of
 * guest paths, so one mount's links may lead into another.  The kernel never sees ".." nor follows a link for us, so nothing
 * (links, "..", races) leads out of the table, and openat2 has no reason for EAGAIN.  At most 40 symlinks (ELOOP).
 *
 * Needs openat2 (Linux 5.6) and /proc/self/fd.  Everything here blocks and knows nothing of tasks: the daemon calls it
 * through task_offload, the sandbox directly.
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
	/* Nothing on the host: the sandbox makes up what lies beneath (/proc, /dev); host "", fd -1. */
	MOUNT_VIRTUAL = 4,
};

struct mount {
	char *guest; /* absolute, symlinks resolved, no trailing slash ("/" alone excepted) */
	char *host;
	const char *type; /* "root", "bind", "volume", "tmpfs": for /proc/mounts */
	int fd;           /* O_PATH */
	unsigned flags;
};

struct mount_table;

struct mount_table *mount_table_new(void);
void mount_table_free(struct mount_table *t);
SCOPED(mount_table, mount_table_free)
/* The root comes first, a mount beneath another after it. Symlinks in guest are followed. A missing mount point is made in
 * the covering mount (as Docker does), with its parents; not in one that is read-only, the root excepted: it is read-only
 * for the guest, not for who sets it up. MOUNT_FILE is found out here. -ENOTDIR: directory over file or the reverse. */
int mount_add(struct mount_table *t, const char *guest, const char *host, const char *type,
	unsigned flags, struct error *e);
/* Hands each open descriptor to `keep`, which answers with the number it is to have from now on, or -errno. */
int mount_keep(struct mount_table *t, int (*keep)(int fd));
size_t mount_count(const struct mount_table *t);
const struct mount *mount_at(const struct mount_table *t, size_t i);

/* Where a lookup ended. `dir` is an O_PATH descriptor of the parent directory, `name` the last component in it; `fd` is O_PATH
 * of the object itself, or -1 if it does not exist.  For a mount's own root, and for a path that ends in "." or "..", name is
 * "." and dir is the object itself. All descriptors are close-on-exec. lookup always fills it in, so a scoped_place need not
 * be initialised if nothing returns before the lookup. */
struct place {
	int dir, fd;
	char name[NAME_MAX + 1];
	char guest[PATH_MAX]; /* the object's guest path, symlinks resolved */
	const struct mount *mount;
	bool slash; /* the path ended with a slash: it must be a directory (LOOKUP_PARENT: for the caller to check) */
};
void place_clear(struct place *p);
/* A mount point: not to be removed or renamed (EBUSY). */
bool place_is_mount(const struct place *p);
#define scoped_place __attribute__((cleanup(place_clear))) struct place

enum lookup_flags {
	LOOKUP_NOFOLLOW = 1, /* the last component may be a symlink */
	/* The last component need not exist; LOOKUP_NOFOLLOW then holds with a slash after it, too. */
	LOOKUP_PARENT = 2,
	/* Only the object is of interest: dir stays -1. Saves a system call; not with LOOKUP_PARENT. */
	LOOKUP_OBJECT = 4,
};
/* cwd is a guest path as place.guest has it, used when path is relative. 0 or -errno as the kernel would say.
 * A walk that reaches a MOUNT_VIRTUAL mount stops there with 0, whatever the flags: ret->mount is that mount, dir and fd are
 * -1 and ret->guest is the absolute path still to be walked, that is the mount's own path and all components after it as
 * they were given ("." and ".." too). If these begin, as text, with the path of a deeper mount (/dev/shm), the walk goes on
 * in that one instead. lookup_open gives -EXDEV at a virtual mount. mount_add makes only the mount point for one. */
int lookup(const struct mount_table *t, const char *cwd, const char *path, unsigned flags,
	struct place *ret);

/* open(2) of a guest path. O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_TMPFILE, O_CLOEXEC have their
 * meaning; -EROFS on read-only mounts. A new file's mode is subject to the umask and kept as owner_created says.
 * *ret_created tells whether O_CREAT made it; may be NULL. Returns the lowest free descriptor or -errno. */
int lookup_open(const struct mount_table *t, const char *cwd, const char *path, int flags,
	mode_t mode, bool *ret_created);
