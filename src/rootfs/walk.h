/*
 * walk.h: the state of one path resolution; for lookup.c and open.c.
 *
 * `guest` grows by components of `rest` that look plain.  They are opened in one go; where the kernel meets a symlink, it is
 * read and put in front of what is left, and `guest` is cut back to the directory it stands in.
 */
#pragma once

#include "rootfs/table.h"

struct walk {
	const struct mount_table *table;
	const char *rest; /* what is still to be walked */
	char *guest;      /* PATH_MAX bytes of the caller's; "" is the root */
	size_t len;       /* of guest */
	enum { END_NAME, END_SLASH, END_DOT } end; /* how the path ended, once rest is empty */
	unsigned links;                            /* followed so far */
	char text[PATH_MAX];                       /* rest, once a symlink is in it */
};

int walk_begin(struct walk *w, const struct mount_table *t, const char *cwd, const char *path,
	char *guest);

/* Takes components until the end (1) or before the first ".." that does not lead (0), or -ENAMETOOLONG. */
int walk_gather(struct walk *w);

/* guest below entry's mount, as a relative path; "" for the mount itself. */
const char *walk_relative(const struct walk *w, const struct mount_entry *entry);
