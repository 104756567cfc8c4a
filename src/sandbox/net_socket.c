/* net_socket.c: making, naming, connecting and accepting sockets. */
#include "sandbox/net_socket.h"

#include "base/str.h"
#include "sandbox/fs_fd.h"
#include "sandbox/fs_open.h"
#include "sandbox/fs_path.h"
#include "sandbox/host.h"
#include "sandbox/syscall.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/syscall.h>

#define TYPE_MASK 0xf
#define PATH_OFFSET offsetof(struct sockaddr_un, sun_path)

static enum net_protocol
protocol_of(const struct net_socket *s)
{
	return s->type == SOCK_STREAM ? NET_TCP : NET_UDP;
}

struct net_socket
socket_of(int fd)
{
	struct fd_object *o = fd_object_of(fd, FD_SOCKET);
	struct net_socket s = {.domain = AF_UNIX};
	socklen_t len = sizeof(s.type);
	struct sockaddr_un name;
	struct net_address local;

	if (o)
		return o->socket;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &s.type, &len) < 0)
		return (struct net_socket){0};
	len = sizeof(name);
	if (getsockname(fd, (struct sockaddr *)&name, &len) == 0 &&
		net_name_parse(&name, len, &local, NULL) == 0) {
		s.domain = net_is_v4(&local) ? AF_INET : AF_INET6;
		s.named = true;
	}
	return s;
}

/* The record to be changed; made for a descriptor that has none. */
static struct net_socket *
socket_record(int fd)
{
	struct fd_object *o = fd_object_of(fd, FD_SOCKET);
	struct net_socket s;

	if (!o) {
		s = socket_of(fd);
		o = fd_attach(fd, FD_SOCKET);
		o->socket = s;
	}
	return &o->socket;
}

/* ---- making ---- */

static int
inet_type(int type, int protocol)
{
	if (type == SOCK_STREAM)
		return protocol == 0 || protocol == IPPROTO_TCP ? 0 : -EPROTONOSUPPORT;
	if (type == SOCK_DGRAM) /* "ping" sockets are for groups that the kernel was told of */
		return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? -EACCES
		       : protocol == 0 || protocol == IPPROTO_UDP             ? 0
									      : -EPROTONOSUPPORT;
	return type == SOCK_RAW ? -EPERM : -ESOCKTNOSUPPORT;
}

static int64_t
call_socket(const uint64_t *a)
{
	int domain = (int)a[0], type = (int)a[1], protocol = (int)a[2], fd, r = 0;

	if (domain == AF_PACKET)
		return -EPERM;
	if (domain != AF_UNIX && domain != AF_INET && domain != AF_INET6)
		return -EAFNOSUPPORT;
	if (domain != AF_UNIX)
		r = inet_type(type & TYPE_MASK, protocol);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, type, 0);
	if (fd < 0)
		return -errno;
	fd_opened(fd);
	if (domain != AF_UNIX)
		fd_attach(fd, FD_SOCKET)->socket = (struct net_socket){
			.domain = domain, .type = type & TYPE_MASK};
	return fd;
}

static int64_t
call_socketpair(const uint64_t *a)
{
	int32_t *out = guest_ptr(a[3]);
	int fds[2];

	if (!out)
		return -EFAULT;
	if ((int)a[0] != AF_UNIX)
		return -EOPNOTSUPP;
	if (socketpair(AF_UNIX, (int)a[1], (int)a[2], fds) < 0)
		return -errno;
	out[0] = (int32_t)fd_opened(fds[0]);
	out[1] = (int32_t)fd_opened(fds[1]);
	return 0;
}

/* ---- names ---- */

