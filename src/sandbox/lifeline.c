#include "sandbox/lifeline.h"

#include "sandbox/host.h"

#include "base/scope.h"
#include "base/str.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>

static int read_end = -1, write_end = -1;

int
lifeline_setup(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -errno;
	read_end = host_fd_keep(ends[0]);
	write_end = host_fd_keep(ends[1]);
	return read_end < 0 ? read_end : write_end < 0 ? write_end : 0;
}

void
lifeline_cut(void)
{
	if (write_end >= 0)
		close(take_fd(write_end));
}

/* Opening it anew, instead of a dup, gives a description with an owner of its own. */
int
lifeline_open(void)
{
	char path[40];
	int fd;

	str_format(path, sizeof path, "/proc/self/fd/%d", read_end);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool
arm(int fd, pid_t owner)
{
	return fcntl(fd, F_SETOWN, owner) == 0 && fcntl(fd, F_SETSIG, SIGKILL) == 0 &&
	       fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK) == 0;
}

void
lifeline_hold_for(int fd, int host_pid)
{
	/* The child finds out by itself if this fails. */
	arm(fd, host_pid);
}

void
lifeline_hold(int fd)
{
	struct pollfd line = {.fd = read_end};

	lifeline_cut();
	if (host_fd_replace(fd, read_end) != 0 || !arm(read_end, getpid()) ||
		poll(&line, 1, 0) != 0)
		_exit(128 + SIGKILL);
}
