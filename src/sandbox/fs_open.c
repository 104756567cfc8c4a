/* fs_open.c: open(2) and its kin, and what the host itself opens on behalf of a guest process. */
#include "sandbox/fs_open.h"

#include "base/str.h"
#include "rootfs/owner.h"
#include "sandbox/files.h"
#include "sandbox/fs_fd.h"
#include "sandbox/host.h"
#include "sandbox/identity.h"
#include "sandbox/syscall.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define CREATE_RACES_MAX 16

/* POSIX promises the lowest free number, and BusyBox's daemons rely on it; on the way lower ones were in use. */
int
fd_lowest(int fd)
{
	int flags = fcntl(fd, F_GETFD);
	int low = fcntl(fd, flags & FD_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0);

	if (low < 0 || low > fd) {
		if (low >= 0)
			close(low);
		return fd;
	}
	close(fd);
	return low;
}

int
stamp_created(int fd, int dir, mode_t mode)
{
	uint32_t uid = identity_uid(), gid = identity_gid();
	struct stat parent, st;
	int r = owner_created(fd, mode);

	if (r < 0)
		return r;
	if (fstat(dir, &parent) < 0 || fstat(fd, &st) < 0)
		return -errno;
	r = owner_apply(dir, &parent);
	if (r == 0)
		r = owner_apply(fd, &st);
	if (r == 0 && (parent.st_mode & S_ISGID)) {
		gid = parent.st_gid;
		if (S_ISDIR(mode))
			r = owner_chmod(fd, (st.st_mode & 07777) | S_ISGID);
	}
	if (r == 0 && (uid || gid))
		r = owner_set(fd, uid, gid);
	return r == -EOPNOTSUPP ? 0 : r;
}

/* -EEXIST when somebody else was faster. */
static int
create(const struct target *t, int flags, mode_t mode)
{
	scoped_fd int fd = -1;
	int r;

	if (t->place.slash)
		return -EISDIR;
	r = place_may_change(&t->place);
	if (r < 0)
		return r;
	fd = openat(
		t->place.dir, t->place.name, flags | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 01777);
	if (fd < 0)
		return -errno;
	r = stamp_created(fd, t->place.dir, S_IFREG | (mode & 07777));
	return r < 0 ? r : take_fd(fd);
}

static bool
writes(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);
}