/* A name in the working directory fits where a way to it may not, and nobody can change what it means. */
static int
bind_in(int fd, int dir, const char *name)
{
	scoped_fd int back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	size_t n = strlen(name);
	int r;

	if (n > sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	memcpy(sun.sun_path, name, n);
	if (back < 0 || fchdir(dir) < 0)
		return -errno;
	r = bind(fd, (struct sockaddr *)&sun, (socklen_t)(PATH_OFFSET + n)) < 0 ? -errno : 0;
	return fchdir(back) < 0 ? -errno : r;
}

static int
unix_bind_path(int fd, const char *path)
{
	scoped_target t;
	int r = path_resolve(AT_FDCWD, path, LOOKUP_NOFOLLOW | LOOKUP_PARENT, &t);

	if (r < 0)
		return r;
	if (t.virtual || t.place.fd >= 0)
		return -EADDRINUSE;
	r = place_may_change(&t.place);
	if (r == 0)
		r = bind_in(fd, t.place.dir, t.place.name);
	if (r < 0)
		return r;
	(void)str_format(socket_record(fd)->path, sizeof(socket_record(fd)->path), "%s", path);
	return 0;
}

static int
unix_bind(int fd, uint64_t address, uint64_t len)
{
	const struct sockaddr_un *guest = guest_ptr(address);
	struct sockaddr_un name = {0}, host = {.sun_family = AF_UNIX};
	char path[sizeof(name.sun_path) + 1] = "";
	socklen_t n = (socklen_t)len, host_len = PATH_OFFSET;
	int r = 0;

	if (!guest)
		return -EFAULT;
	if (n < PATH_OFFSET || n > sizeof(name))
		return -EINVAL;
	memcpy(&name, guest, n);
	if (name.sun_family != AF_UNIX)
		return -EINVAL;
	if (n > PATH_OFFSET && name.sun_path[0]) {
		memcpy(path, name.sun_path, n - PATH_OFFSET);
		return unix_bind_path(fd, path);
	}
	if (n > PATH_OFFSET)
		r = net_abstract_name(&name, n, &host, &host_len);
	return r < 0 ? r : (int)SYS_RESULT(bind(fd, (struct sockaddr *)&host, host_len));
}

static int
inet_bind(int fd, uint64_t address, uint64_t len)
{
	struct net_socket *s = socket_record(fd);
	struct net_address local;
	int r = address_from_guest(address, len, s->domain, &local);

	if (r < 0)
		return r;
	if (s->named)
		return -EINVAL;
	r = net_name_bind(fd, protocol_of(s), &local, s->v6only);
	s->named = r == 0;
	return r;
}

static int64_t
call_bind(const uint64_t *a)
{
	int fd = (int)a[0];
	struct net_socket s;

	if (!guest_fd_ok(fd) || fcntl(fd, F_GETFD) < 0)
		return -EBADF;
	s = socket_of(fd);
	if (!s.domain)
		return -ENOTSOCK;
	return socket_is_inet(&s) ? inet_bind(fd, a[1], a[2]) : unix_bind(fd, a[1], a[2]);
}

static int
name_anything(int fd, struct net_socket *s)
{
	struct net_address any = {0};
	int r;

	if (s->domain == AF_INET)
		any.ip[10] = any.ip[11] = 0xff;
	r = net_name_bind(fd, protocol_of(s), &any, s->v6only);
	s->named = r == 0;
	return r;
}

static int64_t
call_listen(const uint64_t *a)
{
	int fd = (int)a[0], r = 0;
	struct net_socket s;

	if (!guest_fd_ok(fd))
		return -EBADF;
	s = socket_of(fd);
	if (socket_is_inet(&s) && !s.named)
		r = name_anything(fd, socket_record(fd));
	return r < 0 ? r : SYS_RESULT(listen(fd, (int)a[1]));
}

/* ---- connecting ---- */

/* The first candidate that is there. Holds nothing, so it may wait. */
static int
connect_candidates(int fd, enum net_protocol protocol, const struct net_address *to)
{
	struct sockaddr_un name;
	socklen_t len;

	for (int i = 0; net_name_candidate(protocol, to, i, &name, &len); i++) {
		if (connect(fd, (struct sockaddr *)&name, len) == 0)
			return 0;
		/* A full queue: a TCP client would go on trying until it gives up. */
		if (errno == EAGAIN)
			return -ETIMEDOUT;
		if (errno != ENOENT && errno != ECONNREFUSED)
			return -errno;
	}
	return -ECONNREFUSED;
}

static int
tcp_prepare(int fd, struct net_address *to)
{
	struct net_socket *s = socket_record(fd);
	struct net_address from;
	int r = net_route(to, &from);

	if (r < 0 || s->named)
		return r;
	r = net_name_bind_client(fd, &from, to);
	s->named = r == 0;
	return r;
}

int
udp_name(int fd, const struct net_address *to)
{
	struct net_socket *s = socket_record(fd);
	struct net_address target = *to, from;
	int r = net_route(&target, &from);

	if (r < 0 || s->named)
		return r;
	r = net_name_bind(fd, NET_UDP, &from, s->v6only);
	s->named = r == 0;
	return r;
}

/* Nobody need be there: that only shows when something is sent. */
static int
udp_connect(int fd, struct net_address *to)
{
	struct net_socket *s = socket_record(fd);
	struct net_address ignored;
	int r = udp_name(fd, to);

	if (r < 0)
		return r;
	(void)net_route(to, &ignored);
	s->has_peer = true;
	s->peer = *to;
	(void)connect_candidates(fd, NET_UDP, to);
	return 0;
}

static int
udp_disconnect(int fd)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	socket_record(fd)->has_peer = false;
	(void)connect(fd, &none, sizeof(none));
	return 0;
}

