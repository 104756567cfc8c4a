#include "rootfs/owner.h"

#include "base/str.h"
#include "rootfs/confine.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/xattr.h>

#define ATTRIBUTE "user.sockerless.owner"
#define MODE_ON_DISK UINT32_MAX /* of a read owner: the attribute has none */

/* On O_PATH descriptors the f… calls fail with EBADF. The first attempt costs little beside what it
 * saves. */

static ssize_t
get_attribute(int fd, char *out, size_t size)
{
	char path[FD_PATH_SIZE];
	ssize_t n = fgetxattr(fd, ATTRIBUTE, out, size);

	if (n < 0 && errno == EBADF)
		n = getxattr(fd_path(fd, path), ATTRIBUTE, out, size);
	return n < 0 ? -errno : n;
}

/* Whatever is not ours, or not there, is the default: a host user may write anything into a bind mount. */
static bool
is_absence(ssize_t n)
{
	return n == -ENODATA || n == -EOPNOTSUPP || n == -ERANGE || n == -EACCES;
}

static int
set_attribute(int fd, const char *text)
{
	char path[FD_PATH_SIZE];
	size_t n = strlen(text);
	int r = fsetxattr(fd, ATTRIBUTE, text, n, 0);

	if (r < 0 && errno == EBADF)
		r = setxattr(fd_path(fd, path), ATTRIBUTE, text, n, 0);
	return r < 0 ? -errno : 0;
}

static int
remove_attribute(int fd)
{
	char path[FD_PATH_SIZE];
	int r = fremovexattr(fd, ATTRIBUTE);

	if (r < 0 && errno == EBADF)
		r = removexattr(fd_path(fd, path), ATTRIBUTE);
	return r < 0 && errno != ENODATA ? -errno : 0;
}

static int
set_mode(int fd, uint32_t mode)
{
	char path[FD_PATH_SIZE];
	int r = fchmod(fd, mode);

	if (r < 0 && errno == EBADF)
		r = chmod(fd_path(fd, path), mode);
	return r < 0 ? -errno : 0;
}

static bool
has_attributes(const struct stat *st)
{
	return S_ISREG(st->st_mode) || S_ISDIR(st->st_mode);
}

/* One number of the attribute and what must come after it. */
static const char *
scan(const char *s, int base, uint64_t max, uint32_t *ret)
{
	char *end;
	unsigned long n;

	if (*s < '0' || *s > '9')
		return NULL;
	n = strtoul(s, &end, base);
	if (n > max)
		return NULL;
	*ret = (uint32_t)n;
	return end;
}

static bool
parse(const char *s, struct owner *ret)
{
	struct owner o = {.mode = MODE_ON_DISK};

	s = scan(s, 10, UINT32_MAX - 1, &o.uid);
	if (!s || *s++ != ':')
		return false;
	s = scan(s, 10, UINT32_MAX - 1, &o.gid);
	if (s && *s == ':')
		s = scan(s + 1, 8, 07777, &o.mode);
	if (!s || *s)
		return false;
	*ret = o;
	return true;
}

/* Whatever is not ours, or not there, is the default: a host user may write anything into a bind
 * mount. */
static int
read_owner(int fd, const struct stat *st, struct owner *ret)
{
	char text[64];
	ssize_t n;

	*ret = (struct owner){.mode = MODE_ON_DISK};
	if (!has_attributes(st))
		return 0;
	n = get_attribute(fd, text, sizeof text - 1);
	if (is_absence(n))
		return 0;
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	parse(text, ret);
	return 0;
}

static uint32_t
mode_on_disk(const struct stat *st, uint32_t mode)
{
	return (mode & 01777) | (S_ISDIR(st->st_mode) ? 0700u : 0600u);
}

