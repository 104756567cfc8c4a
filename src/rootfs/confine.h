/*
 * confine.h: opening below a descriptor without leaving what is below it; for this room alone.
 *
 * Two ways: one component with openat(O_NOFOLLOW), or a path of several with openat2, which refuses every symlink and "..".
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* -ELOOP if any component, the last included, is a symlink (the last may be one with O_NOFOLLOW|O_PATH). */
static inline int
confined_open(int dir, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (unsigned)(flags),
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);

	return fd < 0 ? -errno : (int)fd;
}

/* Another descriptor of the same, close-on-exec. */
static inline int
fd_again(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

/* The one path at which an O_PATH descriptor's object can be opened, changed and asked for attributes. */
#define FD_PATH_SIZE 32
static inline const char *
fd_path(int fd, char out[FD_PATH_SIZE])
{
	snprintf(out, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
	return out;
}