static int
inet_connect(int fd, const struct net_socket *s, uint64_t address, uint64_t len)
{
	const struct sockaddr *guest = guest_ptr(address);
	struct net_address to;
	int r;

	critical_enter();
	if (guest && (uint32_t)len >= sizeof(guest->sa_family) && guest->sa_family == AF_UNSPEC)
		r = s->type == SOCK_DGRAM ? udp_disconnect(fd) : -EOPNOTSUPP;
	else if ((r = address_from_guest(address, len, s->domain, &to)) == 0)
		r = s->type == SOCK_DGRAM ? udp_connect(fd, &to) : tcp_prepare(fd, &to);
	critical_leave();
	if (r < 0 || s->type == SOCK_DGRAM)
		return r;
	return connect_candidates(fd, NET_TCP, &to);
}

static int
unix_connect(int fd, uint64_t address, uint64_t len)
{
	const struct sockaddr *guest = guest_ptr(address);
	scoped_scratch held;
	struct sockaddr_un name;
	socklen_t n = 0;
	int hold = -1, r;

	if (guest && (uint32_t)len >= sizeof(guest->sa_family) && guest->sa_family == AF_UNSPEC)
		return (int)SYS_RESULT(connect(fd, guest, sizeof(*guest)));
	critical_enter();
	r = unix_name_from_guest(address, len, &name, &n, &hold);
	scratch_hold(&held, hold);
	critical_leave();
	return r < 0 ? r : (int)SYS_RESULT(connect(fd, (struct sockaddr *)&name, n));
}

static int64_t
call_connect(const uint64_t *a)
{
	int fd = (int)a[0];
	struct net_socket s;

	if (!guest_fd_ok(fd) || fcntl(fd, F_GETFD) < 0)
		return -EBADF;
	s = socket_of(fd);
	if (!s.domain)
		return -ENOTSOCK;
	return socket_is_inet(&s) ? inet_connect(fd, &s, a[1], a[2]) : unix_connect(fd, a[1], a[2]);
}

/* ---- accepting ---- */

/* The new socket is of the listener's kind. Its own name the kernel tells: the listener's. */
static int64_t
accepted(int listener, int fd, struct sockaddr_un *peer, socklen_t len, const uint64_t *a)
{
	struct net_socket s = socket_of(listener);

	fd_opened(fd);
	if (socket_is_inet(&s) || s.path[0])
		fd_attach(fd, FD_SOCKET)->socket = s;
	(void)any_name_to_guest(&s, peer, len, a[1], a[2]);
	return fd;
}

static int64_t
accept_with(const uint64_t *a, int flags)
{
	struct sockaddr_un peer = {0};
	socklen_t len = sizeof(peer);
	int64_t r;
	int fd;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	fd = accept4((int)a[0], (struct sockaddr *)&peer, &len, flags);
	if (fd < 0)
		return -errno;
	critical_enter();
	r = accepted((int)a[0], fd, &peer, len, a);
	critical_leave();
	return r;
}

static int64_t
call_accept(const uint64_t *a)
{
	return accept_with(a, 0);
}

static int64_t
call_accept4(const uint64_t *a)
{
	return accept_with(a, (int)a[3]);
}