/* st: as on disk. */
static int
write_owner(int fd, const struct stat *st, const struct owner *o)
{
	uint32_t disk = mode_on_disk(st, o->mode);
	char text[64];
	int r = 0;

	if ((st->st_mode & 07777) != disk)
		r = set_mode(fd, disk); /* first: it may be what allows us to write the attribute */
	if (r < 0 || !has_attributes(st))
		return r;
	if (o->mode != disk)
		r = str_format(text, sizeof text, "%" PRIu32 ":%" PRIu32 ":%" PRIo32, o->uid,
			o->gid, o->mode);
	else if (o->uid || o->gid)
		r = str_format(text, sizeof text, "%" PRIu32 ":%" PRIu32, o->uid, o->gid);
	else
		text[0] = '\0';
	if (r == 0)
		r = text[0] ? set_attribute(fd, text) : remove_attribute(fd);
	return r == -EOPNOTSUPP ? 0 : r;
}

/* The present owner with st as on disk. */
static int
current(int fd, struct stat *st, struct owner *ret)
{
	int r;

	if (fstat(fd, st) < 0)
		return -errno;
	r = read_owner(fd, st, ret);
	if (ret->mode == MODE_ON_DISK)
		ret->mode = st->st_mode & 07777;
	return r;
}

int
owner_apply(int fd, struct stat *st)
{
	struct owner o;
	int r = read_owner(fd, st, &o);

	if (r < 0)
		return r;
	st->st_uid = o.uid;
	st->st_gid = o.gid;
	if (o.mode != MODE_ON_DISK)
		st->st_mode = (st->st_mode & S_IFMT) | o.mode;
	return 0;
}

int
owner_set(int fd, uint32_t uid, uint32_t gid)
{
	struct stat st = {0};
	struct owner o = {0};
	int r = current(fd, &st, &o);

	if (r < 0 || !has_attributes(&st))
		return r;
	if (uid != UINT32_MAX)
		o.uid = uid;
	if (gid != UINT32_MAX)
		o.gid = gid;
	if (S_ISREG(st.st_mode) && (o.mode & 0111)) {
		o.mode &= ~(uint32_t)S_ISUID;
		if (o.mode & S_IXGRP)
			o.mode &= ~(uint32_t)S_ISGID;
	}
	return write_owner(fd, &st, &o);
}

int
owner_chmod(int fd, uint32_t mode)
{
	struct stat st = {0};
	struct owner o = {0};
	int r = current(fd, &st, &o);

	if (r < 0)
		return r;
	if (S_ISLNK(st.st_mode))
		return -EOPNOTSUPP;
	o.mode = mode & 07777;
	return write_owner(fd, &st, &o);
}

int
owner_put(int fd, const struct owner *o)
{
	struct owner masked = {o->uid, o->gid, o->mode & 07777};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISLNK(st.st_mode) ? 0 : write_owner(fd, &st, &masked);
}

int
owner_created(int fd, uint32_t mode)
{
	struct owner o = {0};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	o.mode = (st.st_mode & 01777) | (mode & 06000);
	return o.mode == mode_on_disk(&st, o.mode) && o.mode == (st.st_mode & 07777)
		       ? 0
		       : write_owner(fd, &st, &o);
}

int
owner_access(const struct stat *applied, uint32_t uid, uint32_t gid, const uint32_t *groups,
	int n_groups, int mode)
{
	uint32_t bits = applied->st_mode & 07;
	bool group = applied->st_gid == gid;

	for (int i = 0; i < n_groups && !group; i++)
		group = applied->st_gid == groups[i];
	if (uid == 0) {
		/* Root reads and writes what it likes, but a file that nobody may execute is no
		 * program. */
		bool runs = S_ISDIR(applied->st_mode) || (applied->st_mode & 0111);

		return (mode & X_OK) && !runs ? -EACCES : 0;
	}
	if (applied->st_uid == uid)
		bits = applied->st_mode >> 6 & 07;
	else if (group)
		bits = applied->st_mode >> 3 & 07;
	return ((uint32_t)mode & ~bits & 07) ? -EACCES : 0;
}
