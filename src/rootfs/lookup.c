#include "base/str.h"
#include "rootfs/confine.h"
#include "rootfs/walk.h"

#define LINKS_MAX 40 /* as the kernel's */

int
walk_begin(
	struct walk *w, const struct mount_table *t, const char *cwd, const char *path, char *guest)
{
	w->table = t;
	w->rest = path;
	w->guest = guest;
	w->len = 0;
	w->end = END_NAME;
	w->links = 0;
	if (!*path)
		return -ENOENT;
	if (strnlen(path, PATH_MAX) == PATH_MAX)
		return -ENAMETOOLONG;
	if (*path != '/') {
		bug_if(*cwd != '/');
		w->len = strnlen(cwd, PATH_MAX - 1);
		memcpy(guest, cwd, w->len);
		while (w->len > 0 && guest[w->len - 1] == '/')
			w->len--;
	}
	guest[w->len] = '\0';
	return 0;
}

static void
pop(struct walk *w)
{
	while (w->len > 0 && w->guest[--w->len] != '/')
		;
	w->guest[w->len] = '\0';
}

static int
push(struct walk *w, const char *name, size_t n)
{
	if (n > NAME_MAX || w->len + 1 + n >= PATH_MAX)
		return -ENAMETOOLONG;
	w->guest[w->len] = '/';
	memcpy(w->guest + w->len + 1, name, n);
	w->len += 1 + n;
	w->guest[w->len] = '\0';
	return 0;
}

int
walk_gather(struct walk *w)
{
	size_t base = w->len;

	for (;;) {
		size_t slashes = strspn(w->rest, "/");
		const char *name = w->rest + slashes;
		size_t n = (size_t)(strchrnul(name, '/') - name);

		w->rest = name;
		if (n == 0) {
			if (slashes > 0 && w->end == END_NAME)
				w->end = END_SLASH;
			return 1;
		}
		if (n <= 2 && name[0] == '.' && name[n - 1] == '.') {
			/* What guest had at the start is free of symlinks: there ".." may simply be
			 * cut off. */
			if (n == 2 && w->len > base)
				return 0;
			if (n == 2) {
				pop(w);
				base = w->len;
			}
			w->end = END_DOT;
		} else {
			int r = push(w, name, n);

			if (r < 0)
				return r;
			w->end = END_NAME;
		}
		w->rest = name + n;
	}
}

const char *
walk_relative(const struct walk *w, const struct mount_entry *entry)
{
	const char *relative = w->guest + entry->len;

	return *relative == '/' ? relative + 1 : relative;
}

/* Puts target in the place of guest's component at [at, end) and cuts guest before it. */
static int
follow_link(struct walk *w, size_t at, size_t end, const char *target)
{
	static const char *const ends[] = {[END_NAME] = "", [END_SLASH] = "/", [END_DOT] = "/."};
	char text[PATH_MAX];
	int r;

	r = str_format(text, sizeof text, "%s%s%s%s", target, w->guest + end,
		*w->rest ? "/" : ends[w->end], w->rest);
	if (r < 0)
		return r;
	memcpy(w->text, text, strlen(text) + 1);
	w->rest = w->text;
	w->end = END_NAME;
	w->len = *target == '/' ? 0 : at;
	w->guest[w->len] = '\0';
	return 0;
}

/* Reads the symlink at guest's component [at + 1, end) in dir and puts its target in. -EINVAL: it is none. */
static int
read_link(struct walk *w, int dir, size_t at, size_t end)
{
	char target[PATH_MAX], after = w->guest[end];
	ssize_t n;

	w->guest[end] = '\0';
	n = readlinkat(dir, w->guest + at + 1, target, sizeof target - 1);
	w->guest[end] = after;
	if (n < 0)
		return -errno;
	target[n] = '\0';
	return follow_link(w, at, end, target);
}