/* ---- asking ---- */

/* A connected TCP socket's two addresses are in the client's name, which is its own or its peer's. */
static bool
tcp_ends(int fd, struct net_address *client, struct net_address *server, bool *ret_is_client)
{
	struct sockaddr_un name;
	socklen_t len = sizeof(name);

	if (getsockname(fd, (struct sockaddr *)&name, &len) == 0 &&
		net_name_parse(&name, len, client, server) == 0 && server->port) {
		*ret_is_client = true;
		return true;
	}
	len = sizeof(name);
	*ret_is_client = false;
	return getpeername(fd, (struct sockaddr *)&name, &len) == 0 &&
	       net_name_parse(&name, len, client, server) == 0 && server->port;
}

static int64_t
inet_name(int fd, const struct net_socket *s, bool peer, const uint64_t *a)
{
	struct net_address client, server, local = {0};
	struct sockaddr_un name;
	socklen_t len = sizeof(name);
	bool is_client;

	if (s->type == SOCK_STREAM && tcp_ends(fd, &client, &server, &is_client))
		return address_to_guest(
			is_client != peer ? &client : &server, s->domain, a[1], a[2]);
	if (peer && s->type == SOCK_DGRAM && s->has_peer)
		return address_to_guest(&s->peer, s->domain, a[1], a[2]);
	if (peer && getpeername(fd, (struct sockaddr *)&name, &len) < 0)
		return -errno;
	if (!peer && getsockname(fd, (struct sockaddr *)&name, &len) < 0)
		return -errno;
	(void)net_name_parse(&name, len, &local, NULL);
	return address_to_guest(&local, s->domain, a[1], a[2]);
}

static int64_t
unix_name(int fd, const struct net_socket *s, bool peer, const uint64_t *a)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(name);

	if (peer ? getpeername(fd, (struct sockaddr *)&name, &len) < 0
		 : getsockname(fd, (struct sockaddr *)&name, &len) < 0)
		return -errno;
	if (!peer && s->path[0]) {
		memcpy(name.sun_path, s->path, sizeof(name.sun_path));
		len = (socklen_t)(PATH_OFFSET + strlen(s->path) + 1);
	}
	return unix_name_to_guest(&name, len, a[1], a[2]);
}

static int64_t
name_of_end(const uint64_t *a, bool peer)
{
	int fd = (int)a[0];
	struct net_socket s;

	if (!guest_fd_ok(fd) || fcntl(fd, F_GETFD) < 0)
		return -EBADF;
	if (!guest_ptr(a[1]) || !guest_ptr(a[2]))
		return -EFAULT;
	s = socket_of(fd);
	if (!s.domain)
		return -ENOTSOCK;
	return socket_is_inet(&s) ? inet_name(fd, &s, peer, a) : unix_name(fd, &s, peer, a);
}

static int64_t
call_getsockname(const uint64_t *a)
{
	return name_of_end(a, false);
}

static int64_t
call_getpeername(const uint64_t *a)
{
	return name_of_end(a, true);
}

static int64_t
call_shutdown(const uint64_t *a)
{
	return guest_fd_ok((int)a[0]) ? SYS_RESULT(shutdown((int)a[0], (int)a[1])) : -EBADF;
}

const struct syscall socket_calls[] = {
	{SYS_socket, call_socket},
	{SYS_socketpair, call_socketpair},
	{SYS_bind, call_bind},
	{SYS_listen, call_listen},
	{SYS_connect, call_connect, CALL_BLOCKS},
	{SYS_accept, call_accept, CALL_BLOCKS},
	{SYS_accept4, call_accept4, CALL_BLOCKS},
	{SYS_getsockname, call_getsockname},
	{SYS_getpeername, call_getpeername},
	{SYS_shutdown, call_shutdown},
	{SYS_getsockopt, call_getsockopt},
	{SYS_setsockopt, call_setsockopt},
	{SYS_sendto, call_sendto, CALL_BLOCKS},
	{SYS_recvfrom, call_recvfrom, CALL_BLOCKS},
	{SYS_sendmsg, call_sendmsg, CALL_BLOCKS},
	{SYS_recvmsg, call_recvmsg, CALL_BLOCKS},
	{0},
};
