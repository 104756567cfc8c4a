#include "rootfs/tree.h"

#include "base/map.h"
#include "rootfs/confine.h"
#include "rootfs/names.h"

#include <stdbool.h>
#include <sys/stat.h>

struct sum {
	int64_t bytes;
	struct map *seen; /* files with several names */
};

/* A file that several names lead to counts at the first. */
static bool
counted_before(struct sum *sum, const struct stat *st)
{
	char key[48];

	if (st->st_nlink < 2)
		return false;
	snprintf(key, sizeof key, "%llx:%llx", (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino);
	if (map_has(sum->seen, key))
		return true;
	map_set(sum->seen, key, sum);
	return false;
}

static int add_directory(struct sum *sum, int dir, unsigned depth);

static int
add_object(struct sum *sum, int dir, const char *name, unsigned depth)
{
	scoped_fd int fd = -1;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISREG(st.st_mode) && !counted_before(sum, &st))
		sum->bytes += st.st_size;
	if (!S_ISDIR(st.st_mode))
		return 0;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : add_directory(sum, fd, depth + 1);
}

static int
add_directory(struct sum *sum, int dir, unsigned depth)
{
	scoped_names names;
	int r;

	if (depth > TREE_DEPTH_MAX)
		return -ENAMETOOLONG;
	r = names_read(dir, &names);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		r = add_object(sum, dir, names.v[i].text, depth);
		if (r == -ENOENT || r == -ENOTDIR ||
			r == -ELOOP) /* removed or exchanged since it was listed */
			r = 0;
	}
	return r;
}

int
tree_size(const char *path, int64_t *ret, struct error *e)
{
	scoped(map) *seen = map_new(NULL);
	struct sum sum = {.seen = seen};
	scoped_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : add_directory(&sum, fd, 1);

	if (r < 0)
		return error_errno(e, r, "cannot measure %s", path);
	*ret = sum.bytes;
	return 0;
}
