/*
 * tree.h: whole directory trees: clone, remove, measure, compare.  Blocking; never follows a symlink out of the tree it
 * was given; safe against concurrent changes by a hostile guest (descriptor-relative throughout).
 */
#pragma once

#include "base/error.h"

#include <stdint.h>

/* Copies `from` (a directory) to `to`, which is made: modes, times, owners' attributes, symlinks, hard links, fifos; reflinks
 * where the file system can. */
int tree_clone(const char *from, const char *to, struct error *e);

/* Removes it all; a missing tree is no error. */
int tree_remove(const char *path, struct error *e);

/* Bytes of regular files as stat says (hard links once) . */
int tree_size(const char *path, int64_t *ret, struct error *e);

enum tree_change { TREE_MODIFIED = 0, TREE_ADDED = 1, TREE_DELETED = 2 }; /* Docker's Kind */
/* Calls fn for each difference between base and now, sorted by path, parents of changes included as MODIFIED, as
 * `docker diff` has it. A file differs by type, mode, owner, size, or content where mtimes differ. `skip` lists guest paths
 * (NULL-terminated) left out with all beneath. */
int tree_diff(const char *base, const char *now, const char *const *skip,
	int (*fn)(void *arg, const char *path, enum tree_change change), void *arg, struct error *e);
