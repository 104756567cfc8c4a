#include "sandbox/net_name.h"

#include "base/id.h"
#include "base/scope.h"
#include "base/str.h"
#include "sandbox/host.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define TOKEN_DIGITS 12
#define PREFIX_SIZE 32
#define PORT_FIRST 32768 /* Linux' default ip_local_port_range */
#define PORT_LAST 60999
#define PORT_TRIES 64
#define ADDRESS_SIZE (INET6_ADDRSTRLEN + 8)

static char token[TOKEN_DIGITS + 1]; /* of the container, for abstract names */
static int directory = -1;           /* --net */
static char directory_prefix[PREFIX_SIZE];

static const char *const protocol_names[] = {[NET_TCP] = "tcp", [NET_UDP] = "udp"};

int
net_name_setup(void)
{
	char id[ID_SIZE];

	id_generate(id);
	(void)str_format(token, sizeof(token), "%.*s", TOKEN_DIGITS, id);
	if (!container.net)
		return 0;
	directory = open(container.net, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_LEN(protocol_names); i++)
		if (mkdirat(directory, protocol_names[i], 0700) < 0 && errno != EEXIST)
			return -errno;
	directory = host_fd_keep(directory);
	return directory < 0 ? directory
			     : str_format(directory_prefix, sizeof(directory_prefix),
				       "/proc/self/fd/%d", directory);
}

/* ---- addresses ---- */

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const struct net_address any4 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 0};
static const struct net_address any6 = {{0}, 0};
static const struct net_address loopback4 = {
	{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}, 0};
static const struct net_address loopback6 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0};

bool
net_is_v4(const struct net_address *a)
{
	return memcmp(a->ip, v4_prefix, sizeof(v4_prefix)) == 0;
}

static bool
same_ip(const struct net_address *a, const struct net_address *b)
{
	return memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

bool
net_is_any(const struct net_address *a)
{
	return same_ip(a, &any4) || same_ip(a, &any6);
}

static bool
is_own(const struct net_address *a)
{
	return same_ip(a, &loopback6) || (net_is_v4(a) && a->ip[12] == 127);
}

int
net_route(struct net_address *to, struct net_address *ret_from)
{
	const struct net_address *loopback = net_is_v4(to) ? &loopback4 : &loopback6;

	if (net_is_any(to))
		memcpy(to->ip, loopback->ip, sizeof(to->ip));
	if (!is_own(to))
		return -ENETUNREACH;
	*ret_from = *loopback;
	return 0;
}

/* ---- names ---- */

static void
format_address(const struct net_address *a, char out[ADDRESS_SIZE])
{
	char ip[INET6_ADDRSTRLEN];
	bool v4 = net_is_v4(a);

	inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? a->ip + 12 : a->ip, ip, sizeof(ip));
	(void)str_format(out, ADDRESS_SIZE, v4 ? "%s:%u" : "[%s]:%u", ip, a->port);
}

static int
parse_address(const char *text, struct net_address *ret)
{
	const char *colon = strrchr(text, ':');
	char ip[INET6_ADDRSTRLEN];
	bool v6 = text[0] == '[';
	int port, r;

	if (!colon || str_to_int(colon + 1, 0, UINT16_MAX, &port) < 0)
		return -ENOENT;
	r = str_format(ip, sizeof(ip), "%.*s", (int)(colon - text) - 2 * v6, text + v6);
	if (r < 0)
		return -ENOENT;
	*ret = any4;
	ret->port = (uint16_t)port;
	r = inet_pton(v6 ? AF_INET6 : AF_INET, ip, v6 ? ret->ip : ret->ip + 12);
	return r == 1 ? 0 : -ENOENT;
}

static socklen_t
abstract(struct sockaddr_un *out, const char *text)
{
	size_t n = strlen(text);

	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(out->sun_path + 1, text, n);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n);
}

