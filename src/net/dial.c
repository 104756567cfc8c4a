#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "net/fd.h"
#include "task/clock.h"
#include "task/offload.h"
#include "task/poll.h"

#include <errno.h>
#include <netdb.h>

#define BACKLOG_PAUSE (10 * USEC_PER_MSEC)

/* Names */

struct lookup {
	const char *host, *port;
	struct addrinfo *found;
	int code; /* EAI_…, or 0 */
};

static int
run_lookup(void *arg)
{
	static const struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct lookup *l = arg;

	l->code = getaddrinfo(l->host, l->port, &hints, &l->found);
	return 0;
}

static int
resolve(const struct address *a, struct addrinfo **ret, struct error *e)
{
	char port[8];
	struct lookup l = {.host = a->host[0] ? a->host : "localhost", .port = port};
	int r;

	bug_if(str_format(port, sizeof(port), "%u", a->port) < 0);
	r = task_offload(run_lookup, &l);
	if (r < 0)
		return error_errno(e, r, "cannot look up %s", l.host);
	if (l.code)
		return error_set(e, ERROR_UNAVAILABLE, -EHOSTUNREACH, "cannot look up %s: %s",
			l.host, gai_strerror(l.code));
	*ret = l.found;
	return 0;
}

/* Connecting */

static int
await_connect(int fd, usec_t until)
{
	scoped(poll) *p = NULL;
	int r = poll_open(fd, &p), code = 0;
	socklen_t size = sizeof(code);

	if (r < 0)
		return r;
	r = poll_wait(p, POLL_WRITE, until);
	if (r < 0)
		return r;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0)
		return -errno;
	return -code;
}

/* A Unix socket whose backlog is full answers EAGAIN, and nothing tells when it no longer is. */
static int
connect_fd(int fd, const struct sockaddr *address, socklen_t size, usec_t until)
{
	while (connect(fd, address, size) < 0) {
		int r;

		if (errno == EINPROGRESS)
			return await_connect(fd, until);
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (clock_now() >= until)
			return -ETIMEDOUT;
		r = task_sleep(BACKLOG_PAUSE);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
connect_to(const struct sockaddr *address, socklen_t size, usec_t until, struct stream **ret)
{
	scoped_fd int fd = socket(
		address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return -errno;
	if (address->sa_family != AF_UNIX)
		fd_set_tcp_options(fd);
	r = connect_fd(fd, address, size, until);
	if (r < 0)
		return r;
	return fd_stream_of_socket(take_fd(fd), ret);
}

/* What is left of the time is shared out evenly, so that one address that swallows packets does
 * not use up all. */
static usec_t
share_of(usec_t until, unsigned n)
{
	usec_t now = clock_now();

	if (until == USEC_INFINITY || until <= now)
		return until;
	return now + (until - now) / n;
}

static int
connect_any(const struct addrinfo *found, usec_t until, struct stream **ret)
{
	unsigned left = 0;
	int r = -EHOSTUNREACH;

	for (const struct addrinfo *i = found; i; i = i->ai_next)
		left++;
	for (const struct addrinfo *i = found; i; i = i->ai_next) {
		r = connect_to(i->ai_addr, i->ai_addrlen, share_of(until, left--), ret);
		if (r == 0 || r == -ECANCELED)
			break;
	}
	return r;
}

static int
dial_tcp(const struct address *a, usec_t until, struct stream **ret, struct error *e)
{
	struct addrinfo *found = NULL;
	char text[sizeof(a->host) + 16];
	int r = resolve(a, &found, e);

	if (r < 0)
		return r;
	r = connect_any(found, until, ret);
	freeaddrinfo(found);
	address_format(a, text, sizeof(text));
	return r < 0 ? error_errno(e, r, "cannot connect to %s", text) : 0;
}

static int
dial_unix(const struct address *a, usec_t until, struct stream **ret, struct error *e)
{
	struct sockaddr_storage address;
	socklen_t size = fd_unix_address(a->path, &address);
	int r = connect_to((struct sockaddr *)&address, size, until, ret);

	return r < 0 ? error_errno(e, r, "cannot connect to unix://%s", a->path) : 0;
}

int
stream_dial(const struct address *a, usec_t until, struct stream **ret, struct error *e)
{
	return a->kind == ADDRESS_UNIX ? dial_unix(a, until, ret, e) : dial_tcp(a, until, ret, e);
}
