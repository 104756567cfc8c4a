#include "sandbox/dev.h"

#include "base/error.h"
#include "base/str.h"
#include "rootfs/mount.h"
#include "sandbox/host.h"
#include "sandbox/pty.h"
#include "sandbox/virtual.h"

#include <fcntl.h>
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
