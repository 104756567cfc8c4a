/* fs_change.c: making, removing, renaming, and changing what stat shows. */
#include "base/str.h"
#include "rootfs/owner.h"
#include "sandbox/fs_fd.h"
#include "sandbox/fs_open.h"
#include "sandbox/fs_path.h"
#include "sandbox/host.h"
#include "sandbox/identity.h"
#include "sandbox/syscall.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>

/* ---- making ---- */

/* A place for a new entry. */
static int
resolve_new(int dirfd, uint64_t path, struct target *ret)
{
	int r = path_resolve_entry(dirfd, path, ret);

	if (r < 0)
		return r;
	return ret->virtual || ret->place.fd >= 0 ? -EEXIST : 0;
}

/* What was just made, to stamp it. Somebody may have replaced it meanwhile: then that is stamped, which is the guest's race with
 * itself. */
static int
stamp_place(const struct place *place, mode_t mode)
{
	scoped_fd int fd = openat(place->dir, place->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? 0 : stamp_created(fd, place->dir, mode);
}

static int64_t
make_directory(int dirfd, uint64_t path, mode_t mode)
{
	scoped_target t;
	int r = resolve_new(dirfd, path, &t);

	if (r < 0)
		return r;
	if (mkdirat(t.place.dir, t.place.name, mode & 01777) < 0)
		return -errno;
	return stamp_place(&t.place, S_IFDIR | (mode & 07777));
}

static int64_t
call_mkdir(const uint64_t *a)
{
	return make_directory(AT_FDCWD, a[0], (mode_t)a[1]);
}

static int64_t
call_mkdirat(const uint64_t *a)
{
	return make_directory((int)a[0], a[1], (mode_t)a[2]);
}

static int64_t
make_node(int dirfd, uint64_t path, mode_t mode)
{
	mode_t type = mode & S_IFMT ? mode & S_IFMT : S_IFREG;
	scoped_target t;
	int r;

	if (S_ISCHR(type) || S_ISBLK(type))
		return -EPERM;
	r = resolve_new(dirfd, path, &t);
	if (r < 0)
		return r;
	if (t.place.slash)
		return -ENOENT;
	if (mknodat(t.place.dir, t.place.name, type | (mode & 01777), 0) < 0)
		return -errno;
	return stamp_place(&t.place, type | (mode & 07777));
}

static int64_t
call_mknod(const uint64_t *a)
{
	return make_node(AT_FDCWD, a[0], (mode_t)a[1]);
}

static int64_t
call_mknodat(const uint64_t *a)
{
	return make_node((int)a[0], a[1], (mode_t)a[2]);
}

static int64_t
make_symlink(uint64_t content, int dirfd, uint64_t path)
{
	char text[PATH_MAX];
	scoped_target t;
	int r = resolve_new(dirfd, path, &t);

	if (r == 0)
		r = guest_string(content, text, sizeof(text));
	if (r < 0)
		return r;
	if (t.place.slash)
		return -ENOENT;
	return SYS_RESULT(symlinkat(text, t.place.dir, t.place.name));
}

static int64_t
call_symlink(const uint64_t *a)
{
	return make_symlink(a[0], AT_FDCWD, a[1]);
}

static int64_t
call_symlinkat(const uint64_t *a)
{
	return make_symlink(a[0], (int)a[1], a[2]);
}

/* As with fs.protected_hardlinks: others' files only if one may do with them what one likes anyway. */
static int
may_link(const struct target *t)
{
	struct stat st;
	int r = target_stat(t, true, &st);

	if (r < 0)
		return r;
	if (S_ISDIR(st.st_mode))
		return -EPERM;
	if (identity_owns(&st))
		return 0;
	return S_ISREG(st.st_mode) && identity_access(&st, R_OK | W_OK) == 0 ? 0 : -EPERM;
}

static int64_t
make_link(int from_dirfd, uint64_t from, int to_dirfd, uint64_t to, int flags)
{
	unsigned follow = flags & AT_SYMLINK_FOLLOW ? 0 : LOOKUP_NOFOLLOW;
	scoped_target old;
	scoped_target new = {.place = {.dir = -1, .fd = -1}};
	int r = path_resolve_guest(from_dirfd, from, follow, &old);

	if (r == 0)
		r = resolve_new(to_dirfd, to, &new);
	if (r < 0)
		return r;
	if (old.virtual || old.place.mount != new.place.mount || place_is_mount(&old.place))
		return -EXDEV;
	if (new.place.slash)
		return -ENOENT;
	r = may_link(&old);
	if (r < 0)
		return r;
	return SYS_RESULT(linkat(old.place.dir, old.place.name, new.place.dir, new.place.name, 0));
}

static int64_t
call_link(const uint64_t *a)
{
	return make_link(AT_FDCWD, a[0], AT_FDCWD, a[1], 0);
}

static int64_t
call_linkat(const uint64_t *a)
{
	return make_link((int)a[0], a[1], (int)a[2], a[3], (int)a[4]);
}

/* ---- removing ---- */

static int64_t
remove_entry(int dirfd, uint64_t path, int flags)
{
	scoped_target t;
	int r = path_resolve_entry(dirfd, path, &t);

	if (r < 0)
		return r;
	if (!t.virtual && t.place.fd < 0)
		return -ENOENT;
	r = path_may_remove(&t);
	if (r < 0)
		return r;
	if (t.place.slash && !(flags & AT_REMOVEDIR))
		return -ENOTDIR;
	return SYS_RESULT(unlinkat(t.place.dir, t.place.name, flags & AT_REMOVEDIR));
}

static int64_t
call_unlink(const uint64_t *a)
{
	return remove_entry(AT_FDCWD, a[0], 0);
}

static int64_t
call_rmdir(const uint64_t *a)
{
	return remove_entry(AT_FDCWD, a[0], AT_REMOVEDIR);
}

static int64_t
call_unlinkat(const uint64_t *a)
{
	return remove_entry((int)a[0], a[1], (int)a[2]);
}

/* ---- renaming ---- */

/* The table of mounts goes by path, so a directory above a mount point has to stay where it is. */
static bool
has_mounts_beneath(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < mount_count(container.mounts); i++) {
		const char *guest = mount_at(container.mounts, i)->guest;

		if (strncmp(guest, path, n) == 0 && guest[n] == '/')
			return true;
	}
	return false;
}

