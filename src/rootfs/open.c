#include "rootfs/confine.h"
#include "rootfs/owner.h"
#include "rootfs/walk.h"

/* What openat2 understands; unlike open it refuses what it does not know, and any but these few
 * beside O_PATH. */
#define OPEN_FLAGS                                                                            \
	(O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | \
		O_ASYNC | O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME |     \
		O_CLOEXEC | O_TMPFILE)
#define PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Someone made or removed the file between two looks. A hostile guest could keep that up for ever.
 */
#define ATTEMPTS 64

static bool
is_tmpfile(int flags)
{
	return (flags & O_TMPFILE) == O_TMPFILE;
}

static bool
writes(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) || is_tmpfile(flags);
}

/* Temporary descriptors stood below fd when it was made; now that they are closed, moves it to
 * where open(2) promises. */
static int
lowest(int fd, int flags)
{
	int low = fcntl(fd, flags & O_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0);

	if (low >= 0 && low < fd) {
		close(fd);
		return low;
	}
	if (low >= 0)
		close(low);
	return fd;
}

/* New file: its mode may shut the host user out, and must not hold set-id bits on disk. */
static int
created(int fd, mode_t mode)
{
	int r = owner_created(fd, mode);

	if (r == 0)
		return fd;
	close(fd);
	return r;
}

/* Whether what is at the end of the path decides if these flags will do: then it is looked at before it is opened. */
static bool
needs_look(const struct mount *m, int flags)
{
	return (m->flags & (MOUNT_VIRTUAL | MOUNT_FILE)) ||
	       ((m->flags & MOUNT_READONLY) && writes(flags));
}

/* Opens the very object that was found. */
static int
reopen(const struct place *p, int flags, mode_t mode)
{
	char path[FD_PATH_SIZE];
	struct stat st;
	int fd;

	if (p->mount->flags & MOUNT_VIRTUAL)
		return -EXDEV;
	if ((p->mount->flags & MOUNT_READONLY) && writes(flags)) {
		if (fstat(p->fd, &st) < 0)
			return -errno;
		if (S_ISREG(st.st_mode) || (S_ISDIR(st.st_mode) && is_tmpfile(flags)))
			return -EROFS;
	}
	/* The path is a link; not to be followed was meant of the guest's. */
	fd = open(fd_path(p->fd, path), flags & ~O_NOFOLLOW, mode);
	return fd < 0 ? -errno : fd;
}

/* One openat2 if the path is plain. -ELOOP: it is not, or the mount needs a closer look. */
static int
open_plain(const struct mount_table *t, const char *cwd, const char *path, int flags, mode_t mode)
{
	const struct mount_entry *entry;
	char guest[PATH_MAX];
	struct walk w;
	int r;

	r = walk_begin(&w, t, cwd, path, guest);
	if (r == 0)
		r = walk_gather(&w);
	if (r < 0)
		return r;
	if (r == 0)
		return -ELOOP; /* there is a ".." */
	entry = mount_covering(t, guest, w.len);
	if (needs_look(&entry->mount, flags))
		return -ELOOP;
	if (w.end != END_NAME)
		flags |= O_DIRECTORY;
	return confined_open(
		entry->mount.fd, guest[entry->len] ? walk_relative(&w, entry) : ".", flags, mode);
}

/* Walks, then opens by the path that the walk came to. -ELOOP, too, if that has a symlink by now. */
static int
open_walked(const struct mount_table *t, const char *cwd, const char *path, int flags, mode_t mode)
{
	struct place p;
	int r = lookup(
		t, cwd, path, LOOKUP_OBJECT | (flags & O_NOFOLLOW ? LOOKUP_NOFOLLOW : 0), &p);

	if (r < 0)
		return r;
	if (needs_look(p.mount, flags)) {
		r = reopen(&p, flags, mode);
		place_clear(&p);
		return r < 0 ? r : lowest(r, flags);
	}
	place_clear(&p); /* first, so that open gives the lowest descriptor */
	return open_plain(t, "/", p.guest, flags, mode);
}

static int
open_existing(
	const struct mount_table *t, const char *cwd, const char *path, int flags, mode_t mode)
{
	int fd;

	if (!is_tmpfile(flags))
		mode = 0; /* openat2 refuses a mode that would not be used */
	fd = open_plain(t, cwd, path, flags, mode & 01777);
	for (int i = 0; fd == -ELOOP && i < ATTEMPTS && !(i > 0 && (flags & O_NOFOLLOW)); i++)
		fd = open_walked(t, cwd, path, flags, mode & 01777);
	return fd >= 0 && is_tmpfile(flags) ? created(fd, mode) : fd;
}

/* -EAGAIN: look again. */
static int
create_in(const struct place *p, int flags, mode_t mode)
{
	int fd;

	if (p->slash)
		return -EISDIR;
	if (p->fd >= 0)
		return flags & O_EXCL ? -EEXIST : -EAGAIN;
	if (p->mount->flags & MOUNT_READONLY)
		return -EROFS;
	fd = confined_open(p->dir, p->name, flags | O_CREAT | O_EXCL, mode & 01777);
	if (fd == -EEXIST && !(flags & O_EXCL))
		return -EAGAIN;
	return fd < 0 ? fd : created(fd, mode);
}

/* With O_CREAT even reading a directory is refused. */
static int
not_directory(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		return fd;
	close(fd);
	return -EISDIR;
}

static int
open_creating(const struct mount_table *t, const char *cwd, const char *path, int flags,
	mode_t mode, bool *ret_created)
{
	unsigned how = LOOKUP_PARENT | (flags & (O_EXCL | O_NOFOLLOW) ? LOOKUP_NOFOLLOW : 0);
	int r = -EAGAIN;

	for (int i = 0; r == -EAGAIN && i < ATTEMPTS; i++) {
		struct place p;

		if (!(flags & O_EXCL)) {
			r = open_existing(t, cwd, path, flags & ~O_CREAT, 0);
			if (r != -ENOENT)
				return r < 0 ? r : not_directory(r);
		}
		r = lookup(t, cwd, path, how, &p);
		if (r < 0)
			return r;
		r = p.mount->flags & MOUNT_VIRTUAL ? -EXDEV : create_in(&p, flags, mode);
		place_clear(&p);
	}
	if (r < 0)
		return r;
	if (ret_created)
		*ret_created = true;
	return lowest(r, flags);
}

int
lookup_open(const struct mount_table *t, const char *cwd, const char *path, int flags, mode_t mode,
	bool *ret_created)
{
	if (ret_created)
		*ret_created = false;
	flags &= flags & O_PATH ? PATH_FLAGS : OPEN_FLAGS;
	if (flags & O_CREAT && !is_tmpfile(flags))
		return open_creating(t, cwd, path, flags, mode, ret_created);
	return open_existing(t, cwd, path, flags & ~(O_CREAT | O_EXCL), mode);
}
