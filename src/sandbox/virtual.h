/*
 * virtual.h: files that exist nowhere: the guest's /proc and the nodes of its /dev.
 *
 * A *node* is a type (a constant table entry: name, mode, how to list, render, open) and up to two numbers that say which one:
 * a guest pid and an index.  Types of fixed directories list their children as tables, so proc_*.c and dev.c are mostly
 * tables.  Nothing is kept between calls: opening a file renders its text into an anonymous file, opening a directory
 * renders its entries as getdents64 records, and the guest gets that descriptor, so reading, seeking, dup and fork are the
 * kernel's.
 *
 * The roots (/proc, /dev/null, …) are MOUNT_VIRTUAL entries of the mount table: a lookup stops there, and virtual_walk
 * goes on.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <sys/stat.h>

struct listing;
struct vnode;

struct vnode_type {
	const char *name; /* in its directory; "/proc" for a root; NULL ends a table */
	mode_t mode;
	unsigned device[2]; /* of device nodes: major and minor */

	/* Directories: fixed entries, and those that come and go. */
	const struct vnode_type *children;
	int (*find)(const struct vnode *dir, const char *name, struct vnode *ret);
	int (*list)(const struct vnode *dir, struct listing *out);

	/* Files: the whole text. */
	int (*render)(const struct vnode *node, struct buf *out);

	/* Symbolic links: where to. A link with `open`, too, leads to a thing rather than to a path (/proc/self/fd/0). */
	int (*link)(const struct vnode *node, char *out, size_t size);

	/* Devices and such links: a descriptor. */
	int (*open)(const struct vnode *node, int flags);

	/* Corrects what the table alone gives; for links with `open`: of the thing led to. */
	int (*stat)(const struct vnode *node, struct stat *st);
};

struct vnode {
	const struct vnode_type *type;
	int pid; /* of the guest; 0 where there is none */
	int number;
};

#define VIRTUAL_TEXT_MAX (4 * 1024 * 1024)

/* Adds an entry to the directory being listed. */
void listing_add(struct listing *l, const char *name, mode_t mode);
void listing_add_number(struct listing *l, int number, mode_t mode);

/*
 * Walks path, which begins with `mount`, the guest path of a virtual mount.  0 with the node and its canonical path in out
 * (PATH_MAX bytes); or 1 with an absolute path in out to look up from the beginning (a link, or ".." out of the mount);
 * or -errno.  nofollow: a link at the end is itself wanted.
 */
int virtual_walk(const char *mount, const char *path, bool nofollow, struct vnode *ret, char *out);

int virtual_stat(const struct vnode *node, bool nofollow, struct stat *st);
/* As open(2), and registers what fs_fd.h wants to know. path is the node's own. */
int virtual_open(const struct vnode *node, const char *path, int flags);
int virtual_readlink(
	const struct vnode *node, char *out, size_t size); /* NUL-terminated; 0 or -errno */

/* ---- the roots ---- */

extern const struct vnode_type proc_root;
extern const struct vnode_type dev_nodes[]; /* each mounted at its name */

/* "123" → 123 if it is a plain decimal number below a million; else -ENOENT. */
int virtual_number(const char *name);
