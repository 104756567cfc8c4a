#include "rootfs/parents.h"

#include "base/alloc.h"
#include "base/str.h"
#include "rootfs/confine.h"
#include "rootfs/owner.h"

static bool
is_readonly(const struct mount *m, unsigned flags)
{
	return (m->flags & MOUNT_READONLY) && !((flags & PARENTS_SETUP) && str_eq(m->guest, "/"));
}

int
parents_add_directory(const struct place *p, unsigned flags)
{
	scoped_fd int fd = -1;

	if (is_readonly(p->mount, flags))
		return -EROFS;
	if (mkdirat(p->dir, p->name, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(p->dir, p->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : owner_chmod(fd, 0755);
}

int
parents_add_file(const struct place *p, unsigned flags)
{
	scoped_fd int fd = -1;

	if (is_readonly(p->mount, flags))
		return -EROFS;
	fd = openat(p->dir, p->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : owner_chmod(fd, 0644);
}

int
parents_make(const struct mount_table *t, const char *path, unsigned flags)
{
	/* For an archive a dangling link is something in the way; who sets a container up means where it leads. */
	unsigned how = LOOKUP_PARENT | (flags & PARENTS_SETUP ? 0 : LOOKUP_NOFOLLOW);
	scoped_free char *copy = xstrdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		struct place p;
		int r;

		if (slash[strspn(slash, "/")] == '\0')
			break;
		*slash = '\0';
		r = lookup(t, "/", copy, how, &p);
		*slash = '/';
		if (r == 0 && p.fd < 0 && !(p.mount->flags & MOUNT_VIRTUAL))
			r = parents_add_directory(&p, flags);
		place_clear(&p);
		if (r < 0)
			return r;
	}
	return 0;
}
