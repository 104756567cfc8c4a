#include "rootfs/clone.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/str.h"
#include "rootfs/confine.h"
#include "rootfs/owner.h"
#include "rootfs/tree.h"

#include <dirent.h>
#include <limits.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define COPY_BUFFER (64 * 1024)

static int clone_directory(struct clone *c, const struct level *level, struct error *e);

static int
set_times(int dir, const char *name, const struct stat *st)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};

	return utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

int
clone_finish(int from, int to, const struct stat *st)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	struct stat seen = *st;
	int r = owner_apply(from, &seen);

	if (r == 0)
		r = owner_put(to, &(struct owner){seen.st_uid, seen.st_gid, seen.st_mode});
	if (r == 0 && futimens(to, times) < 0)
		r = -errno;
	return r;
}

static int
write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, data, n);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			data += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

static int
copy_by_reading(int from, int to)
{
	scoped_free char *data = xmalloc(COPY_BUFFER);

	for (;;) {
		ssize_t n = read(from, data, COPY_BUFFER);
		int r;

		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		r = n < 0 ? -errno : write_all(to, data, (size_t)n);
		if (r < 0)
			return r;
	}
}

/* [start, end) of both files; stops early where the source does. */
static int
copy_range(int from, int to, off_t start, off_t end)
{
	off_t in = start, out = start;

	while (in < end) {
		ssize_t n = copy_file_range(from, &in, to, &out, (size_t)(end - in), 0);

		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Hole by hole, so that a sparse file stays one. */
static int
copy_data(int from, int to, off_t size)
{
	off_t at = 0;

	while (at < size) {
		off_t data = lseek(from, at, SEEK_DATA);
		off_t hole = data < 0 ? -1 : lseek(from, data, SEEK_HOLE);
		int r;

		if (data < 0 && errno == ENXIO)
			break;
		if (hole < 0)
			return -errno;
		r = copy_range(from, to, data, hole);
		if (r < 0)
			return r;
		at = hole;
	}
	return ftruncate(to, size) < 0 ? -errno : 0;
}

static int
copy_contents(struct clone *c, int from, int to, off_t size)
{
	int r;

	if (!c->no_reflink && ioctl(to, FICLONE, from) == 0)
		return 0;
	c->no_reflink = true;
	if (size <= COPY_BUFFER)
		return copy_by_reading(from, to);
	r = copy_data(from, to, size);
	if (r == -EXDEV || r == -EINVAL || r == -EOPNOTSUPP || r == -ENOSYS) {
		if (lseek(from, 0, SEEK_SET) < 0 || lseek(to, 0, SEEK_SET) < 0)
			return -errno;
		r = copy_by_reading(from, to);
	}
	return r;
}

static int
clone_file(struct clone *c, const struct level *level, const char *name)
{
	scoped_fd int from = -1, to = -1;
	struct stat st;
	int r;

	from = openat(level->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (from < 0 || fstat(from, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode)) /* it was when its name was read */
		return -EAGAIN;
	to = openat(level->to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return -errno;
	if (st.st_size > 0) {
		r = copy_contents(c, from, to, st.st_size);
		if (r < 0)
			return r;
	}
	return clone_finish(from, to, &st);
}

int
level_path(const struct level *level, const char *name, struct buf *out)
{
	if (level->parent) {
		int r = level_path(level->parent, level->name, out);

		if (r < 0)
			return r;
		r = buf_putc(out, '/');
		if (r < 0)
			return r;
	}
	return buf_puts(out, name);
}

/* A file with several names: the first time it is copied, then linked. */
static int
clone_linked(struct clone *c, const struct level *level, const char *name, const struct stat *st)
{
	char key[LINK_KEY_SIZE];
	const char *first;
	scoped_buf path;
	int r;

	buf_init(&path, PATH_MAX);
	link_key(st, key);
	first = map_get(c->links, key);
	if (first && linkat(c->top, first, level->to, name, 0) == 0)
		return 0;
	if (first && errno != EMLINK)
		return -errno;
	r = level_path(level, name, &path);
	if (r == 0)
		r = clone_file(c, level, name);
	if (r == 0)
		map_set(c->links, key, buf_take(&path));
	return r == -ENOBUFS ? -ENAMETOOLONG : r;
}

static int
clone_symlink(const struct level *level, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(level->from, name, target, sizeof target - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (symlinkat(target, level->to, name) < 0)
		return -errno;
	return set_times(level->to, name, st);
}

static int
clone_fifo(const struct level *level, const char *name, const struct stat *st)
{
	if (mkfifoat(level->to, name, 0600) < 0 ||
		fchmodat(level->to, name, st->st_mode & 01777, 0) < 0)
		return -errno;
	return set_times(level->to, name, st);
}

static int
clone_child(struct clone *c, const struct level *level, const char *name, struct error *e)
{
	struct level child = {
		.parent = level, .name = name, .depth = level->depth + 1, .from = -1, .to = -1};
	scoped_fd int from = -1, to = -1;
	struct stat st;

	if (child.depth > TREE_DEPTH_MAX)
		return -ENAMETOOLONG;
	from = openat(level->from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0 || fstat(from, &st) < 0 || mkdirat(level->to, name, 0700) < 0)
		return -errno;
	to = openat(level->to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return -errno;
	child.from = from;
	child.to = to;
	return clone_directory(c, &child, e);
}

int
clone_object(struct clone *c, const struct level *level, const char *name, struct error *e)
{
	struct stat st;

	if (fstatat(level->from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return clone_child(c, level, name, e);
	case S_IFREG:
		return st.st_nlink > 1 ? clone_linked(c, level, name, &st)
				       : clone_file(c, level, name);
	case S_IFLNK:
		return clone_symlink(level, name, &st);
	case S_IFIFO:
		return clone_fifo(level, name, &st);
	default:
		return 0;
	}
}

static int
clone_entries(struct clone *c, const struct level *level, DIR *d, struct error *e)
{
	const struct dirent *entry;
	int r;

	while (errno = 0, (entry = readdir(d))) {
		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		r = clone_object(c, level, entry->d_name, e);
		if (r < 0)
			return error_errno(e, r, "cannot copy %s", entry->d_name);
	}
	return errno ? error_errno(e, -errno, "cannot read the directory") : 0;
}

static int
clone_directory(struct clone *c, const struct level *level, struct error *e)
{
	int r, fd = fd_again(level->from);
	struct stat st;
	DIR *d;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fd < 0 ? fd : -errno;
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return -ENOMEM;
	}
	r = clone_entries(c, level, d, e);
	closedir(d);
	return r < 0 ? r : clone_finish(level->from, level->to, &st);
}

int
tree_clone(const char *from, const char *to, struct error *e)
{
	scoped_fd int source = -1, target = -1;
	scoped(map) *links = map_new(free);
	struct clone c = {.links = links};
	struct level top = {.depth = 1};
	int r;

	source = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source < 0)
		return error_errno(e, -errno, "cannot copy %s", from);
	if (mkdir(to, 0700) < 0)
		return error_errno(e, -errno, "cannot make %s", to);
	target = open(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	c.top = top.to = target;
	top.from = source;
	r = target < 0 ? -errno : clone_directory(&c, &top, e);
	if (r < 0) {
		error_errno(e, r, "cannot copy %s to %s", from, to);
		tree_remove(to, NULL);
	}
	return r;
}
