/* object.h: one name in a directory, opened to be compared with another; for this room alone. */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

/* As the guest sees it; fd is -1 where it is missing. */
struct object {
	int fd; /* O_PATH */
	struct stat st;
};

/* A missing one is no error. */
int object_open(int dir, const char *name, struct object *ret);
void object_close(struct object *o);
#define scoped_object __attribute__((cleanup(object_close))) struct object

/* Of two regular files: 1 if the contents differ, 0 if not. */
int contents_differ(const struct object *a, const struct object *b);
/* Of two symlinks: 1 if the targets differ, 0 if not. */
int targets_differ(const struct object *a, const struct object *b);

static inline bool
same_time(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}