static int
may_move(const struct target *old, const struct target *new)
{
	int r;

	if (old->virtual || new->virtual)
		return path_may_remove(old->virtual ? old : new);
	if (old->place.fd < 0)
		return -ENOENT;
	r = path_may_remove(old);
	if (r == 0 && new->place.fd >= 0)
		r = path_may_remove(new);
	if (r < 0)
		return r;
	if (old->place.mount != new->place.mount)
		return -EXDEV;
	return has_mounts_beneath(old->place.guest) || has_mounts_beneath(new->place.guest) ? -EBUSY
											    : 0;
}

static int64_t
move_entry(int from_dirfd, uint64_t from, int to_dirfd, uint64_t to, unsigned flags)
{
	scoped_target old;
	scoped_target new = {.place = {.dir = -1, .fd = -1}};
	struct stat st;
	int r;

	r = path_resolve_entry(from_dirfd, from, &old);
	if (r == 0)
		r = path_resolve_entry(to_dirfd, to, &new);
	if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE))
		r = -EINVAL;
	if (r == 0)
		r = may_move(&old, &new);
	if (r < 0)
		return r;
	if ((old.place.slash || new.place.slash) && fstat(old.place.fd, &st) == 0 &&
		!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return SYS_RESULT(
		renameat2(old.place.dir, old.place.name, new.place.dir, new.place.name, flags));
}

static int64_t
call_rename(const uint64_t *a)
{
	return move_entry(AT_FDCWD, a[0], AT_FDCWD, a[1], 0);
}

static int64_t
call_renameat(const uint64_t *a)
{
	return move_entry((int)a[0], a[1], (int)a[2], a[3], 0);
}

static int64_t
call_renameat2(const uint64_t *a)
{
	return move_entry((int)a[0], a[1], (int)a[2], a[3], (unsigned)a[4]);
}

/* ---- changing: an object is either found by path or given as a descriptor ---- */

struct object {
	int fd;         /* borrowed */
	struct stat st; /* as the guest sees it */
};

static int
writable_object(int fd, const struct mount *m, struct object *ret)
{
	ret->fd = fd;
	if (m->flags & MOUNT_READONLY)
		return -EROFS;
	if (fstat(fd, &ret->st) < 0)
		return -errno;
	return owner_apply(fd, &ret->st);
}

static int
object_at(int dirfd, uint64_t path, bool nofollow, struct target *t, struct object *ret)
{
	int r = path_resolve_guest(
		dirfd, path, LOOKUP_OBJECT | (nofollow ? LOOKUP_NOFOLLOW : 0), t);

	if (r < 0)
		return r;
	return t->virtual ? -EPERM : writable_object(t->place.fd, t->place.mount, ret);
}

/* Descriptors of what is in no mount (pipes, terminals, standard streams of the outside) are not the guest's to change. */
static int
object_of_fd(int fd, struct object *ret)
{
	const struct mount *m = guest_fd_ok(fd) ? mount_of_fd(fd) : NULL;

	if (!guest_fd_ok(fd) || fcntl(fd, F_GETFD) < 0)
		return -EBADF;
	return m ? writable_object(fd, m, ret) : -EPERM;
}

static int
change_mode(const struct object *o, uint32_t mode)
{
	if (!identity_owns(&o->st))
		return -EPERM;
	mode &= 07777;
	if (!identity_is_root() && !identity_in_group(o->st.st_gid) && !S_ISDIR(o->st.st_mode))
		mode &= ~(uint32_t)S_ISGID;
	return owner_chmod(o->fd, mode);
}

