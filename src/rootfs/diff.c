#include "rootfs/tree.h"

#include "base/alloc.h"
#include "base/scope.h"
#include "base/str.h"
#include "rootfs/confine.h"
#include "rootfs/names.h"
#include "rootfs/object.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

struct diff {
	const char *const *skip;
	int (*fn)(void *arg, const char *path, enum tree_change change);
	void *arg;
};

/* A directory that is in both trees, or in the new one alone (then base is -1). */
struct level {
	struct level *parent;
	const char *path; /* "" for the top */
	unsigned depth;
	int base, now;
	bool told; /* it has been reported itself */
};

static int diff_directory(struct diff *d, struct level *level);

static int
report(struct diff *d, struct level *parent, const char *path, enum tree_change change)
{
	if (parent && !parent->told) {
		int r;

		parent->told = true;
		r = parent->parent ? report(d, parent->parent, parent->path, TREE_MODIFIED) : 0;
		if (r < 0)
			return r;
	}
	return d->fn(d->arg, path, change);
}

static int
objects_differ(const struct object *a, const struct object *b)
{
	if (a->st.st_mode != b->st.st_mode || a->st.st_uid != b->st.st_uid ||
		a->st.st_gid != b->st.st_gid)
		return 1;
	if (S_ISLNK(a->st.st_mode))
		return targets_differ(a, b);
	if (!S_ISREG(a->st.st_mode))
		return 0;
	if (a->st.st_size != b->st.st_size)
		return 1;
	return same_time(&a->st, &b->st) ? 0 : contents_differ(a, b);
}

static int
open_level(const struct object *o)
{
	int fd = openat(o->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int
descend(struct diff *d, struct level *parent, const char *path, const struct object *base,
	const struct object *now, bool told)
{
	struct level level = {
		.parent = parent, .path = path, .depth = parent->depth + 1, .told = told};
	scoped_fd int base_fd = -1, now_fd = -1;

	if (level.depth > TREE_DEPTH_MAX)
		return -ENAMETOOLONG;
	if (base->fd >= 0 && S_ISDIR(base->st.st_mode)) {
		base_fd = open_level(base);
		if (base_fd < 0)
			return base_fd;
	}
	now_fd = open_level(now);
	if (now_fd < 0)
		return now_fd;
	level.base = base_fd;
	level.now = now_fd;
	return diff_directory(d, &level);
}

static int
diff_object(struct diff *d, struct level *parent, const char *name)
{
	scoped_object base = {.fd = -1};
	scoped_object now = {.fd = -1};
	scoped_free char *path = xasprintf("%s/%s", parent->path, name);
	int r, changed;

	for (const char *const *skip = d->skip; skip && *skip; skip++)
		if (str_eq(*skip, path))
			return 0;
	r = object_open(parent->base, name, &base);
	if (r == 0)
		r = object_open(parent->now, name, &now);
	if (r < 0 || (base.fd < 0 && now.fd < 0))
		return r;
	if (now.fd < 0)
		return report(d, parent, path, TREE_DELETED);
	changed = base.fd < 0 ? 1 : objects_differ(&base, &now);
	if (changed > 0)
		r = report(d, parent, path, base.fd < 0 ? TREE_ADDED : TREE_MODIFIED);
	if (changed < 0 || r < 0)
		return changed < 0 ? changed : r;
	return S_ISDIR(now.st.st_mode) ? descend(d, parent, path, &base, &now, changed > 0) : 0;
}

static int
diff_directory(struct diff *d, struct level *level)
{
	scoped_names base = {0};
	scoped_names now = {0};
	size_t i = 0, j = 0;
	int r = 0;

	if (level->base >= 0)
		r = names_read(level->base, &base);
	if (r == 0)
		r = names_read(level->now, &now);
	while (r == 0 && (i < base.n || j < now.n)) {
		int order = i == base.n  ? 1
			    : j == now.n ? -1
					 : strcmp(base.v[i].text, now.v[j].text);

		r = diff_object(d, level, order <= 0 ? base.v[i].text : now.v[j].text);
		i += order <= 0;
		j += order >= 0;
	}
	return r;
}

int
tree_diff(const char *base, const char *now, const char *const *skip,
	int (*fn)(void *arg, const char *path, enum tree_change change), void *arg, struct error *e)
{
	struct diff d = {.skip = skip, .fn = fn, .arg = arg};
	scoped_fd int base_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	scoped_fd int now_fd = open(now, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct level top = {.path = "", .depth = 1, .base = base_fd, .now = now_fd};
	int r = base_fd < 0 || now_fd < 0 ? -ENOENT : diff_directory(&d, &top);

	return r < 0 ? error_errno(e, r, "cannot compare %s with %s", now, base) : 0;
}