/* What the kernel would say before it opens a file that exists. */
static int
may_open(const struct target *t, int flags)
{
	static const int modes[] = {R_OK, W_OK, R_OK | W_OK, R_OK | W_OK};
	struct stat st;
	int r;

	if ((flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	r = target_stat(t, true, &st);
	if (r < 0)
		return r;
	if ((flags & O_DIRECTORY) && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (flags & O_PATH)
		return 0;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	if (S_ISDIR(st.st_mode) && (writes(flags) || (flags & O_CREAT)) &&
		(flags & O_TMPFILE) != O_TMPFILE)
		return -EISDIR;
	if (S_ISSOCK(st.st_mode))
		return -ENXIO;
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) /* as on a nodev mount */
		return -EACCES;
	return target_access(t, modes[flags & O_ACCMODE] | (flags & O_TRUNC ? W_OK : 0));
}

/* A new description of what an O_PATH descriptor stands for. */
static int
reopen(int path_fd, int flags)
{
	char link[64];
	int fd;

	(void)str_format(link, sizeof(link), "/proc/self/fd/%d", path_fd);
	fd = open(link, flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW));
	return fd < 0 ? -errno : fd;
}

/* Opening a fifo waits for its other end, and a signal may end that. */
static int
open_waiting(struct target *t, int flags)
{
	scoped_scratch path_fd;
	int fd = take_fd(t->place.fd);

	target_clear(t);
	scratch_hold(&path_fd, fd);
	critical_leave();
	fd = reopen(path_fd.fd, flags);
	critical_enter();
	return fd;
}

static bool
is_fifo(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

static int
open_existing(struct target *t, int flags, mode_t mode)
{
	int r = may_open(t, flags);

	if (r < 0)
		return r;
	if (flags & O_PATH)
		return (int)SYS_RESULT(
			fcntl(t->place.fd, flags & O_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0));
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		r = (int)SYS_RESULT(openat(t->place.fd, ".", flags, mode & 01777));
		if (r >= 0)
			(void)stamp_created(r, t->place.fd, S_IFREG | (mode & 07777));
		return r;
	}
	if (!(flags & O_NONBLOCK) && is_fifo(t->place.fd))
		return open_waiting(t, flags);
	return reopen(t->place.fd, flags);
}

static int
open_target(struct target *t, int flags, mode_t mode)
{
	const struct mount *m = t->place.mount;
	struct stat st;
	int fd;

	if (t->virtual)
		return virtual_open(&t->node, t->place.guest, flags);
	fd = t->place.fd < 0 ? create(t, flags, mode) : open_existing(t, flags, mode);
	if (fd < 0)
		return fd;
	target_clear(t);
	fd = fd_lowest(fd);
	fd_opened(fd);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		fd_attach(fd, FD_DIRECTORY)->mount = m;
	return fd;
}

static unsigned
lookup_flags(int flags)
{
	bool exclusive = (flags & O_CREAT) && (flags & O_EXCL);

	return (flags & O_NOFOLLOW || exclusive ? LOOKUP_NOFOLLOW : 0) |
	       (flags & O_CREAT ? LOOKUP_PARENT : LOOKUP_OBJECT);
}

static int
open_path(int dirfd, const char *path, int flags, mode_t mode)
{
	int r = -EEXIST;

	for (int i = 0; r == -EEXIST && i < CREATE_RACES_MAX; i++) {
		scoped_target t;

		r = path_resolve(dirfd, path, lookup_flags(flags), &t);
		if (r == 0)
			r = open_target(&t, flags, mode);
		if (flags & O_EXCL)
			break;
	}
	if (r >= 0 && !guest_fd_ok(r)) {
		fd_forget(r);
		close(r);
		return -EMFILE;
	}
	return r;
}

/* In a critical section of its own: only the wait for a fifo is open to signals. */
static int64_t
open_guest(int dirfd, uint64_t address, int flags, mode_t mode)
{
	char path[PATH_MAX];
	int r;

	critical_enter();
	r = guest_string(address, path, sizeof(path));
	if (r == 0)
		r = open_path(dirfd, path, flags, mode);
	critical_leave();
	return r;
}

static int64_t
call_open(const uint64_t *a)
{
	return open_guest(AT_FDCWD, a[0], (int)a[1], (mode_t)a[2]);
}

static int64_t
call_openat(const uint64_t *a)
{
	return open_guest((int)a[0], a[1], (int)a[2], (mode_t)a[3]);
}

static int64_t
call_creat(const uint64_t *a)
{
	return open_guest(AT_FDCWD, a[0], O_CREAT | O_WRONLY | O_TRUNC, (mode_t)a[1]);
}

static int64_t
call_truncate(const uint64_t *a)
{
	scoped_fd int fd = (int)open_guest(AT_FDCWD, a[0], O_WRONLY | O_CLOEXEC | O_NONBLOCK, 0);

	return fd < 0 ? fd : SYS_RESULT(ftruncate(fd, (off_t)a[1]));
}

/* ---- for the rest of the program ---- */

int
file_open(const char *path, int flags, mode_t mode)
{
	return open_path(AT_FDCWD, path, flags, mode);
}

int
file_open_program(const char *path)
{
	scoped_target t;
	struct stat st;
	int r = path_resolve(AT_FDCWD, path, LOOKUP_OBJECT, &t);

	if (r == 0)
		r = target_stat(&t, false, &st);
	if (r < 0)
		return r;
	if (t.virtual || !S_ISREG(st.st_mode))
		return -EACCES;
	r = identity_access(&st, X_OK);
	return r < 0 ? r : reopen(t.place.fd, O_RDONLY | O_CLOEXEC);
}

bool
file_is_directory(const char *path)
{
	scoped_target t;
	struct stat st;

	return path_resolve(AT_FDCWD, path, LOOKUP_OBJECT, &t) == 0 &&
	       target_stat(&t, false, &st) == 0 && S_ISDIR(st.st_mode);
}

const struct syscall open_calls[] = {
	{SYS_open, call_open, CALL_BLOCKS},
	{SYS_openat, call_openat, CALL_BLOCKS},
	{SYS_creat, call_creat, CALL_BLOCKS},
	{SYS_truncate, call_truncate},
	{0},
};
