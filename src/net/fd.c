#include "net/fd.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "task/clock.h"
#include "task/cond.h"
#include "task/poll.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/un.h>

/* A task that never has to wait lets others have a turn after so many bytes. */
#define TURN_BYTES (256 * 1024)
#define FREE_WAIT (100 * USEC_PER_MSEC)
enum { KEEPALIVE_IDLE = 30, KEEPALIVE_INTERVAL = 10 }; /* seconds */

/* A direction that is closed has descriptor -1; a socket or a terminal has one descriptor and
 * one poll for both. */
struct fd_stream {
	struct stream base;
	int read_fd, write_fd;
	struct poll *read_poll, *write_poll;
	bool tty;
	size_t unyielded; /* bytes moved since a task last waited */
};

/* Wakes listeners that are out of descriptors. */
static struct cond freed = {{&freed.waiters, &freed.waiters}};

static struct fd_stream *
fd_stream(struct stream *s)
{
	return container_of(s, struct fd_stream, base);
}

static int
take_turns(struct fd_stream *f)
{
	if (f->unyielded < TURN_BYTES)
		return 0;
	f->unyielded = 0;
	return task_yield();
}

static int
wait_until_ready(struct fd_stream *f, struct poll *p, int event, usec_t until)
{
	int r = poll_wait(p, event, until);

	f->unyielded = 0;
	return r;
}

static ssize_t
fd_read(struct stream *s, void *data, size_t n, usec_t until)
{
	struct fd_stream *f = fd_stream(s);
	ssize_t r = take_turns(f);

	while (r >= 0) {
		if (f->read_fd < 0)
			return 0;
		r = read(f->read_fd, data, n);
		if (r >= 0) {
			f->unyielded += (size_t)r;
			return r;
		}
		if (errno == EIO && f->tty) /* the other side of a terminal is closed */
			return 0;
		if (errno == EAGAIN)
			r = wait_until_ready(f, f->read_poll, POLL_READ, until);
		else
			r = errno == EINTR ? 0 : -errno;
	}
	return r;
}

static ssize_t
send_some(const struct fd_stream *f, const struct iovec *v, int n)
{
	struct msghdr message = {.msg_iov = (struct iovec *)v, .msg_iovlen = (size_t)n};

	return sendmsg(f->write_fd, &message, MSG_NOSIGNAL);
}

static ssize_t
write_some(const struct fd_stream *f, const struct iovec *v, int n)
{
	return writev(f->write_fd, v, n);
}

typedef ssize_t (*writev_fn)(const struct fd_stream *f, const struct iovec *v, int n);

static ssize_t
fd_writev(struct stream *s, const struct iovec *v, int n, usec_t until, writev_fn put)
{
	struct fd_stream *f = fd_stream(s);
	ssize_t r = take_turns(f);

	while (r >= 0) {
		if (f->write_fd < 0)
			return -EPIPE;
		r = put(f, v, n < IOV_MAX ? n : IOV_MAX);
		if (r >= 0) {
			f->unyielded += (size_t)r;
			return r;
		}
		if (errno == EAGAIN)
			r = wait_until_ready(f, f->write_poll, POLL_WRITE, until);
		else
			r = errno == EINTR ? 0 : -errno;
	}
	return r;
}

static ssize_t
socket_writev(struct stream *s, const struct iovec *v, int n, usec_t until)
{
	return fd_writev(s, v, n, until, send_some);
}

static ssize_t
pipe_writev(struct stream *s, const struct iovec *v, int n, usec_t until)
{
	return fd_writev(s, v, n, until, write_some);
}

static int
socket_shutdown(struct stream *s, usec_t until UNUSED)
{
	return shutdown(fd_stream(s)->write_fd, SHUT_WR) < 0 ? -errno : 0;
}

static void
close_write_end(struct fd_stream *f)
{
	if (f->write_fd < 0 || f->write_fd == f->read_fd)
		return;
	if (f->write_poll)
		poll_close(f->write_poll);
	close(f->write_fd);
	f->write_fd = -1;
	f->write_poll = NULL;
}

/* A terminal has no half to close. */
static int
pipe_shutdown(struct stream *s, usec_t until UNUSED)
{
	struct fd_stream *f = fd_stream(s);

	if (f->write_fd >= 0 && f->write_fd == f->read_fd)
		return -EOPNOTSUPP;
	close_write_end(f);
	return 0;
}

static struct poll *
either_poll(struct fd_stream *f)
{
	return f->read_poll ? f->read_poll : f->write_poll;
}

