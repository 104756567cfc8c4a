#include "backend/memory/bridge.h"

#include "base/alloc.h"
#include "net/stream.h"
#include "task/offload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE (64 * 1024)

/* The pool's side. */
struct crossing {
	bridge_pack pack;
	bridge_unpack unpack;
	void *job;
	int fd; /* the pipe's end of the pool's side; closed by it */
	char *piece;
	int result;
	struct error error;
	bool done;
	struct cond ended;
};

static int
to_pipe(void *arg, const void *data, size_t n)
{
	const struct crossing *x = arg;
	const char *p = data;

	while (n > 0) {
		ssize_t written = write(x->fd, p, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		p += written;
		n -= (size_t)written;
	}
	return 0;
}

static ssize_t
from_pipe(void *arg, const void **ret)
{
	const struct crossing *x = arg;
	ssize_t n;

	do
		n = read(x->fd, x->piece, PIECE);
	while (n < 0 && errno == EINTR);
	*ret = x->piece;
	return n < 0 ? -errno : n;
}

static int
cross(void *arg)
{
	struct crossing *x = arg;

	if (x->pack)
		x->result = x->pack(x->job, to_pipe, x, &x->error);
	else
		x->result = x->unpack(x->job, from_pipe, x, &x->error);
	close(take_fd(x->fd));
	return 0;
}

static void
cross_run(void *arg)
{
	struct crossing *x = arg;

	if (task_offload(cross, x) < 0) {
		/* Cancelled before it began. */
		close(take_fd(x->fd));
		x->result = -ECANCELED;
	}
	x->done = true;
	cond_broadcast(&x->ended);
}

/* Makes the pipe and starts the pool's side; *ret is ours. */
static int
begin(struct memory *m, struct crossing *x, struct task_group *group, struct stream **ret,
	struct error *e)
{
	int fds[2], r;

	while (m->bridges == BRIDGES_MAX) {
		r = cond_wait(&m->bridge_free, USEC_INFINITY);
		if (r < 0)
			return error_errno(e, r, "waiting for other archives");
	}
	if (pipe2(fds, O_CLOEXEC) < 0)
		return error_errno(e, -errno, "pipe");
	r = stream_from_fds(x->pack ? fds[0] : -1, x->pack ? -1 : fds[1], ret);
	if (r < 0) {
		close(x->pack ? fds[1] : fds[0]);
		return error_errno(e, r, "pipe");
	}
	x->fd = x->pack ? fds[1] : fds[0];
	x->piece = x->pack ? NULL : xmalloc(PIECE);
	cond_init(&x->ended);
	m->bridges++;
	task_spawn(group, "memory.archive", cross_run, x);
	return 0;
}

/* Our end is closed by now, so the pool's side ends soon. Its error is the one to tell, if it has one. */
static int
end(struct memory *m, struct crossing *x, int r, struct error *e)
{
	task_shield();
	while (!x->done)
		cond_wait(&x->ended, USEC_INFINITY);
	task_unshield();
	free(x->piece);
	m->bridges--;
	cond_signal(&m->bridge_free);
	if (x->result < 0 && x->result != -EPIPE && x->error.message) {
		error_move(e, &x->error);
		return x->result;
	}
	error_clear(&x->error);
	if (r >= 0)
		r = x->result;
	return r < 0 ? error_errno(e, r, "archive") : 0;
}

static int
pass_on(struct stream *from, tar_sink sink, void *arg)
{
	scoped_free char *piece = xmalloc(PIECE);
	ssize_t n;

	while ((n = stream_read(from, piece, PIECE, USEC_INFINITY)) > 0) {
		int r = sink(arg, piece, (size_t)n);

		if (r < 0)
			return r;
	}
	return (int)n;
}

int
bridge_out(struct memory *m, bridge_pack fn, void *job, tar_sink sink, void *arg, struct error *e)
{
	struct crossing x = {.pack = fn, .job = job};
	scoped(task_group) *group = task_group_new();
	struct stream *pipe;
	int r = begin(m, &x, group, &pipe, e);

	if (r < 0)
		return r;
	r = pass_on(pipe, sink, arg);
	stream_free(pipe);
	return end(m, &x, r, e);
}

/* The pool's side may stop reading early (the end of the archive, an error): then the rest is dropped. */
static int
feed(struct stream *to, tar_source source, void *arg)
{
	bool wanted = true;
	const void *piece;
	ssize_t n;

	while ((n = source(arg, &piece)) > 0) {
		int r = wanted ? stream_write(to, piece, (size_t)n, USEC_INFINITY) : 0;

		if (r == -EPIPE)
			wanted = false;
		else if (r < 0)
			return r;
	}
	return (int)n;
}

int
bridge_in(struct memory *m, bridge_unpack fn, void *job, tar_source source, void *arg,
	struct error *e)
{
	struct crossing x = {.unpack = fn, .job = job};
	scoped(task_group) *group = task_group_new();
	struct stream *pipe;
	int r = begin(m, &x, group, &pipe, e);

	if (r < 0)
		return r;
	r = feed(pipe, source, arg);
	stream_free(pipe);
	return end(m, &x, r, e);
}
