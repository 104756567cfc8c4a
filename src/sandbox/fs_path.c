#include "sandbox/fs_path.h"

#include "base/str.h"
#include "rootfs/owner.h"
#include "sandbox/dev.h"
#include "sandbox/files.h"
#include "sandbox/fs_fd.h"
#include "sandbox/host.h"
#include "sandbox/identity.h"
#include "sandbox/pty.h"
#include "sandbox/syscall.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define REDIRECTS_MAX 40 /* the kernel's limit of symbolic links */

static const struct mount *cwd_mount;
static char cwd_virtual[PATH_MAX]; /* "" unless the working directory is virtual */

void
target_clear(struct target *t)
{
	place_clear(&t->place);
}

/* ---- host paths back to guest paths ---- */

static int
read_link(const char *path, char out[PATH_MAX])
{
	ssize_t n = readlink(path, out, PATH_MAX - 1);

	if (n < 0)
		return -errno;
	out[n] = '\0';
	return 0;
}

static int
read_fd_link(pid_t host_pid, int fd, char out[PATH_MAX])
{
	char link[64];

	if (host_pid)
		(void)str_format(link, sizeof(link), "/proc/%d/fd/%d", host_pid, fd);
	else
		(void)str_format(link, sizeof(link), "/proc/self/fd/%d", fd);
	return read_link(link, out);
}

/* The guest path of host if it lies in m, by where m is now. Its length in the mount's own path is the measure of fit. */
static int
path_within(const struct mount *m, const char *host, char out[PATH_MAX], size_t *ret_fit)
{
	const char *guest = str_eq(m->guest, "/") ? "" : m->guest;
	char top[PATH_MAX];
	size_t n;
	int r;

	if (m->flags & MOUNT_VIRTUAL)
		return -ENOENT;
	r = read_fd_link(0, m->fd, top);
	if (r < 0)
		return r;
	n = str_eq(top, "/") ? 0 : strlen(top);
	if (strncmp(host, top, n) != 0 || (host[n] != '/' && host[n] != '\0'))
		return -ENOENT;
	*ret_fit = n;
	r = str_format(out, PATH_MAX, "%s%s", guest, host + n);
	if (r == 0 && !*out)
		memcpy(out, "/", 2);
	return r;
}

/* Mounts may show the same host directory; the one that is nearest to the file is as good an answer as any. */
static const struct mount *
mount_of_host(const char *host, char out[PATH_MAX])
{
	const struct mount *best = NULL;
	char candidate[PATH_MAX];
	size_t best_fit = 0, fit = 0;

	for (size_t i = 0; i < mount_count(container.mounts); i++) {
		const struct mount *m = mount_at(container.mounts, i);

		if (path_within(m, host, candidate, &fit) < 0 || (best && fit <= best_fit))
			continue;
		memcpy(out, candidate, strlen(candidate) + 1);
		best = m;
		best_fit = fit;
	}
	return best;
}

int
path_of_host(const char *host, char out[PATH_MAX])
{
	return mount_of_host(host, out) ? 0 : -ENOENT;
}

const struct mount *
mount_of_fd(int fd)
{
	struct fd_object *o = fd_object_of(fd, FD_DIRECTORY);
	char host[PATH_MAX], guest[PATH_MAX];

	if (o)
		return o->mount;
	return read_fd_link(0, fd, host) < 0 ? NULL : mount_of_host(host, guest);
}

int
path_of_directory(int fd, char out[PATH_MAX])
{
	struct fd_object *o = fd_object(fd);
	char host[PATH_MAX];
	struct stat st;
	size_t fit;

	if (!guest_fd_ok(fd) || fstat(fd, &st) < 0)
		return -EBADF;
	if (o && o->kind == FD_VIRTUAL)
		return S_ISDIR(o->node.type->mode) ? str_format(out, PATH_MAX, "%s", o->path)
						   : -ENOTDIR;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (read_fd_link(0, fd, host) < 0 || st.st_nlink == 0)
		return -ENOENT;
	if (o && o->kind == FD_DIRECTORY)
		return path_within(o->mount, host, out, &fit);
	return path_of_host(host, out);
}

/* Files that are not in the container came as standard streams: where they are is not the guest's business. */
int
path_of_fd(pid_t host_pid, int fd, char out[PATH_MAX])
{
	char host[PATH_MAX];
	int r = read_fd_link(host_pid, fd, host), pty;

	if (r < 0)
		return r;
	if (host[0] != '/')
		return str_format(out, PATH_MAX, "%s", host);
	if (str_starts(host, "/memfd:")) {
		char *end = host + strlen(host) - strlen(" (deleted)");

		if (str_ends(host, " (deleted)"))
			*end = '\0';
		return str_format(out, PATH_MAX, "%s", host + strlen("/memfd:"));
	}
	if (str_starts(host, "/dev/pts/")) {
		pty = pty_guest_number(host);
		return pty < 0 ? str_format(out, PATH_MAX, "(unreachable)")
			       : str_format(out, PATH_MAX, "/dev/pts/%d", pty);
	}
	if (path_of_host(host, out) == 0)
		return 0;
	return str_format(out, PATH_MAX, "%s", dev_is_shown(host) ? host : "(unreachable)");
}

