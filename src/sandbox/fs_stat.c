/* fs_stat.c: what files are: status, access, links, times, file systems, entries of directories. */
#include "rootfs/owner.h"
#include "sandbox/fs_fd.h"
#include "sandbox/fs_path.h"
#include "sandbox/host.h"
#include "sandbox/identity.h"
#include "sandbox/pty.h"
#include "sandbox/syscall.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

static int
store_stat(uint64_t address, const struct stat *st)
{
	if (!guest_ptr(address))
		return -EFAULT;
	memcpy(guest_ptr(address), st, sizeof(*st));
	return 0;
}

/* Pipes, sockets and terminals are on the host the daemon's; here they belong to whoever holds them. */
int
fd_status(int fd, struct stat *st)
{
	struct fd_object *o = fd_object_of(fd, FD_VIRTUAL);

	if (!guest_fd_ok(fd) || fstat(fd, st) < 0)
		return -EBADF;
	if (o)
		return virtual_stat(&o->node, true, st);
	if (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode))
		return owner_apply(fd, st);
	st->st_rdev = pty_guest_device(st->st_rdev);
	if (S_ISCHR(st->st_mode) && st->st_uid == 0)
		return 0;
	st->st_uid = identity_uid();
	st->st_gid = identity_gid();
	return 0;
}

static int64_t
path_stat(int dirfd, uint64_t path, bool nofollow, uint64_t out)
{
	scoped_target t;
	struct stat st;
	int r = path_resolve_guest(
		dirfd, path, LOOKUP_OBJECT | (nofollow ? LOOKUP_NOFOLLOW : 0), &t);

	if (r == 0)
		r = target_stat(&t, nofollow, &st);
	return r < 0 ? r : store_stat(out, &st);
}

static int64_t
call_stat(const uint64_t *a)
{
	return path_stat(AT_FDCWD, a[0], false, a[1]);
}

static int64_t
call_lstat(const uint64_t *a)
{
	return path_stat(AT_FDCWD, a[0], true, a[1]);
}

static int64_t
call_fstat(const uint64_t *a)
{
	struct stat st;
	int r = fd_status((int)a[0], &st);

	return r < 0 ? r : store_stat(a[1], &st);
}

static bool
is_empty_path(uint64_t address)
{
	const char *path = guest_ptr(address);

	return path && !*path;
}

static int64_t
call_fstatat(const uint64_t *a)
{
	int flags = (int)a[3];

	if ((flags & AT_EMPTY_PATH) && is_empty_path(a[1]) && (int)a[0] != AT_FDCWD)
		return call_fstat((const uint64_t[]){a[0], a[2]});
	return path_stat((int)a[0], a[1], flags & AT_SYMLINK_NOFOLLOW, a[2]);
}

