/*
 * landlock.c: which files the container's processes can reach at all (landlock(7), the kernel's
 * Documentation/userspace-api/landlock.rst).
 *
 * Debian 12's headers know only the first versions, so the later rights and fields are named here.
 */
#include "sandbox/host.h"
#include "sandbox/lockdown.h"

#include "base/scope.h"
#include "rootfs/mount.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>

#define FS_TRUNCATE (1ull << 14)  /* version 3 */
#define FS_IOCTL_DEV (1ull << 15) /* version 5 */
#define NET_ALL 3ull              /* version 4: bind and connect of TCP */
#define SCOPE_ALL 3ull            /* version 6: abstract sockets, signals */

#define FS_FILE                                                       \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
		LANDLOCK_ACCESS_FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)
#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_DEVICE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_IOCTL_DEV)

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

static int
ruleset_create(const struct ruleset_attr *attr, size_t size, uint32_t flags)
{
	return (int)syscall(SYS_landlock_create_ruleset, attr, size, flags);
}

/* All rights of files that this version can withhold. */
static uint64_t
handled_fs(int abi)
{
	uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

	if (abi >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		rights |= FS_TRUNCATE;
	if (abi >= 5)
		rights |= FS_IOCTL_DEV;
	return rights;
}

static void
allow(int ruleset, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};

	/* What cannot be allowed stays forbidden: the guest will notice, the host is safe. */
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static void
allow_path(int ruleset, const char *path, uint64_t rights)
{
	scoped_fd int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd >= 0)
		allow(ruleset, fd, rights);
}

static void
allow_mount(int ruleset, const struct mount *m, uint64_t handled)
{
	uint64_t rights = m->flags & MOUNT_READONLY ? FS_READ : handled;

	if (m->flags & MOUNT_VIRTUAL)
		return;
	if (m->flags & MOUNT_FILE)
		rights &= FS_FILE;
	allow(ruleset, m->fd, rights & handled & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
}

/* The devices of dev.c, terminals, and what the guest's /proc is made from. */
static void
allow_system(int ruleset, uint64_t handled)
{
	static const char *const devices[] = {
		"/dev/null",
		"/dev/zero",
		"/dev/full",
		"/dev/random",
		"/dev/urandom",
		"/dev/tty",
		"/dev/ptmx",
		"/dev/pts",
	};

	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		allow_path(ruleset, devices[i], FS_DEVICE & handled);
	allow_path(ruleset, "/proc", FS_READ);
	if (container.net)
		allow_path(ruleset, container.net, handled & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
}

int
landlock_apply(void)
{
	int abi = ruleset_create(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset_attr attr;
	scoped_fd int ruleset = -1;

	if (abi < 0)
		return -errno;
	attr = (struct ruleset_attr){
		.fs = handled_fs(abi),
		.net = abi >= 4 ? NET_ALL : 0,
		.scoped = abi >= 6 ? SCOPE_ALL : 0,
	};
	ruleset = ruleset_create(&attr, sizeof attr, 0);
	if (ruleset < 0)
		return -errno;
	for (size_t i = 0; i < mount_count(container.mounts); i++)
		allow_mount(ruleset, mount_at(container.mounts, i), attr.fs);
	allow_system(ruleset, attr.fs);
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		return -errno;
	return abi;
}