static void
fd_notify(struct stream *s, void (*fn)(void *), void *arg)
{
	struct fd_stream *f = fd_stream(s);

	if (either_poll(f))
		poll_notify(either_poll(f), fn, arg);
}

static void
fd_notify_hangup(struct stream *s, void (*fn)(void *), void *arg)
{
	struct fd_stream *f = fd_stream(s);

	if (either_poll(f))
		poll_notify_hangup(either_poll(f), fn, arg);
}

static int
fd_fd(const struct stream *s)
{
	const struct fd_stream *f = container_of(s, struct fd_stream, base);

	return f->read_fd >= 0 ? f->read_fd : f->write_fd;
}

static void
socket_cut(struct stream *s)
{
	shutdown(fd_stream(s)->write_fd, SHUT_RDWR);
}

static bool
socket_closed(const struct stream *s)
{
	struct pollfd p = {.fd = fd_fd(s)};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR));
}

static void
fd_free(struct stream *s)
{
	struct fd_stream *f = fd_stream(s);

	close_write_end(f);
	if (f->read_poll)
		poll_close(f->read_poll);
	if (f->read_fd >= 0)
		close(f->read_fd);
	free(f);
	cond_broadcast(&freed);
}

static const struct stream_ops socket_ops = {
	.name = "socket",
	.read = fd_read,
	.writev = socket_writev,
	.shutdown = socket_shutdown,
	.notify = fd_notify,
	.notify_hangup = fd_notify_hangup,
	.fd = fd_fd,
	.free = fd_free,
	.cut = socket_cut,
	.closed = socket_closed,
};

static const struct stream_ops pipe_ops = {
	.name = "pipe",
	.read = fd_read,
	.writev = pipe_writev,
	.shutdown = pipe_shutdown,
	.notify = fd_notify,
	.notify_hangup = fd_notify_hangup,
	.fd = fd_fd,
	.free = fd_free,
};

static bool
is_socket(int fd)
{
	int type;
	socklen_t size = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

static int
open_polls(struct fd_stream *f)
{
	int r = 0;

	if (f->read_fd >= 0)
		r = poll_open(f->read_fd, &f->read_poll);
	if (r < 0 || f->write_fd < 0)
		return r;
	if (f->write_fd == f->read_fd) {
		f->write_poll = f->read_poll;
		return 0;
	}
	return poll_open(f->write_fd, &f->write_poll);
}

static int
open_stream(const struct stream_ops *ops, int read_fd, int write_fd, struct stream **ret)
{
	struct fd_stream *f = NEW(fd_stream);
	int r;

	f->base.ops = ops;
	f->read_fd = read_fd;
	f->write_fd = write_fd;
	r = open_polls(f);
	if (r < 0) {
		fd_free(&f->base);
		return r;
	}
	*ret = &f->base;
	return 0;
}

int
fd_stream_of_socket(int fd, struct stream **ret)
{
	return open_stream(&socket_ops, fd, fd, ret);
}

int
stream_from_fds(int read_fd, int write_fd, struct stream **ret)
{
	int r;

	if (read_fd >= 0 && read_fd == write_fd && is_socket(read_fd))
		return fd_stream_of_socket(read_fd, ret);
	r = open_stream(&pipe_ops, read_fd, write_fd, ret);
	if (r == 0 && read_fd >= 0)
		fd_stream(*ret)->tty = isatty(read_fd);
	return r;
}

int
stream_pair(struct stream *ret[2])
{
	int fd[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd) < 0)
		return -errno;
	r = fd_stream_of_socket(fd[0], &ret[0]);
	if (r < 0) {
		close(fd[1]);
		return r;
	}
	r = fd_stream_of_socket(fd[1], &ret[1]);
	if (r < 0)
		stream_free(ret[0]);
	return r;
}

static void
set_option(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof(value));
}

void
fd_set_tcp_options(int fd)
{
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL);
}

socklen_t
fd_unix_address(const char *path, struct sockaddr_storage *ret)
{
	struct sockaddr_un *un = (struct sockaddr_un *)ret;

	*ret = (struct sockaddr_storage){.ss_family = AF_UNIX};
	bug_if(str_format(un->sun_path, sizeof(un->sun_path), "%s", path) < 0);
	return sizeof(*un);
}

int
fd_wait_for_free(usec_t until)
{
	usec_t moment = clock_after(FREE_WAIT);
	int r = cond_wait(&freed, moment < until ? moment : until);

	return r == -ETIMEDOUT && moment < until ? 0 : r;
}
