#include "sandbox/dev.h"

#include "base/error.h"
#include "base/str.h"
#include "rootfs/mount.h"
#include "sandbox/host.h"
#include "sandbox/pty.h"
#include "sandbox/virtual.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int
open_device(const struct vnode *node, int flags)
{
	int fd = open(node->type->name, flags & ~(O_CREAT | O_EXCL));

	return fd < 0 ? -errno : fd;
}

/* The container's terminal. */
static int
open_console(const struct vnode *node UNUSED, int flags)
{
	return pty_open(0, flags);
}

const struct vnode_type dev_nodes[] = {
	{"/dev/null", S_IFCHR | 0666, {1, 3}, .open = open_device},
	{"/dev/zero", S_IFCHR | 0666, {1, 5}, .open = open_device},
	{"/dev/full", S_IFCHR | 0666, {1, 7}, .open = open_device},
	{"/dev/random", S_IFCHR | 0666, {1, 8}, .open = open_device},
	{"/dev/urandom", S_IFCHR | 0666, {1, 9}, .open = open_device},
	{"/dev/tty", S_IFCHR | 0666, {5, 0}, .open = open_device},
	{"/dev/console", S_IFCHR | 0620, {136, 0}, .open = open_console},
	{"/dev/pts", S_IFDIR | 0755, .find = pty_find, .list = pty_list},
	{0},
};

static const struct {
	const char *name, *to;
} links[] = {
	{"/dev/fd", "/proc/self/fd"},
	{"/dev/stdin", "/proc/self/fd/0"},
	{"/dev/stdout", "/proc/self/fd/1"},
	{"/dev/stderr", "/proc/self/fd/2"},
	{"/dev/ptmx", "pts/ptmx"},
};

bool
dev_is_shown(const char *host_path)
{
	for (const struct vnode_type *t = dev_nodes; t->name; t++)
		if (t->open == open_device && str_eq(t->name, host_path))
			return true;
	return false;
}

/* What an image has there already stays. */
static void
make_link(const char *name, const char *to)
{
	scoped_place p;

	if (lookup(container.mounts, "/", name, LOOKUP_NOFOLLOW | LOOKUP_PARENT, &p) == 0 &&
		p.fd < 0)
		(void)symlinkat(to, p.dir, p.name);
}

static int
unpack_node(int root, const struct vnode_type *t, const char *first)
{
	int fd;

	if (S_ISDIR(t->mode))
		return mkdirat(root, t->name + 1, 0755) < 0 ? -errno : 0;
	/* One inode for all: nobody will ever see what is in it. */
	if (first)
		return linkat(root, first, root, t->name + 1, 0) < 0 ? -errno : 0;
	fd = openat(root, t->name + 1, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int
dev_unpack(int root, const struct timespec times[2])
{
	const char *first = NULL;
	int r = 0;

	for (const struct vnode_type *t = dev_nodes; t->name && r == 0; t++) {
		r = unpack_node(root, t, first);
		if (r == 0 && utimensat(root, t->name + 1, times, 0) < 0)
			r = -errno;
		if (!first && !S_ISDIR(t->mode))
			first = t->name + 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(links) && r == 0; i++)
		if (symlinkat(links[i].to, root, links[i].name + 1) < 0 ||
			utimensat(root, links[i].name + 1, times, AT_SYMLINK_NOFOLLOW) < 0)
			r = -errno;
	return r;
}

/* A node whose mount point cannot be made (a read-only bind mount at /dev, say) is missing, no more. */
int
dev_setup(void)
{
	for (const struct vnode_type *t = dev_nodes; t->name; t++) {
		scoped_error e = {0};

		(void)mount_add(container.mounts, t->name, "", "devtmpfs",
			MOUNT_VIRTUAL | (S_ISDIR(t->mode) ? 0 : MOUNT_FILE), &e);
	}
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		make_link(links[i].name, links[i].to);
	return pty_setup();
}
