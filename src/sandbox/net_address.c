/* net_address.c: socket addresses between the guest and the host. */
#include "base/str.h"
#include "sandbox/fs_path.h"
#include "sandbox/host.h"
#include "sandbox/net_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>

#define PATH_OFFSET offsetof(struct sockaddr_un, sun_path)

int
address_from_guest(uint64_t address, uint64_t len, int domain, struct net_address *ret)
{
	const struct sockaddr *guest = guest_ptr(address);
	uint32_t n = (uint32_t)len;

	if (!guest)
		return -EFAULT;
	if (n < sizeof(guest->sa_family))
		return -EINVAL;
	*ret = (struct net_address){0};
	if (guest->sa_family == AF_INET && domain == AF_INET && n >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in in;

		memcpy(&in, guest, sizeof(in));
		ret->ip[10] = ret->ip[11] = 0xff;
		memcpy(ret->ip + 12, &in.sin_addr, 4);
		ret->port = ntohs(in.sin_port);
		return 0;
	}
	if (guest->sa_family == AF_INET6 && domain == AF_INET6 &&
		n >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		struct sockaddr_in6 in6 = {0};

		memcpy(&in6, guest, n < sizeof(in6) ? n : sizeof(in6));
		memcpy(ret->ip, &in6.sin6_addr, 16);
		ret->port = ntohs(in6.sin6_port);
		return 0;
	}
	return guest->sa_family == domain ? -EINVAL : -EAFNOSUPPORT;
}

/* The way of the kernel's move_addr_to_user. */
static int
store(const void *data, socklen_t n, uint64_t address, uint64_t len)
{
	int32_t *guest_len = guest_ptr(len);
	uint32_t room;

	if (!guest_ptr(address) || !guest_len)
		return 0;
	if (*guest_len < 0)
		return -EINVAL;
	room = (uint32_t)*guest_len;
	memcpy(guest_ptr(address), data, n < room ? n : room);
	*guest_len = (int32_t)n;
	return 0;
}

int
address_to_guest(const struct net_address *a, int domain, uint64_t address, uint64_t len)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(a->port)};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(a->port)};

	if (domain == AF_INET) {
		memcpy(&in.sin_addr, a->ip + 12, 4);
		return store(&in, sizeof(in), address, len);
	}
	memcpy(&in6.sin6_addr, a->ip, 16);
	return store(&in6, sizeof(in6), address, len);
}

static int
socket_path(const char *path, struct sockaddr_un *ret, socklen_t *ret_len, int *hold)
{
	scoped_target t;
	struct stat st;
	int r = path_resolve(AT_FDCWD, path, LOOKUP_OBJECT, &t);

	if (r == 0)
		r = target_stat(&t, false, &st);
	if (r < 0)
		return r;
	if (t.virtual || !S_ISSOCK(st.st_mode))
		return -ECONNREFUSED;
	*hold = take_fd(t.place.fd);
	*ret_len = sizeof(*ret);
	return str_format(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d", *hold);
}

int
unix_name_from_guest(
	uint64_t address, uint64_t len, struct sockaddr_un *ret, socklen_t *ret_len, int *hold)
{
	const struct sockaddr_un *guest = guest_ptr(address);
	struct sockaddr_un name = {0};
	uint32_t n = (uint32_t)len;
	char path[sizeof(name.sun_path) + 1] = "";

	if (!guest)
		return -EFAULT;
	if (n < PATH_OFFSET || n > sizeof(name))
		return -EINVAL;
	memcpy(&name, guest, n);
	if (name.sun_family != AF_UNIX)
		return -EINVAL;
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (n == PATH_OFFSET)
		return -EINVAL;
	if (!name.sun_path[0])
		return net_abstract_name(&name, n, ret, ret_len);
	memcpy(path, name.sun_path, n - PATH_OFFSET);
	return socket_path(path, ret, ret_len, hold);
}

int
unix_name_to_guest(struct sockaddr_un *name, socklen_t name_len, uint64_t address, uint64_t len)
{
	name->sun_family = AF_UNIX;
	(void)net_abstract_guest_name(name, &name_len);
	return store(name, name_len, address, len);
}

/* Sent to or from the wildcard address means: by loopback. */
int
any_name_to_guest(const struct net_socket *s, struct sockaddr_un *name, socklen_t name_len,
	uint64_t address, uint64_t len)
{
	struct net_address a = {0}, ignored;

	if (!socket_is_inet(s))
		return unix_name_to_guest(name, name_len, address, len);
	if (net_name_parse(name, name_len, &a, NULL) == 0 && net_is_any(&a))
		(void)net_route(&a, &ignored);
	return address_to_guest(&a, s->domain, address, len);
}
