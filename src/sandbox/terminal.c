/* terminal.c: ioctl, of which the terminal's job control is ours: process groups need translation. */
#include "sandbox/files.h"
#include "sandbox/host.h"
#include "sandbox/process.h"
#include "sandbox/syscall.h"

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>

static int64_t
get_foreground(int fd, int32_t *out)
{
	pid_t host;

	if (ioctl(fd, TIOCGPGRP, &host) != 0)
		return -errno;
	*out = process_guest_group(host);
	return 0;
}

static int64_t
set_foreground(int fd, const int32_t *group)
{
	pid_t host = process_host_group(*group);

	if (host < 0)
		return -EPERM;
	return SYS_RESULT(ioctl(fd, TIOCSPGRP, &host));
}

static int64_t
get_session(int fd, int32_t *out)
{
	pid_t host;

	if (ioctl(fd, TIOCGSID, &host) != 0)
		return -errno;
	*out = process_guest_session(host);
	return 0;
}

static int64_t
call_ioctl(const uint64_t *a)
{
	int fd = (int)a[0];
	uint32_t request = (uint32_t)a[1];
	void *argument = guest_ptr(a[2]);

	if (!guest_fd_ok(fd))
		return -EBADF;
	switch (request) {
	case TIOCGPGRP:
		return get_foreground(fd, argument);
	case TIOCSPGRP:
		return set_foreground(fd, argument);
	case TIOCGSID:
		return get_session(fd, argument);
	case TCGETS:
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
	case TIOCGWINSZ:
	case TIOCSWINSZ:
	case TIOCOUTQ:
	case FIONREAD:
	case FIONBIO:
		return SYS_RESULT(ioctl(fd, request, argument));
	/* These have a number for an argument. Stealing a terminal (1) is for the real root. */
	case TIOCSCTTY:
		return SYS_RESULT(ioctl(fd, request, 0));
	case TIOCNOTTY:
	case TCSBRK:
	case TCSBRKP:
	case TCXONC:
	case TCFLSH:
		return SYS_RESULT(ioctl(fd, request, (int)a[2]));
	default:
		return files_ioctl(fd, request, a[2]);
	}
}

const struct syscall terminal_calls[] = {
	{SYS_ioctl, call_ioctl, CALL_BLOCKS},
	{0},
};
