#include "rootfs/object.h"

#include "base/alloc.h"
#include "base/scope.h"
#include "rootfs/confine.h"
#include "rootfs/owner.h"

#include <limits.h>
#include <string.h>

#define COMPARE_BUFFER (64 * 1024)

int
object_open(int dir, const char *name, struct object *ret)
{
	int r = 0;

	ret->fd = dir < 0 ? -1 : openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (ret->fd < 0)
		return dir < 0 || errno == ENOENT ? 0 : -errno;
	if (fstat(ret->fd, &ret->st) < 0)
		r = -errno;
	if (r == 0)
		r = owner_apply(ret->fd, &ret->st);
	return r;
}

void
object_close(struct object *o)
{
	if (o->fd >= 0)
		close(o->fd);
}
/* As many bytes as there are up to n. */
static ssize_t
read_full(int fd, char *out, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = read(fd, out + done, n - done);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

int
contents_differ(const struct object *a, const struct object *b)
{
	scoped_free char *data = xmalloc(2 * COMPARE_BUFFER);
	char path[FD_PATH_SIZE];
	scoped_fd int fd_a = open(fd_path(a->fd, path), O_RDONLY | O_CLOEXEC);
	scoped_fd int fd_b = fd_a < 0 ? -1 : open(fd_path(b->fd, path), O_RDONLY | O_CLOEXEC);

	if (fd_b < 0)
		return -errno;
	for (;;) {
		ssize_t n_a = read_full(fd_a, data, COMPARE_BUFFER);
		ssize_t n_b = read_full(fd_b, data + COMPARE_BUFFER, COMPARE_BUFFER);

		if (n_a < 0 || n_b < 0)
			return (int)(n_a < 0 ? n_a : n_b);
		if (n_a != n_b || memcmp(data, data + COMPARE_BUFFER, (size_t)n_a) != 0)
			return 1;
		if (n_a == 0)
			return 0;
	}
}

int
targets_differ(const struct object *a, const struct object *b)
{
	char target_a[PATH_MAX], target_b[PATH_MAX];
	ssize_t n_a = readlinkat(a->fd, "", target_a, sizeof target_a);
	ssize_t n_b = n_a < 0 ? -1 : readlinkat(b->fd, "", target_b, sizeof target_b);

	if (n_b < 0)
		return -errno;
	return n_a != n_b || memcmp(target_a, target_b, (size_t)n_a) != 0;
}
