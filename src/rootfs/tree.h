/*
 * tree.h: whole directory trees: clone, remove, measure, compare.  Blocking; never follows a symlink out of the tree it
 * was given; safe against concurrent changes by a hostile guest (descriptor-relative throughout).
 *
 * A guest can nest directories without end.  Removing copes with any depth; the others hold a descriptor or two a level and
 * give -ENAMETOOLONG beyond TREE_DEPTH_MAX.
 */
#pragma once

#include "base/error.h"

#include <stdint.h>

#define TREE_DEPTH_MAX 256

/* Copies `from` (a directory) to `to`, which is made: modes, times, owners' attributes, symlinks, hard links, fifos; reflinks
 * where the file system can. Sockets and devices are left out: they would be dead, and could not be made. If it fails,
 * nothing is left of `to`. */
int tree_clone(const char *from, const char *to, struct error *e);

/* Makes `to`, a used clone of `from`, equal to it again: what differs is copied anew, what is too much removed. Nobody may
 * have anything of `to` open for writing. If it fails, `to` may be anything. */
int tree_restore(const char *from, const char *to, struct error *e);

/* Removes it all; a missing tree is no error. */
int tree_remove(const char *path, struct error *e);

/* Bytes of regular files as stat says (hard links once) . */
int tree_size(const char *path, int64_t *ret, struct error *e);

enum tree_change { TREE_MODIFIED = 0, TREE_ADDED = 1, TREE_DELETED = 2 }; /* Docker's Kind */
/* Calls fn for each difference between base and now, in the order of a sorted walk, parents of changes included as
 * MODIFIED, as `docker diff` has it; of a deleted directory only itself. A file differs by type, mode, owner, size, or
 * content where mtimes differ. `skip` lists guest paths (NULL-terminated) left out with all beneath. A negative result of
 * fn ends it. */
int tree_diff(const char *base, const char *now, const char *const *skip,
	int (*fn)(void *arg, const char *path, enum tree_change change), void *arg,
	struct error *e);
