#include "rootfs/archive.h"

#include "base/str.h"
#include "rootfs/clean.h"
#include "rootfs/confine.h"
#include "rootfs/owner.h"

/* https://pkg.go.dev/io/fs#FileMode */
#define GO_DIRECTORY (1u << 31)
#define GO_SYMLINK (1u << 27)
#define GO_DEVICE (1u << 26)
#define GO_FIFO (1u << 25)
#define GO_SOCKET (1u << 24)
#define GO_SETUID (1u << 23)
#define GO_SETGID (1u << 22)
#define GO_CHARACTER (1u << 21)
#define GO_STICKY (1u << 20)

static uint32_t
go_mode(mode_t mode)
{
	uint32_t go = mode & 0777;

	switch (mode & S_IFMT) {
	case S_IFDIR:
		go |= GO_DIRECTORY;
		break;
	case S_IFLNK:
		go |= GO_SYMLINK;
		break;
	case S_IFBLK:
		go |= GO_DEVICE;
		break;
	case S_IFCHR:
		go |= GO_DEVICE | GO_CHARACTER;
		break;
	case S_IFIFO:
		go |= GO_FIFO;
		break;
	case S_IFSOCK:
		go |= GO_SOCKET;
		break;
	}
	go |= mode & S_ISUID ? GO_SETUID : 0;
	go |= mode & S_ISGID ? GO_SETGID : 0;
	go |= mode & S_ISVTX ? GO_STICKY : 0;
	return go;
}

/* Where the link at guest, which is none of the ways to an object, would lead: by its text. */
static int
dangling_target(const char *guest, const char *target, char out[PATH_MAX])
{
	const char *slash = strrchr(guest, '/');
	char joined[2 * PATH_MAX], clean[PATH_MAX];
	int r;

	if (*target == '/')
		r = str_format(joined, sizeof joined, "%s", target);
	else
		r = str_format(
			joined, sizeof joined, "%.*s/%s", (int)(slash - guest), guest, target);
	if (r == 0)
		r = path_clean(joined, clean);
	return r < 0 ? r : str_format(out, PATH_MAX, "/%s", clean);
}

static int
link_target(const struct mount_table *t, const struct place *link, char out[PATH_MAX])
{
	char target[PATH_MAX];
	struct place end;
	ssize_t n;
	int r = lookup(t, "/", link->guest, LOOKUP_PARENT, &end);

	if (r == 0) {
		place_clear(&end);
		return str_format(out, PATH_MAX, "%s", end.guest);
	}
	n = readlinkat(link->fd, "", target, sizeof target - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	return dangling_target(link->guest, target, out);
}

static int
fill(const struct mount_table *t, const struct place *p, const char *path, struct path_stat *ret)
{
	struct stat st;
	int r;

	if (fstat(p->fd, &st) < 0)
		return -errno;
	r = owner_apply(p->fd, &st);
	if (r == 0)
		r = path_base(path, ret->name);
	if (r < 0)
		return r;
	ret->size = st.st_size;
	ret->mode = go_mode(st.st_mode);
	ret->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	ret->link[0] = '\0';
	return S_ISLNK(st.st_mode) ? link_target(t, p, ret->link) : 0;
}

int
archive_stat(const struct mount_table *t, const char *path, struct path_stat *ret, struct error *e)
{
	struct place p;
	int r = lookup(t, "/", path, LOOKUP_NOFOLLOW | LOOKUP_OBJECT, &p);

	if (r == 0)
		r = p.mount->flags & MOUNT_VIRTUAL ? -ENOENT : fill(t, &p, path, ret);
	place_clear(&p);
	return r < 0 ? error_errno(e, r, "cannot look at %s", path) : 0;
}