/* The name of a socket that is to be found. An IPv6 wildcard that takes no IPv4 is another name than one that does. */
static socklen_t
name_of(enum net_protocol protocol, const struct net_address *a, bool v6only,
	struct sockaddr_un *out)
{
	char address[ADDRESS_SIZE], text[sizeof(out->sun_path) - 1];

	format_address(a, address);
	(void)str_format(text, sizeof(text), "%s/%s/%s%s", directory < 0 ? token : directory_prefix,
		protocol_names[protocol], address, v6only && same_ip(a, &any6) ? "~" : "");
	if (directory < 0)
		return abstract(out, text);
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(out->sun_path, text, strlen(text) + 1);
	return sizeof(*out);
}

int
net_name_parse(const struct sockaddr_un *name, socklen_t len, struct net_address *ret,
	struct net_address *ret_to)
{
	size_t head = offsetof(struct sockaddr_un, sun_path);
	char text[sizeof(name->sun_path) + 1] = "";
	char *start, *to;

	if (len <= head || len > sizeof(*name))
		return -ENOENT;
	memcpy(text, name->sun_path, len - head);
	start = text[0] ? text : text + 1;
	start = strstr(start, "tcp/") ? strstr(start, "tcp/") : strstr(start, "udp/");
	if (!start)
		return -ENOENT;
	start += strlen("tcp/");
	start[strcspn(start, "~")] = '\0';
	to = strchr(start, '>');
	if (to)
		*to++ = '\0';
	if (ret_to) {
		*ret_to = (struct net_address){0};
		if (to && parse_address(to, ret_to) < 0)
			return -ENOENT;
	}
	return parse_address(start, ret);
}

bool
net_name_candidate(enum net_protocol protocol, const struct net_address *to, int i,
	struct sockaddr_un *ret, socklen_t *ret_len)
{
	struct net_address wildcard = net_is_v4(to) ? any4 : any6;
	struct net_address dual = any6;

	wildcard.port = dual.port = to->port;
	switch (i) {
	case 0:
		*ret_len = name_of(protocol, to, false, ret);
		return true;
	case 1:
		*ret_len = name_of(protocol, &wildcard, false, ret);
		return true;
	case 2:
		*ret_len = name_of(protocol, &dual, !net_is_v4(to), ret);
		return true;
	}
	return false;
}

/* ---- is a name in use? ---- */

/* A socket file whose socket is gone refuses; one that lives objects to the type. Nobody notices the question. */
static bool
file_in_use(const struct sockaddr_un *name, socklen_t len)
{
	scoped_fd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, (const struct sockaddr *)name, len) < 0 &&
	       errno == EPROTOTYPE;
}

static bool
abstract_in_use(enum net_protocol protocol, const struct sockaddr_un *name, socklen_t len)
{
	int type = protocol == NET_TCP ? SOCK_STREAM : SOCK_DGRAM;
	scoped_fd int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	return fd >= 0 && bind(fd, (const struct sockaddr *)name, len) < 0 && errno == EADDRINUSE;
}

static bool
in_use(enum net_protocol protocol, const struct net_address *a, uint16_t port, bool v6only)
{
	struct net_address at = *a;
	struct sockaddr_un name;
	socklen_t len;

	at.port = port;
	len = name_of(protocol, &at, v6only, &name);
	return directory < 0 ? abstract_in_use(protocol, &name, len) : file_in_use(&name, len);
}

/* Does a socket exist that would compete with this one? The same address is found by bind itself. */
static bool
conflicts(enum net_protocol protocol, const struct net_address *a, bool v6only)
{
	bool v4 = net_is_v4(a), any = net_is_any(a);
	bool takes_v4 = v4 || (any && !v6only);

	if (takes_v4 && ((!same_ip(a, &any4) && in_use(protocol, &any4, a->port, false)) ||
				(any && in_use(protocol, &loopback4, a->port, false))))
		return true;
	if (!v4 && any && in_use(protocol, &any6, a->port, !v6only))
		return true;
	if (!v4 && any && in_use(protocol, &loopback6, a->port, false))
		return true;
	if (!v4 && !any && in_use(protocol, &any6, a->port, true))
		return true;
	return !same_ip(a, &any6) && in_use(protocol, &any6, a->port, false);
}

