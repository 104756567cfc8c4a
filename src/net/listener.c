#include "net/listener.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "net/fd.h"
#include "task/poll.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#define SOCKET_MODE 0660
enum { FIRST_INHERITED = 3 }; /* sd_listen_fds(3) */

struct listener {
	int fd;
	struct poll *poll;
	struct address address;
	bool owns_path; /* we made the socket file, and it is this one: */
	dev_t device;
	ino_t inode;
	struct stream_layer layer; /* wrap is NULL: plain */
};

/* Makes a listener of a socket that listens; takes fd over. */
static int
wrap(int fd, const struct address *a, struct listener **ret)
{
	struct listener *l = NEW(listener);
	int r;

	l->fd = fd;
	l->address = *a;
	r = poll_open(fd, &l->poll);
	if (r < 0) {
		listener_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

/* Unix sockets */

/*
 * A socket file outlives a killed daemon.  One that nobody answers on may go; only a connection
 * that is refused says so. 0: it is gone; -EADDRINUSE: somebody listens; -EEXIST: not a socket.
 */
static int
remove_stale(const char *path, const struct sockaddr *address, socklen_t size)
{
	scoped_fd int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;

	if (probe < 0)
		return -errno;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	if (connect(probe, address, size) == 0 || errno != ECONNREFUSED)
		return -EADDRINUSE;
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

/* bind(2) gives the file the socket's own mode less the umask, so that it is never wider than it
 * should be. */
static int
bind_unix(int fd, const char *path)
{
	struct sockaddr_storage address;
	socklen_t size = fd_unix_address(path, &address);
	int r;

	if (fchmod(fd, SOCKET_MODE) < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, size) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return -errno;
	r = remove_stale(path, (struct sockaddr *)&address, size);
	if (r < 0)
		return r;
	return bind(fd, (struct sockaddr *)&address, size) < 0 ? -errno : 0;
}

static int
remember_path(struct listener *l)
{
	struct stat st;

	if (chmod(l->address.path, SOCKET_MODE) < 0 || lstat(l->address.path, &st) < 0)
		return -errno;
	l->owns_path = true;
	l->device = st.st_dev;
	l->inode = st.st_ino;
	return 0;
}

static int
listen_unix(const struct address *a, struct listener **ret)
{
	scoped_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	scoped(listener) *l = NULL;
	int r;

	if (fd < 0)
		return -errno;
	r = bind_unix(fd, a->path);
	if (r < 0)
		return r;
	if (listen(fd, SOMAXCONN) < 0)
		return -errno;
	r = wrap(take_fd(fd), a, &l);
	if (r < 0)
		return r;
	r = remember_path(l);
	if (r < 0)
		return r;
	*ret = take_ptr(l);
	return 0;
}

static int
open_unix(const struct address *a, struct listener **ret, struct error *e)
{
	int r = listen_unix(a, ret);

	if (r == -EADDRINUSE)
		return error_set(e, ERROR_CONFLICT, r,
			"cannot listen on unix://%s: another program answers there", a->path);
	if (r == -EEXIST)
		return error_set(e, ERROR_CONFLICT, r,
			"cannot listen on unix://%s: the file is there and is not a socket",
			a->path);
	return r < 0 ? error_errno(e, r, "cannot listen on unix://%s", a->path) : 0;
}

/* TCP */

static int
bind_tcp(const struct addrinfo *i, int *ret_fd)
{
	scoped_fd int fd = socket(i->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int yes = 1, no = 0;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (i->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	fd_set_tcp_options(fd);
	if (bind(fd, i->ai_addr, i->ai_addrlen) < 0 || listen(fd, SOMAXCONN) < 0)
		return -errno;
	*ret_fd = take_fd(fd);
	return 0;
}

/* With every interface asked for, the IPv6 socket comes first as it takes IPv4 too. */
static int
bind_first(const struct addrinfo *found, bool every_interface, int *ret_fd)
{
	int r = -EADDRNOTAVAIL;

	for (const struct addrinfo *i = found; every_interface && i; i = i->ai_next)
		if (i->ai_family == AF_INET6 && (r = bind_tcp(i, ret_fd)) == 0)
			return 0;
	for (const struct addrinfo *i = found; i; i = i->ai_next)
		if ((r = bind_tcp(i, ret_fd)) == 0)
			return 0;
	return r;
}

static int
local_address(int fd, struct address *ret)
{
	struct sockaddr_storage a = {0};
	socklen_t size = sizeof(a);
	const struct sockaddr_un *un = (struct sockaddr_un *)&a;
	const struct sockaddr_in *in = (struct sockaddr_in *)&a;
	const struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a;

	if (getsockname(fd, (struct sockaddr *)&a, &size) < 0)
		return -errno;
	*ret = (struct address){.kind = a.ss_family == AF_UNIX ? ADDRESS_UNIX : ADDRESS_TCP};
	switch (a.ss_family) {
	case AF_UNIX:
		return str_format(ret->path, sizeof(ret->path), "%s", un->sun_path);
	case AF_INET:
		ret->port = ntohs(in->sin_port);
		inet_ntop(AF_INET, &in->sin_addr, ret->host, sizeof(ret->host));
		return 0;
	case AF_INET6:
		ret->port = ntohs(in6->sin6_port);
		if (!IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr))
			inet_ntop(AF_INET6, &in6->sin6_addr, ret->host, sizeof(ret->host));
		return 0;
	default:
		return -EAFNOSUPPORT;
	}
}

static int
listen_tcp(const struct address *a, const struct addrinfo *found, struct listener **ret)
{
	struct address real = *a, bound;
	int fd = -1, r = bind_first(found, str_empty(a->host), &fd);

	if (r < 0)
		return r;
	r = local_address(fd, &bound);
	if (r < 0) {
		close(fd);
		return r;
	}
	real.port = bound.port;
	return wrap(fd, &real, ret);
}

/* Names are looked up in place: listeners are opened before anything is served. */
static int
open_tcp(const struct address *a, struct listener **ret, struct error *e)
{
	static const struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	char text[sizeof(a->host) + 16], port[8];
	struct addrinfo *found = NULL;
	int r;

	address_format(a, text, sizeof(text));
	bug_if(str_format(port, sizeof(port), "%u", a->port) < 0);
	r = getaddrinfo(a->host[0] ? a->host : NULL, port, &hints, &found);
	if (r)
		return error_set(e, ERROR_INVALID, -EINVAL, "cannot listen on %s: %s", text,
			gai_strerror(r));
	r = listen_tcp(a, found, ret);
	freeaddrinfo(found);
	return r < 0 ? error_errno(e, r, "cannot listen on %s", text) : 0;
}

int
listener_open(const struct address *a, struct listener **ret, struct error *e)
{
	return a->kind == ADDRESS_UNIX ? open_unix(a, ret, e) : open_tcp(a, ret, e);
}

/* Inherited descriptors */

static bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t size = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) == 0 && yes;
}

static int
inherit(int fd, struct listener **ret, struct error *e)
{
	struct address a;
	int r;

	if (!is_listening(fd))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"descriptor %d of LISTEN_FDS is not a socket that listens", fd);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	r = local_address(fd, &a);
	if (r == 0 && a.kind == ADDRESS_TCP)
		fd_set_tcp_options(fd);
	if (r == 0)
		r = wrap(fd, &a, ret);
	return r < 0 ? error_errno(e, r, "cannot use descriptor %d of LISTEN_FDS", fd) : 0;
}

/* How many there are for us; the variables are dropped, so that our children do not think they
 * are for them. */
static int
count_inherited(void)
{
	int pid = 0, n = 0;
	bool ours = str_to_int(str_or(getenv("LISTEN_PID"), ""), 1, INT32_MAX, &pid) == 0 &&
		    pid == getpid() &&
		    str_to_int(str_or(getenv("LISTEN_FDS"), ""), 0, 1024, &n) == 0;

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return ours ? n : 0;
}

int
listener_inherited(struct listener ***ret, size_t *ret_n, struct error *e)
{
	int n = count_inherited();
	struct listener **all = xcalloc((size_t)n + 1, sizeof(*all));

	for (int i = 0; i < n; i++) {
		int r = inherit(FIRST_INHERITED + i, &all[i], e);

		if (r < 0) {
			while (i-- > 0)
				listener_free(all[i]);
			free(all);
			return r;
		}
	}
	*ret = all;
	*ret_n = (size_t)n;
	return 0;
}

/* Use */

/* The path is removed only while it is still ours: a successor may have replaced it. */
void
listener_free(struct listener *l)
{
	struct stat st;

	if (l->poll)
		poll_close(l->poll);
	if (l->owns_path && lstat(l->address.path, &st) == 0 && st.st_dev == l->device &&
		st.st_ino == l->inode)
		unlink(l->address.path);
	close(l->fd);
	free(l);
}

const struct address *
listener_address(const struct listener *l)
{
	return &l->address;
}

void
listener_set_layer(struct listener *l, const struct stream_layer *layer)
{
	l->layer = layer ? *layer : (struct stream_layer){0};
}

/* accept(2) passes on errors of the connection it was about to return; the next one may be well. */
static bool
is_of_the_connection(int error)
{
	switch (error) {
	case EINTR:
	case ECONNABORTED:
	case ENETDOWN:
	case EPROTO:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case EOPNOTSUPP:
	case ENETUNREACH:
		return true;
	default:
		return false;
	}
}

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static int
make_stream(const struct listener *l, int fd, struct stream **ret)
{
	int r = fd_stream_of_socket(fd, ret);

	if (r == 0 && l->layer.wrap)
		*ret = l->layer.wrap(*ret, l->layer.context);
	return r;
}

int
listener_accept(struct listener *l, usec_t until, struct stream **ret)
{
	int r = 0;

	while (r >= 0) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			return make_stream(l, fd, ret);
		if (errno == EAGAIN)
			r = poll_wait(l->poll, POLL_READ, until);
		else if (is_shortage(errno))
			r = fd_wait_for_free(until);
		else if (!is_of_the_connection(errno))
			r = -errno;
	}
	return r;
}
