/* clone.h: the pieces of a clone, which restoring uses too; for this room alone. */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"

#include <stdio.h>
#include <sys/stat.h>

struct clone {
	int top; /* of the copy */
	struct map *
		links; /* files with several names: "dev:inode" → path below top of the first copied */
	bool no_reflink; /* the file system cannot: do not ask for each file */
};

/* A directory on the way down, with its name to build paths of hard links from. */
struct level {
	const struct level *parent;
	const char *name;
	unsigned depth;
	int from, to;
};

#define LINK_KEY_SIZE 48
static inline void
link_key(const struct stat *st, char out[LINK_KEY_SIZE])
{
	snprintf(out, LINK_KEY_SIZE, "%llx:%llx", (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino);
}

/* The path of name below the top. */
int level_path(const struct level *level, const char *name, struct buf *out);
/* Copies name, which is missing in level->to. */
int clone_object(struct clone *c, const struct level *level, const char *name, struct error *e);
/* Owner, mode and times of something that is complete, so that nothing changes the times afterwards. */
int clone_finish(int from, int to, const struct stat *st);