/* ---- binding ---- */

/* Whoever removes a dead socket's file must not remove the file of one that was just bound there. */
static int
lock_directory(void)
{
	int fd = directory < 0 ? -1 : openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		(void)flock(fd, LOCK_EX);
	return fd;
}

static int
bind_name(int fd, enum net_protocol protocol, const struct net_address *a, bool v6only)
{
	struct sockaddr_un name;
	socklen_t len = name_of(protocol, a, v6only, &name);
	scoped_fd UNUSED int lock = lock_directory();

	if (conflicts(protocol, a, v6only))
		return -EADDRINUSE;
	if (bind(fd, (struct sockaddr *)&name, len) == 0)
		return 0;
	if (errno != EADDRINUSE || directory < 0 || file_in_use(&name, len))
		return -errno;
	if (unlink(name.sun_path) < 0)
		return -EADDRINUSE;
	return bind(fd, (struct sockaddr *)&name, len) < 0 ? -errno : 0;
}

static uint16_t
random_port(void)
{
	uint16_t r;

	random_bytes(&r, sizeof(r));
	return (uint16_t)(PORT_FIRST + r % (PORT_LAST - PORT_FIRST + 1));
}

int
net_name_bind(int fd, enum net_protocol protocol, struct net_address *a, bool v6only)
{
	int r = -EADDRINUSE;

	if (!net_is_any(a) && !is_own(a))
		return -EADDRNOTAVAIL;
	if (a->port)
		return bind_name(fd, protocol, a, v6only);
	for (int i = 0; i < PORT_TRIES && r == -EADDRINUSE; i++) {
		a->port = random_port();
		r = bind_name(fd, protocol, a, v6only);
	}
	return r;
}

int
net_name_bind_client(int fd, const struct net_address *from, const struct net_address *to)
{
	char from_text[ADDRESS_SIZE], to_text[ADDRESS_SIZE],
		text[sizeof(((struct sockaddr_un){0}).sun_path) - 1];
	struct net_address local = *from;
	struct sockaddr_un name;

	format_address(to, to_text);
	for (int i = 0; i < PORT_TRIES; i++) {
		socklen_t len;

		local.port = random_port();
		format_address(&local, from_text);
		if (str_format(text, sizeof(text), "%s/tcp/%s>%s", token, from_text, to_text) < 0)
			return -EADDRNOTAVAIL;
		len = abstract(&name, text);
		if (bind(fd, (struct sockaddr *)&name, len) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -errno;
	}
	return -EADDRNOTAVAIL;
}

/* ---- the guest's own abstract names ---- */

int
net_abstract_name(
	const struct sockaddr_un *guest, socklen_t len, struct sockaddr_un *ret, socklen_t *ret_len)
{
	size_t n = len - offsetof(struct sockaddr_un, sun_path) - 1;

	if (n > sizeof(ret->sun_path) - 1 - TOKEN_DIGITS)
		return -EINVAL;
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret->sun_path + 1, token, TOKEN_DIGITS);
	memcpy(ret->sun_path + 1 + TOKEN_DIGITS, guest->sun_path + 1, n);
	*ret_len = len + TOKEN_DIGITS;
	return 0;
}

bool
net_abstract_guest_name(struct sockaddr_un *name, socklen_t *len)
{
	size_t head = offsetof(struct sockaddr_un, sun_path) + 1;

	if (*len < head + TOKEN_DIGITS || name->sun_path[0] ||
		memcmp(name->sun_path + 1, token, TOKEN_DIGITS) != 0)
		return false;
	*len -= TOKEN_DIGITS;
	memmove(name->sun_path + 1, name->sun_path + 1 + TOKEN_DIGITS, *len - head);
	return true;
}
