#include "rootfs/clone.h"
#include "rootfs/confine.h"
#include "rootfs/names.h"
#include "rootfs/object.h"
#include "rootfs/owner.h"
#include "rootfs/remove.h"
#include "rootfs/tree.h"

#include "base/str.h"

#include <limits.h>
#include <string.h>

/*
 * Equal is what a guest can see or change: kind, owner, mode, mtime, contents.  Times alone are not trusted, as a guest can
 * set them.  An inode of the copy may not have a name elsewhere, through which it could be written to later: therefore the
 * number of its names counts too.
 */

struct restore {
	struct clone clone;
	ino_t from_inode, to_inode; /* of a file with several names that was found equal */
};

static int restore_directory(struct restore *r, const struct level *level, struct error *e);

static bool
same_attributes(const struct stat *a, const struct stat *b)
{
	return a->st_mode == b->st_mode && a->st_uid == b->st_uid && a->st_gid == b->st_gid &&
	       same_time(a, b);
}

/* Of two that are no directories: 1, 0 or -errno. */
static int
objects_equal(const struct object *from, const struct object *to)
{
	int differ = 0;

	if (!same_attributes(&from->st, &to->st) || from->st.st_nlink != to->st.st_nlink)
		return 0;
	if (S_ISREG(from->st.st_mode))
		differ = from->st.st_size != to->st.st_size ? 1 : contents_differ(from, to);
	else if (S_ISLNK(from->st.st_mode))
		differ = targets_differ(from, to);
	else if (!S_ISFIFO(from->st.st_mode))
		differ = 1;
	return differ < 0 ? differ : !differ;
}

/* A file with several names, in the tree as in the copy: 1 if name may stay. The first name is compared, all others have to
 * be the same file as that. */
static int
check_linked(struct restore *r, const struct level *level, const char *name,
	const struct object *from, const struct object *to)
{
	char key[LINK_KEY_SIZE];
	const char *first;
	scoped_buf path;
	struct stat st;
	int status;

	buf_init(&path, PATH_MAX);
	link_key(&from->st, key);
	first = map_get(r->clone.links, key);
	if (first && fstatat(r->clone.top, first, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (first)
		return st.st_dev == to->st.st_dev && st.st_ino == to->st.st_ino;
	status = objects_equal(from, to);
	if (status <= 0)
		return status;
	if (level_path(level, name, &path) < 0)
		return -ENAMETOOLONG;
	map_set(r->clone.links, key, buf_take(&path));
	return 1;
}

static int
restore_child(struct restore *r, const struct level *level, const char *name,
	const struct object *from, const struct object *to, struct error *e)
{
	struct level child = {.parent = level, .name = name, .depth = level->depth + 1};
	scoped_fd int from_fd = openat(from->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	scoped_fd int to_fd = openat(to->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (child.depth > TREE_DEPTH_MAX)
		return -ENAMETOOLONG;
	if (from_fd < 0 || to_fd < 0)
		return -errno;
	child.from = from_fd;
	child.to = to_fd;
	return restore_directory(r, &child, e);
}

/* 1 if what the copy has under name is as it should be, a directory by now. */
static int
check_object(struct restore *r, const struct level *level, const struct name *from_name,
	const struct name *to_name, struct error *e)
{
	scoped_object from = {.fd = -1}, to = {.fd = -1};
	int status = object_open(level->from, from_name->text, &from);

	if (status == 0)
		status = object_open(level->to, to_name->text, &to);
	if (status < 0 || from.fd < 0 || to.fd < 0)
		return status < 0 ? status : -ESTALE;
	if (S_ISDIR(from.st.st_mode) && S_ISDIR(to.st.st_mode)) {
		status = restore_child(r, level, from_name->text, &from, &to, e);
		return status < 0 ? status : 1;
	}
	if (!S_ISREG(from.st.st_mode) || from.st.st_nlink == 1)
		return objects_equal(&from, &to);
	status = check_linked(r, level, from_name->text, &from, &to);
	if (status > 0) {
		r->from_inode = from_name->inode;
		r->to_inode = to_name->inode;
	}
	return status;
}

/* A name that both have; *ret_changed when the directory's entry was made anew. Most names of a userland are links of one
 * file: their inodes, which the directory tells, are enough. */
static int
restore_object(struct restore *r, const struct level *level, const struct name *from,
	const struct name *to, bool *ret_changed, struct error *e)
{
	int status = r->from_inode == from->inode && r->to_inode == to->inode
			     ? 1
			     : check_object(r, level, from, to, e);

	if (status != 0)
		return status < 0 ? status : 0;
	*ret_changed = true;
	status = remove_in(level->to, to->text);
	return status < 0 ? status : clone_object(&r->clone, level, from->text, e);
}

/* The directory itself, after its entries. */
static int
settle(const struct level *level, bool changed)
{
	struct stat st, from, to;
	int status;

	if (fstat(level->from, &st) < 0 || fstat(level->to, &to) < 0)
		return -errno;
	from = st;
	status = owner_apply(level->from, &from);
	if (status == 0)
		status = owner_apply(level->to, &to);
	if (status < 0 || (!changed && same_attributes(&from, &to)))
		return status;
	return clone_finish(level->from, level->to, &st);
}

static int
restore_directory(struct restore *r, const struct level *level, struct error *e)
{
	scoped_names from = {0};
	scoped_names to = {0};
	bool changed = false;
	size_t i = 0, j = 0;
	int status = names_read(level->from, &from);

	if (status == 0)
		status = names_read(level->to, &to);
	while (status == 0 && (i < from.n || j < to.n)) {
		int order = i == from.n ? 1 : j == to.n ? -1 : strcmp(from.v[i].text, to.v[j].text);

		if (order == 0)
			status = restore_object(r, level, &from.v[i], &to.v[j], &changed, e);
		else if (order < 0)
			status = clone_object(&r->clone, level, from.v[i].text, e);
		else
			status = remove_in(level->to, to.v[j].text);
		changed |= order != 0;
		i += order <= 0;
		j += order >= 0;
	}
	return status < 0 ? status : settle(level, changed);
}

int
tree_restore(const char *from, const char *to, struct error *e)
{
	scoped_fd int from_fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	scoped_fd int to_fd = open(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	scoped(map) *links = map_new(free);
	struct restore r = {.clone = {.top = to_fd, .links = links}};
	struct level top = {.depth = 1, .from = from_fd, .to = to_fd};
	int status = from_fd < 0 || to_fd < 0 ? -errno : restore_directory(&r, &top, e);

	return status < 0 ? error_errno(e, status, "cannot make %s equal to %s", to, from) : 0;
}
