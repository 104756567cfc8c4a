/*
 * archive.h: tar archives into and out of a container's mounts (docker cp, export, import, images).
 *
 * Unpacking is confined: a name that leads out of the destination by its text is refused as the Engine does ("/x" means x in
 * it), and every entry is then resolved as the guest would, so links in the archive or in the tree lead to places of the
 * container at most, and read-only mounts stay as they are.  Hard links may only point inside and within one mount; device
 * nodes are refused; over-large numbers of entries and sizes are refused by the limits given.  Holes of sparse files
 * cost nothing.  Packing never follows symlinks below the top; sockets are left out.
 *
 * The tar source and sink may be anything; these functions block and run on the thread pool, so the daemon connects them
 * with its tasks by a pipe.
 */
#pragma once

#include "base/error.h"
#include "rootfs/mount.h"
#include "tar/tar.h"

/* What X-Docker-Container-Path-Stat tells. */
struct path_stat {
	char name[NAME_MAX + 1];
	int64_t size;
	uint32_t mode; /* Go's os.FileMode: permission bits, ModeDir 1<<31, ModeSymlink 1<<27, … */
	int64_t mtime_ns;
	/* A symlink's target, resolved to an absolute guest path as Docker does; else "". */
	char link[PATH_MAX];
};
/* ERROR_NOT_FOUND "Could not find the file PATH in container ID" is the caller's to word: -ENOENT here. */
int archive_stat(
	const struct mount_table *t, const char *path, struct path_stat *ret, struct error *e);

/* Packs path (a file, directory or, with its name itself a link, the link) under its base name, as `docker cp` expects;
 * the root as "/", with names that begin with a slash. What is mounted beneath comes along. */
int archive_pack(
	const struct mount_table *t, const char *path, tar_sink sink, void *arg, struct error *e);
/* Packs all of the root without mounts beneath (docker export). */
int archive_pack_root(const struct mount_table *t, tar_sink sink, void *arg, struct error *e);

enum unpack_flags {
	UNPACK_NO_OVERWRITE_DIR_NON_DIR = 1,
	UNPACK_COPY_OWNER = 2, /* keep uid and gid of the archive */
};
struct unpack_limits {
	int64_t bytes;   /* of data really written; 0: no limit */
	int64_t entries; /* 0: no limit */
};
/* path must be an existing directory of the container: else -ENOENT, or -ENOTDIR. Not a tar: ERROR_INVALID. -EROFS on a
 * read-only mount. limits may be NULL. When all went well, the source has been read to its end. What was unpacked before a
 * failure stays. */
int archive_unpack(const struct mount_table *t, const char *path, unsigned flags,
	const struct unpack_limits *limits, tar_source source, void *arg, struct error *e);
