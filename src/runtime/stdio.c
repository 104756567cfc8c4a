#include "runtime/stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define PIPE_SIZE (256 * 1024) /* of output pipes: fewer switches for large outputs */

void
stdio_close_peer(struct stdio_peer *peer)
{
	for (size_t i = 0; i < peer->n; i++) {
		if (peer->fds[i] >= 0)
			close(peer->fds[i]);
	}
	peer->n = 0;
}

void
stdio_close(struct process *p)
{
	if (p->in && p->in != p->out)
		stream_free(p->in);
	if (p->out)
		stream_free(p->out);
	if (p->err)
		stream_free(p->err);
	p->in = p->out = p->err = NULL;
}

int
stdio_resize(struct process *p, unsigned rows, unsigned columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	if (!p->tty || !p->out)
		return -ENOTTY;
	return ioctl(stream_fd(p->out), TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

static int
open_terminal(const struct process_spec *spec, struct process *p, struct stdio_peer *peer)
{
	scoped_fd int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char name[64];
	int fd, r;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return -errno;
	r = ptsname_r(master, name, sizeof(name));
	if (r != 0)
		return -r;
	peer->fds[0] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (peer->fds[0] < 0)
		return -errno;
	peer->n = 1;
	fd = take_fd(master);
	r = stream_from_fds(fd, fd, &p->out);
	if (r < 0)
		return r;
	p->in = p->out;
	p->tty = true;
	if (spec->rows || spec->columns)
		stdio_resize(p, spec->rows, spec->columns);
	return 0;
}

static int
open_output(struct stream **ret, int *ret_peer)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	/* More than the default costs nothing until it is used; over the user's limit it stays as
	 * it was. */
	(void)fcntl(fds[0], F_SETPIPE_SZ, PIPE_SIZE);
	*ret_peer = fds[1];
	return stream_from_fds(fds[0], -1, ret);
}

static int
open_input(const struct process_spec *spec, struct process *p, int *ret_peer)
{
	int fds[2];

	if (!spec->open_stdin) {
		*ret_peer = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return *ret_peer < 0 ? -errno : 0;
	}
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	*ret_peer = fds[0];
	return stream_from_fds(-1, fds[1], &p->in);
}

static int
open_pipes(const struct process_spec *spec, struct process *p, struct stdio_peer *peer)
{
	int r;

	peer->n = 3;
	r = open_input(spec, p, &peer->fds[0]);
	if (r >= 0)
		r = open_output(&p->out, &peer->fds[1]);
	if (r >= 0)
		r = open_output(&p->err, &peer->fds[2]);
	return r;
}

int
stdio_open(
	const struct process_spec *spec, struct process *p, struct stdio_peer *ret, struct error *e)
{
	int r;

	*ret = (struct stdio_peer){.fds = {-1, -1, -1}};
	r = spec->tty ? open_terminal(spec, p, ret) : open_pipes(spec, p, ret);
	if (r < 0) {
		stdio_close_peer(ret);
		stdio_close(p);
		return error_errno(e, r, "cannot open the process's standard streams");
	}
	return 0;
}
