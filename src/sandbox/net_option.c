/* net_option.c: socket options. What only means something on a wire is accepted and has no effect. */
#include "sandbox/fs_fd.h"
#include "sandbox/host.h"
#include "sandbox/identity.h"
#include "sandbox/net_socket.h"
#include "sandbox/process.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* What SOL_SOCKET may say to the kernel: nothing that holds a pointer (SO_ATTACH_FILTER) or makes a descriptor (SO_PEERPIDFD). */
static bool
is_harmless(int option)
{
	static const int harmless[] = {SO_DEBUG, SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_SNDBUF,
		SO_RCVBUF, SO_KEEPALIVE, SO_PRIORITY, SO_LINGER, SO_PASSCRED, SO_RCVLOWAT,
		SO_SNDLOWAT, SO_RCVTIMEO_OLD, SO_SNDTIMEO_OLD, SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW,
		SO_ACCEPTCONN, SO_PEEK_OFF, SO_TIMESTAMP_OLD, SO_TIMESTAMP_NEW};

	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (harmless[i] == option)
			return true;
	return false;
}

/* The guest's buffer for an answer, as much of it as fits. */
static int64_t
answer(const uint64_t *a, const void *value, uint32_t n)
{
	uint32_t *len = guest_ptr(a[4]);

	if (!len || !guest_ptr(a[3]))
		return -EFAULT;
	if ((int32_t)*len < 0)
		return -EINVAL;
	if (n > *len)
		n = *len;
	memcpy(guest_ptr(a[3]), value, n);
	*len = n;
	return 0;
}

static int64_t
answer_int(const uint64_t *a, int value)
{
	return answer(a, &value, sizeof(value));
}

static int64_t
answer_peer(const uint64_t *a, int fd)
{
	struct ucred u;
	socklen_t len = sizeof(u);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &u, &len) < 0)
		return -errno;
	if (u.pid > 0) {
		u.uid = process_uid(u.pid);
		u.gid = u.uid == identity_uid() ? identity_gid() : u.uid;
		u.pid = process_guest_pid(u.pid);
	}
	return answer(a, &u, sizeof(u));
}

static int64_t
get_socket_level(const uint64_t *a, int fd, const struct net_socket *s)
{
	bool inet = socket_is_inet(s);

	switch ((int)a[2]) {
	case SO_DOMAIN:
		return answer_int(a, s->domain);
	case SO_PROTOCOL:
		return answer_int(a, !inet                    ? 0
				     : s->type == SOCK_STREAM ? IPPROTO_TCP
							      : IPPROTO_UDP);
	case SO_PEERCRED:
		return answer_peer(a, fd);
	case SO_BINDTODEVICE:
		return answer(a, "", 0);
	case SO_BROADCAST:
	case SO_DONTROUTE:
	case SO_OOBINLINE:
	case SO_REUSEPORT:
		return answer_int(a, 0);
	}
	if (!is_harmless((int)a[2]))
		return -ENOPROTOOPT;
	return SYS_RESULT(getsockopt(fd, SOL_SOCKET, (int)a[2], guest_ptr(a[3]), guest_ptr(a[4])));
}

int64_t
call_getsockopt(const uint64_t *a)
{
	int fd = (int)a[0], level = (int)a[1], option = (int)a[2];
	struct net_socket s;

	if (!guest_fd_ok(fd))
		return -EBADF;
	s = socket_of(fd);
	if (!s.domain)
		return -ENOTSOCK;
	if (level == SOL_SOCKET)
		return get_socket_level(a, fd, &s);
	if (!socket_is_inet(&s))
		return -EOPNOTSUPP;
	if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY)
		return answer_int(a, s.v6only);
	if (level == IPPROTO_IP && option == IP_TTL)
		return answer_int(a, 64);
	if (level == IPPROTO_TCP && option == TCP_MAXSEG)
		return answer_int(a, 65483); /* of the loopback interface */
	if (level == IPPROTO_TCP && option != TCP_INFO)
		return answer_int(a, 0);
	return level == IPPROTO_IP || level == IPPROTO_IPV6 ? answer_int(a, 0) : -ENOPROTOOPT;
}

static int64_t
set_socket_level(const uint64_t *a, int fd, const struct net_socket *s)
{
	switch ((int)a[2]) {
	case SO_BINDTODEVICE:
	case SO_MARK:
		return -EPERM;
	case SO_BROADCAST:
	case SO_DONTROUTE:
	case SO_OOBINLINE:
	case SO_REUSEPORT:
		return socket_is_inet(s) ? 0 : -EOPNOTSUPP;
	}
	if (!is_harmless((int)a[2]))
		return -ENOPROTOOPT;
	return SYS_RESULT(setsockopt(fd, SOL_SOCKET, (int)a[2], guest_ptr(a[3]), (socklen_t)a[4]));
}

static int64_t
set_v6only(const uint64_t *a, int fd, const struct net_socket *s)
{
	struct fd_object *o = fd_object_of(fd, FD_SOCKET);
	int value;

	if (s->domain != AF_INET6)
		return -ENOPROTOOPT;
	if (s->named || !o || (uint32_t)a[4] < sizeof(value))
		return -EINVAL;
	memcpy(&value, guest_ptr(a[3]), sizeof(value));
	o->socket.v6only = value != 0;
	return 0;
}

int64_t
call_setsockopt(const uint64_t *a)
{
	int fd = (int)a[0], level = (int)a[1];
	struct net_socket s;

	if (!guest_fd_ok(fd))
		return -EBADF;
	if (!guest_ptr(a[3]) && (uint32_t)a[4])
		return -EFAULT;
	s = socket_of(fd);
	if (!s.domain)
		return -ENOTSOCK;
	if (level == SOL_SOCKET)
		return set_socket_level(a, fd, &s);
	if (!socket_is_inet(&s))
		return -EOPNOTSUPP;
	if (level == IPPROTO_IPV6 && (int)a[2] == IPV6_V6ONLY)
		return set_v6only(a, fd, &s);
	return level == IPPROTO_IP || level == IPPROTO_IPV6 || level == IPPROTO_TCP ? 0
										    : -ENOPROTOOPT;
}