/* Opens guest's component [at + 1, end) in dir, which must be a directory; a symlink gives -ENOTDIR. */
static int
open_component(struct walk *w, int dir, size_t at, size_t end)
{
	int fd;

	w->guest[end] = '\0';
	fd = openat(dir, w->guest + at + 1, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	w->guest[end] = '/';
	return fd < 0 ? -errno : fd;
}

/* Mostly it is the last component that is a link. The directory it is in, or -ELOOP. */
static int
open_parent(struct walk *w, const struct mount_entry *entry, size_t at)
{
	const char *relative = walk_relative(w, entry);
	int fd;

	w->guest[at] = '\0';
	fd = confined_open(entry->mount.fd, relative <= w->guest + at ? relative : ".",
		O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	w->guest[at] = '/';
	return fd;
}

/* Finds the first symlink on the way from entry's mount to guest and puts its target in. `last`: the last component counts
 * too. If there is none any more, the tree has changed under us; then the caller just looks again. */
static int
follow_first(struct walk *w, const struct mount_entry *entry, bool last)
{
	size_t at = entry->len, name = (size_t)(strrchr(w->guest, '/') - w->guest);
	scoped_fd int dir = -1;

	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (last)
		dir = open_parent(w, entry, name);
	if (dir >= 0)
		at = name;
	while (at < name) {
		size_t end = (size_t)(strchr(w->guest + at + 1, '/') - w->guest);
		int from = dir < 0 ? entry->mount.fd : dir;
		int fd = open_component(w, from, at, end);

		if (fd == -ENOTDIR) {
			int r = read_link(w, from, at, end);

			return r == -EINVAL ? -ENOTDIR : r;
		}
		if (fd < 0)
			return fd;
		if (dir >= 0)
			close(dir);
		dir = fd;
		at = end;
	}
	if (last) {
		int r = read_link(w, dir < 0 ? entry->mount.fd : dir, name, w->len);

		return r == -EINVAL ? 0 : r;
	}
	return 0;
}

/* The next three leave descriptors in *ret on success alone; -ELOOP: there is a symlink to follow first. */

/* A mount's own root, or a path that ends in ".": what is its own parent. */
static int
open_self(const struct walk *w, const struct mount_entry *entry, bool directory, bool object,
	struct place *ret)
{
	const char *relative = walk_relative(w, entry);
	scoped_fd int fd = -1;

	if (directory)
		fd = confined_open(entry->mount.fd, *relative ? relative : ".",
			O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	else
		fd = fd_again(entry->mount.fd);
	if (fd < 0)
		return fd;
	if (!object) {
		ret->dir = fd_again(fd);
		if (ret->dir < 0)
			return ret->dir;
	}
	ret->fd = take_fd(fd);
	return 0;
}

static int
open_object(const struct walk *w, const struct mount_entry *entry, int how, struct place *ret)
{
	int fd = confined_open(entry->mount.fd, walk_relative(w, entry), how, 0);

	if (fd < 0)
		return fd;
	ret->fd = fd;
	return 0;
}

/* name: the last component, in guest. */
static int
open_in_parent(struct walk *w, const struct mount_entry *entry, char *name, int how, bool may_miss,
	struct place *ret)
{
	const char *relative = walk_relative(w, entry);
	scoped_fd int dir = -1;
	int fd;

	name[-1] = '\0';
	dir = confined_open(entry->mount.fd, relative < name ? relative : ".",
		O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	name[-1] = '/';
	if (dir < 0)
		return dir;
	fd = confined_open(dir, name, how, 0);
	if (fd < 0 && !(fd == -ENOENT && may_miss))
		return fd;
	ret->fd = fd < 0 ? -1 : fd;
	ret->dir = take_fd(dir);
	return 0;
}

/* At the end of the path. 0: a symlink was followed, come again; 1: done. */
static int
arrive(struct walk *w, const struct mount_entry *entry, unsigned flags, struct place *ret)
{
	/* With LOOKUP_PARENT a slash says what the object has to become, not what it is. */
	bool directory = w->end == END_DOT || (w->end == END_SLASH && !(flags & LOOKUP_PARENT));
	bool follow = directory || !(flags & LOOKUP_NOFOLLOW);
	bool object = flags & LOOKUP_OBJECT;
	int how = O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW) | (directory ? O_DIRECTORY : 0);
	bool self = w->end == END_DOT || !w->guest[entry->len];
	char *name = w->len > 0 ? strrchr(w->guest, '/') + 1 : w->guest;
	int r;

	if (self)
		r = open_self(w, entry, directory, object, ret);
	else if (object)
		r = open_object(w, entry, how, ret);
	else
		r = open_in_parent(w, entry, name, how, flags & LOOKUP_PARENT, ret);
	if (r == -ELOOP)
		return follow_first(w, entry, follow);
	if (r < 0)
		return r;
	snprintf(ret->name, sizeof ret->name, "%s", self ? "." : name);
	return 1;
}

/* Before a "..": what guest leads to must be a directory; then it goes. */
static int
ascend(struct walk *w, const struct mount_entry *entry)
{
	const char *relative = walk_relative(w, entry);
	int fd = confined_open(
		entry->mount.fd, *relative ? relative : ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);

	if (fd == -ELOOP)
		return follow_first(w, entry, true);
	if (fd < 0)
		return fd;
	close(fd);
	pop(w);
	w->rest += 2;
	w->end = END_DOT;
	return 0;
}

/* The walk ends at a virtual mount: what is left goes to whoever makes up its contents. */
static int
stop_virtual(struct walk *w, const struct mount_entry *entry, struct place *ret)
{
	char rest[PATH_MAX];
	int r = 0;

	ret->mount = &entry->mount;
	ret->slash = w->end != END_NAME;
	if (*w->rest) {
		r = str_format(rest, sizeof rest, "/%s", w->rest); /* rest may be in guest's way */
		if (r == 0)
			r = str_format(w->guest + w->len, PATH_MAX - w->len, "%s", rest);
	}
	return r;
}

int
lookup(const struct mount_table *t, const char *cwd, const char *path, unsigned flags,
	struct place *ret)
{
	const struct mount_entry *entry = NULL;
	struct walk w;
	int r;

	ret->dir = ret->fd = -1;
	ret->mount = NULL;
	ret->slash = false;
	ret->name[0] = '\0';
	bug_if((flags & LOOKUP_PARENT) && (flags & LOOKUP_OBJECT));
	r = walk_begin(&w, t, cwd, path, ret->guest);
	while (r == 0) {
		bool end;

		r = walk_gather(&w);
		if (r < 0)
			break;
		end = r > 0;
		entry = mount_covering(t, w.guest, w.len);
		if (entry->mount.flags & MOUNT_VIRTUAL)
			return stop_virtual(&w, entry, ret);
		r = end ? arrive(&w, entry, flags, ret) : ascend(&w, entry);
	}
	if (r < 0)
		return r;
	ret->mount = &entry->mount;
	ret->slash = w.end == END_SLASH;
	if (w.len == 0)
		memcpy(ret->guest, "/", 2);
	return 0;
}