static int64_t
path_access(int dirfd, uint64_t path, int mode, int flags)
{
	bool nofollow = flags & AT_SYMLINK_NOFOLLOW;
	scoped_target t;
	struct stat st;
	int r = path_resolve_guest(
		dirfd, path, LOOKUP_OBJECT | (nofollow ? LOOKUP_NOFOLLOW : 0), &t);

	if (r == 0)
		r = target_stat(&t, nofollow, &st);
	if (r < 0 || mode == F_OK)
		return r;
	if (mode & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	if ((mode & W_OK) && !t.virtual && (t.place.mount->flags & MOUNT_READONLY) &&
		(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return -EROFS;
	return flags & AT_EACCESS ? identity_access(&st, mode) : identity_access_real(&st, mode);
}

static int64_t
call_access(const uint64_t *a)
{
	return path_access(AT_FDCWD, a[0], (int)a[1], 0);
}

static int64_t
call_faccessat(const uint64_t *a)
{
	return path_access((int)a[0], a[1], (int)a[2], 0);
}

static int64_t
call_faccessat2(const uint64_t *a)
{
	return path_access((int)a[0], a[1], (int)a[2], (int)a[3]);
}

static int64_t
path_readlink(int dirfd, uint64_t path, uint64_t out, uint64_t size)
{
	char link[PATH_MAX];
	scoped_target t;
	ssize_t n;
	int r = path_resolve_guest(dirfd, path, LOOKUP_OBJECT | LOOKUP_NOFOLLOW, &t);

	if (r < 0)
		return r;
	if (t.virtual) {
		r = virtual_readlink(&t.node, link, sizeof(link));
		n = r < 0 ? r : (ssize_t)strlen(link);
	} else {
		n = SYS_RESULT(readlinkat(t.place.fd, "", link, sizeof(link)));
	}
	if (n == -ENOENT &&
		!t.virtual) /* the kernel's answer for an empty path to what is not a link */
		return -EINVAL;
	if (n < 0)
		return n;
	if ((int)size <= 0)
		return -EINVAL;
	if (n > (int)size)
		n = (int)size;
	if (!guest_ptr(out))
		return -EFAULT;
	memcpy(guest_ptr(out), link, (size_t)n);
	return n;
}

static int64_t
call_readlink(const uint64_t *a)
{
	return path_readlink(AT_FDCWD, a[0], a[1], a[2]);
}

static int64_t
call_readlinkat(const uint64_t *a)
{
	return path_readlink((int)a[0], a[1], a[2], a[3]);
}

/* ---- file systems ---- */

static int
store_statfs(uint64_t address, const struct statfs *st)
{
	if (!guest_ptr(address))
		return -EFAULT;
	memcpy(guest_ptr(address), st, sizeof(*st));
	return 0;
}

static const struct statfs proc_statfs = {
	.f_type = PROC_SUPER_MAGIC, .f_bsize = 4096, .f_namelen = 255, .f_frsize = 4096};

static int64_t
call_statfs(const uint64_t *a)
{
	struct statfs st = proc_statfs;
	scoped_target t;
	int r = path_resolve_guest(AT_FDCWD, a[0], LOOKUP_OBJECT, &t);

	if (r == 0 && !t.virtual)
		r = (int)SYS_RESULT(fstatfs(t.place.fd, &st));
	return r < 0 ? r : store_statfs(a[1], &st);
}

static int64_t
call_fstatfs(const uint64_t *a)
{
	struct statfs st = proc_statfs;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	if (!fd_object_of((int)a[0], FD_VIRTUAL) && fstatfs((int)a[0], &st) < 0)
		return -errno;
	return store_statfs(a[1], &st);
}

/* ---- entries ---- */

/* The records of a virtual directory are the content of an anonymous file; a read must end where a record ends. */
static int64_t
virtual_entries(int fd, uint8_t *out, size_t size)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t n = pread(fd, out, size, at);
	size_t whole = 0;

	if (at < 0 || n < 0)
		return -errno;
	while (whole + 19 <= (size_t)n) {
		uint16_t len;

		memcpy(&len, out + whole + 16, sizeof(len)); /* d_reclen of struct linux_dirent64 */
		if (len < 19 || whole + len > (size_t)n)
			break;
		whole += len;
	}
	if (n > 0 && whole == 0)
		return -EINVAL;
	return lseek(fd, at + (off_t)whole, SEEK_SET) < 0 ? -errno : (int64_t)whole;
}

static int64_t
call_getdents(const uint64_t *a)
{
	struct fd_object *o = fd_object_of((int)a[0], FD_VIRTUAL);

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	if (!guest_ptr(a[1]) || !guest_range_ok(a[1], (uint32_t)a[2]))
		return -EFAULT;
	if (!o)
		return SYS_RESULT(
			syscall(SYS_getdents64, (int)a[0], guest_ptr(a[1]), (uint32_t)a[2]));
	if (!S_ISDIR(o->node.type->mode))
		return -ENOTDIR;
	return virtual_entries((int)a[0], guest_ptr(a[1]), (uint32_t)a[2]);
}

/* ---- extended attributes: none, so that the owners' are not seen ---- */

static int64_t
call_no_attributes(const uint64_t *a UNUSED)
{
	return -EOPNOTSUPP;
}

const struct syscall stat_calls[] = {
	{SYS_stat, call_stat},
	{SYS_lstat, call_lstat},
	{SYS_fstat, call_fstat},
	{SYS_newfstatat, call_fstatat},
	{SYS_access, call_access},
	{SYS_faccessat, call_faccessat},
	{SYS_faccessat2, call_faccessat2},
	{SYS_readlink, call_readlink},
	{SYS_readlinkat, call_readlinkat},
	{SYS_statfs, call_statfs},
	{SYS_fstatfs, call_fstatfs},
	{SYS_getdents64, call_getdents},
	{SYS_setxattr, call_no_attributes},
	{SYS_lsetxattr, call_no_attributes},
	{SYS_fsetxattr, call_no_attributes},
	{SYS_getxattr, call_no_attributes},
	{SYS_lgetxattr, call_no_attributes},
	{SYS_fgetxattr, call_no_attributes},
	{SYS_listxattr, call_no_attributes},
	{SYS_llistxattr, call_no_attributes},
	{SYS_flistxattr, call_no_attributes},
	{SYS_removexattr, call_no_attributes},
	{SYS_lremovexattr, call_no_attributes},
	{SYS_fremovexattr, call_no_attributes},
	{0},
};