/* ---- the working directory ---- */

int
cwd_path(char out[PATH_MAX])
{
	char host[PATH_MAX];
	size_t fit;

	if (*cwd_virtual)
		return str_format(out, PATH_MAX, "%s", cwd_virtual);
	if (syscall(SYS_getcwd, host, sizeof(host)) < 0)
		return -errno;
	if (host[0] != '/') /* "(unreachable)…" */
		return -ENOENT;
	return path_within(cwd_mount, host, out, &fit);
}

static int
enter(const struct target *t)
{
	struct stat st;
	int r = target_stat(t, false, &st);

	if (r < 0)
		return r;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	r = target_access(t, X_OK);
	if (r < 0)
		return r;
	if (t->virtual)
		return str_format(cwd_virtual, sizeof(cwd_virtual), "%s", t->place.guest);
	if (fchdir(t->place.fd) < 0)
		return -errno;
	cwd_mount = t->place.mount;
	cwd_virtual[0] = '\0';
	return 0;
}

static int64_t
call_chdir(const uint64_t *a)
{
	scoped_target t;
	int r = path_resolve_guest(AT_FDCWD, a[0], 0, &t);

	return r < 0 ? r : enter(&t);
}

static int64_t
call_fchdir(const uint64_t *a)
{
	char path[PATH_MAX];
	int r = path_of_directory((int)a[0], path);
	scoped_target t = {.place = {.dir = -1, .fd = -1}};

	if (r == 0)
		r = path_resolve(AT_FDCWD, path, 0, &t);
	return r < 0 ? r : enter(&t);
}

static int64_t
call_getcwd(const uint64_t *a)
{
	char path[PATH_MAX];
	int r = cwd_path(path);
	size_t n;

	if (r < 0)
		return r;
	n = strlen(path) + 1;
	if (n > (uint32_t)a[1])
		return -ERANGE;
	if (!guest_ptr(a[0]))
		return -EFAULT;
	memcpy(guest_ptr(a[0]), path, n);
	return (int64_t)n;
}

/* Makes what is missing of an absolute path, as root; the way of `docker run -w`. */
static int
make_all(const char *path)
{
	char partial[PATH_MAX];
	size_t n = 0;

	while (path[n]) {
		struct place p;
		int r;

		n += strspn(path + n, "/");
		n += strcspn(path + n, "/");
		if (str_format(partial, sizeof(partial), "%.*s", (int)n, path) < 0)
			return -ENAMETOOLONG;
		r = lookup(container.mounts, "/", partial, LOOKUP_PARENT, &p);
		if (r == 0 && p.fd < 0 && !(p.mount->flags & MOUNT_VIRTUAL))
			r = p.mount->flags & MOUNT_READONLY
				    ? -EROFS
				    : (int)SYS_RESULT(mkdirat(p.dir, p.name, 0755));
		if (r < 0)
			return r;
		place_clear(&p);
	}
	return 0;
}

int
cwd_become(const char *path)
{
	scoped_target t = {.place = {.dir = -1, .fd = -1}};
	int r = path[0] == '/' ? make_all(path) : -EINVAL;

	if (r == 0)
		r = path_resolve(AT_FDCWD, path, 0, &t);
	return r < 0 ? r : enter(&t);
}

/* ---- permissions ---- */

int
target_stat(const struct target *t, bool nofollow, struct stat *st)
{
	if (t->virtual)
		return virtual_stat(&t->node, nofollow, st);
	if (t->place.fd < 0)
		return -ENOENT;
	if (fstat(t->place.fd, st) < 0)
		return -errno;
	return owner_apply(t->place.fd, st);
}

int
target_access(const struct target *t, int mode)
{
	struct stat st;
	int r;

	if (!t->virtual && (mode & W_OK) && (t->place.mount->flags & MOUNT_READONLY)) {
		r = target_stat(t, false, &st);
		return r < 0 ? r : S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) ? -EROFS : 0;
	}
	if (identity_is_root() && !(mode & X_OK))
		return t->virtual || t->place.fd >= 0 ? 0 : -ENOENT;
	r = target_stat(t, false, &st);
	return r < 0 ? r : identity_access(&st, mode);
}

