#include "runtime/tmpfs.h"

#include "base/alloc.h"
#include "base/scope.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#define STACK_SIZE (64 * 1024)

static int
set(int fs, const char *key, const char *value)
{
	return fsconfig(fs, FSCONFIG_SET_STRING, key, value, 0) < 0 ? -errno : 0;
}

static int
make(const char *size)
{
	scoped_fd int fs = fsopen("tmpfs", FSOPEN_CLOEXEC);
	int r = fs < 0 ? -errno : set(fs, "size", size), fd;

	if (r == 0)
		r = set(fs, "mode", "1777");
	if (r == 0 && fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		r = -errno;
	if (r < 0)
		return r;
	fd = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	return fd < 0 ? -errno : fd;
}

/* For the child in the namespace, which shares our memory and descriptors; we stand still until it has ended. */
struct helper {
	const char *size;
	char uids[32], gids[32];
	int result;
};

static int
tell_kernel(const char *path, const char *text)
{
	scoped_fd int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

static int
help(void *arg)
{
	struct helper *h = arg;

	h->result = tell_kernel("/proc/self/setgroups", "deny");
	if (h->result == 0)
		h->result = tell_kernel("/proc/self/uid_map", h->uids);
	if (h->result == 0)
		h->result = tell_kernel("/proc/self/gid_map", h->gids);
	if (h->result == 0)
		h->result = make(h->size);
	_exit(0);
}

static int
make_in_namespace(const char *size)
{
	struct helper h = {.size = size, .result = -EPERM};
	scoped_free char *stack = xmalloc(STACK_SIZE);
	sigset_t all, before;
	pid_t pid;

	str_format(h.uids, sizeof(h.uids), "0 %u 1", geteuid());
	str_format(h.gids, sizeof(h.gids), "0 %u 1", getegid());
	/* No handler of ours may run in the child. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pid = clone(help, stack + STACK_SIZE,
		CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_NEWUSER | CLONE_NEWNS | SIGCHLD, &h);
	if (pid < 0)
		h.result = -errno;
	else
		waitpid(pid, NULL, 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return h.result;
}

int
tmpfs_open(const char *size, struct error *e)
{
	int fd = make(size);

	if (fd == -EPERM)
		fd = make_in_namespace(size);
	return fd < 0 ? error_errno(e, fd, "cannot make a tmpfs of size %s", size) : fd;
}

int
tmpfs_try(struct error *e)
{
	scoped_fd int fd = tmpfs_open("4k", e);
	char path[32];

	if (fd < 0)
		return fd;
	str_format(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (setxattr(path, "user.sockerless.try", "", 0, 0) < 0)
		return error_errno(e, -errno, "a tmpfs has no user attributes");
	return 0;
}