static int64_t
path_chmod(int dirfd, uint64_t path, uint32_t mode)
{
	struct object o;
	scoped_target t;
	int r = object_at(dirfd, path, false, &t, &o);

	return r < 0 ? r : change_mode(&o, mode);
}

static int64_t
call_chmod(const uint64_t *a)
{
	return path_chmod(AT_FDCWD, a[0], (uint32_t)a[1]);
}

static int64_t
call_fchmodat(const uint64_t *a)
{
	return path_chmod((int)a[0], a[1], (uint32_t)a[2]);
}

static int64_t
call_fchmod(const uint64_t *a)
{
	struct object o;
	int r = object_of_fd((int)a[0], &o);

	return r < 0 ? r : change_mode(&o, (uint32_t)a[1]);
}

static int
change_owner(const struct object *o, uint32_t uid, uint32_t gid)
{
	if (!identity_is_root()) {
		bool same_uid = uid == UINT32_MAX || uid == o->st.st_uid;
		bool own_gid = gid == UINT32_MAX || gid == o->st.st_gid || identity_in_group(gid);

		if (!identity_owns(&o->st) || !same_uid || !own_gid)
			return -EPERM;
	}
	return owner_set(o->fd, uid, gid);
}

/* Symlinks cannot hold an owner's attribute: like a file system that has no owners for them, this says yes and keeps 0:0. */
static int64_t
path_chown(int dirfd, uint64_t path, uint32_t uid, uint32_t gid, bool nofollow)
{
	struct object o;
	scoped_target t;
	int r = object_at(dirfd, path, nofollow, &t, &o);

	if (r < 0)
		return r;
	r = change_owner(&o, uid, gid);
	return r == -EOPNOTSUPP && S_ISLNK(o.st.st_mode) ? 0 : r;
}

static int64_t
call_chown(const uint64_t *a)
{
	return path_chown(AT_FDCWD, a[0], (uint32_t)a[1], (uint32_t)a[2], false);
}

static int64_t
call_lchown(const uint64_t *a)
{
	return path_chown(AT_FDCWD, a[0], (uint32_t)a[1], (uint32_t)a[2], true);
}

static int64_t
call_fchown(const uint64_t *a)
{
	struct object o;
	int r = object_of_fd((int)a[0], &o);

	return r < 0 ? r : change_owner(&o, (uint32_t)a[1], (uint32_t)a[2]);
}

static int64_t
call_fchownat(const uint64_t *a)
{
	const char *path = guest_ptr(a[1]);
	int flags = (int)a[4];

	if ((flags & AT_EMPTY_PATH) && path && !*path)
		return call_fchown((const uint64_t[]){a[0], a[2], a[3]});
	return path_chown(
		(int)a[0], a[1], (uint32_t)a[2], (uint32_t)a[3], flags & AT_SYMLINK_NOFOLLOW);
}

static int
change_times(const struct object *o, const struct timespec *times)
{
	bool now = !times || (times[0].tv_nsec == UTIME_NOW && times[1].tv_nsec == UTIME_NOW);

	if (!identity_owns(&o->st) && (!now || identity_access(&o->st, W_OK) < 0))
		return now ? -EACCES : -EPERM;
	return (int)SYS_RESULT(utimensat(o->fd, "", times, AT_EMPTY_PATH));
}

static int64_t
call_utimensat(const uint64_t *a)
{
	struct timespec times[2], *given = NULL;
	struct object o;
	scoped_target t = {.place = {.dir = -1, .fd = -1}};
	int r;

	if (guest_timespec(a[2], &times[0])) {
		(void)guest_timespec(a[2] + sizeof(times[0]), &times[1]);
		given = times;
	}
	r = guest_ptr(a[1]) ? object_at((int)a[0], a[1], (int)a[3] & AT_SYMLINK_NOFOLLOW, &t, &o)
			    : object_of_fd((int)a[0], &o);
	return r < 0 ? r : change_times(&o, given);
}

static int64_t
call_umask(const uint64_t *a)
{
	return umask((mode_t)a[0] & 0777);
}

const struct syscall change_calls[] = {
	{SYS_mkdir, call_mkdir},
	{SYS_mkdirat, call_mkdirat},
	{SYS_mknod, call_mknod},
	{SYS_mknodat, call_mknodat},
	{SYS_symlink, call_symlink},
	{SYS_symlinkat, call_symlinkat},
	{SYS_link, call_link},
	{SYS_linkat, call_linkat},
	{SYS_unlink, call_unlink},
	{SYS_rmdir, call_rmdir},
	{SYS_unlinkat, call_unlinkat},
	{SYS_rename, call_rename},
	{SYS_renameat, call_renameat},
	{SYS_renameat2, call_renameat2},
	{SYS_chmod, call_chmod},
	{SYS_fchmodat, call_fchmodat},
	{SYS_fchmod, call_fchmod},
	{SYS_chown, call_chown},
	{SYS_lchown, call_lchown},
	{SYS_fchown, call_fchown},
	{SYS_fchownat, call_fchownat},
	{SYS_utimensat, call_utimensat},
	{SYS_umask, call_umask},
	{0},
};