/* Search permission on all directories above place. Those on the way of symbolic links are not asked. */
static int
may_search(const struct place *place)
{
	char path[PATH_MAX];
	char *slash;

	memcpy(path, place->guest, strlen(place->guest) + 1);
	while ((slash = strrchr(path, '/'))) {
		scoped_place above = {.dir = -1, .fd = -1};
		struct stat st;
		int r;

		slash[slash == path] = '\0';
		r = lookup(container.mounts, "/", path, 0, &above);
		if (r == 0 && !(above.mount->flags & MOUNT_VIRTUAL)) {
			r = fstat(above.fd, &st) < 0 ? -errno : owner_apply(above.fd, &st);
			if (r == 0)
				r = identity_access(&st, X_OK);
		}
		if (r < 0 || slash == path)
			return r;
	}
	return 0;
}

/* ---- resolving ---- */

static int
base_path(int dirfd, const char *path, char out[PATH_MAX])
{
	if (path[0] == '/') {
		memcpy(out, "/", 2);
		return 0;
	}
	return dirfd == AT_FDCWD ? cwd_path(out) : path_of_directory(dirfd, out);
}

/* A link of /proc/PID/fd leads to a thing, whatever its text says. Where the text is right, the thing is in the container and
 * has a place. */
static bool
find_place_of_thing(const struct target *link, unsigned flags, struct target *ret)
{
	char path[PATH_MAX];
	struct stat thing, st;

	if (virtual_readlink(&link->node, path, sizeof(path)) < 0 || path[0] != '/' ||
		target_stat(link, false, &thing) < 0)
		return false;
	if (path_resolve(AT_FDCWD, path, flags | LOOKUP_NOFOLLOW, ret) == 0 && !ret->virtual &&
		target_stat(ret, true, &st) == 0 && st.st_dev == thing.st_dev &&
		st.st_ino == thing.st_ino)
		return true;
	target_clear(ret);
	return false;
}

int
path_resolve(int dirfd, const char *path, unsigned flags, struct target *ret)
{
	struct target thing;
	char base[PATH_MAX], next[PATH_MAX];
	int r;

	*ret = (struct target){.place = {.dir = -1, .fd = -1}};
	if (!*path)
		return -ENOENT;
	r = base_path(dirfd, path, base);
	for (int i = 0; r >= 0 && i < REDIRECTS_MAX; i++) {
		r = lookup(container.mounts, base, path, flags, &ret->place);
		if (r < 0) {
			ret->place.dir = ret->place.fd = -1;
			return r;
		}
		if (!(ret->place.mount->flags & MOUNT_VIRTUAL))
			return identity_is_root() ? 0 : may_search(&ret->place);
		r = virtual_walk(ret->place.mount->guest, ret->place.guest,
			(flags & LOOKUP_NOFOLLOW) && !ret->place.slash, &ret->node, next);
		if (r == 0) {
			ret->virtual = true;
			memcpy(ret->place.guest, next, strlen(next) + 1);
			if (S_ISLNK(ret->node.type->mode) && !(flags & LOOKUP_NOFOLLOW) &&
				find_place_of_thing(ret, flags, &thing))
				*ret = thing;
			return 0;
		}
		path = memcpy(base, next, strlen(next) + 1);
	}
	return r < 0 ? r : -ELOOP;
}

int
path_resolve_guest(int dirfd, uint64_t address, unsigned flags, struct target *ret)
{
	char path[PATH_MAX];
	int r = guest_string(address, path, sizeof(path));

	*ret = (struct target){.place = {.dir = -1, .fd = -1}};
	return r < 0 ? r : path_resolve(dirfd, path, flags, ret);
}

/* Writing and search permission on the directory that the place is in. */
int
place_may_change(const struct place *place)
{
	struct stat st;

	if (place->mount->flags & MOUNT_READONLY)
		return -EROFS;
	if (identity_is_root())
		return 0;
	if (fstat(place->dir, &st) < 0)
		return -errno;
	(void)owner_apply(place->dir, &st);
	return identity_access(&st, W_OK | X_OK);
}

int
path_resolve_entry(int dirfd, uint64_t address, struct target *ret)
{
	int r = path_resolve_guest(dirfd, address, LOOKUP_NOFOLLOW | LOOKUP_PARENT, ret);

	if (r < 0 || ret->virtual || ret->place.fd >= 0)
		return r;
	return place_may_change(&ret->place);
}

int
path_may_remove(const struct target *t)
{
	struct stat dir, st;
	int r;

	if (t->virtual)
		return str_eq(t->place.mount->guest, t->place.guest) ? -EBUSY : -EPERM;
	if (str_eq(t->place.name, "."))
		return -EBUSY;
	r = place_may_change(&t->place);
	if (r < 0 || identity_is_root())
		return r;
	if (fstat(t->place.dir, &dir) < 0 || target_stat(t, true, &st) < 0)
		return -errno;
	(void)owner_apply(t->place.dir, &dir);
	if (!(dir.st_mode & S_ISVTX) || identity_owns(&st) || identity_owns(&dir))
		return 0;
	return -EPERM;
}

const struct syscall cwd_calls[] = {
	{SYS_chdir, call_chdir},
	{SYS_fchdir, call_fchdir},
	{SYS_getcwd, call_getcwd},
	{0},
};
