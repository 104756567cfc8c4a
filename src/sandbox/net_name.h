/*
 * net_name.h: internet addresses as names of Unix sockets.
 *
 * The guest's internet sockets are Unix sockets on the host, so they need no privilege and no network namespace, and what
 * one container says no other hears.  An address is a name: `tcp/127.0.0.1:8080`, `udp/[::1]:53`; the wildcard address is a
 * name of its own (`tcp/0.0.0.0:80`, `tcp/[::]:80`) that connect tries after the exact one.  With --net DIR a name is a
 * socket file in DIR, where the daemon can connect to it as well; without, it is an abstract name behind a random token.
 *
 * A TCP client is nobody's target, so its name is always abstract, and tells both ends: `tcp/127.0.0.1:40000>127.0.0.1:8080`.
 * That is how the accepted side knows which of its addresses was meant.
 *
 * Everything that knows which addresses exist and where their names lie is in net_name.c.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* IPv4 addresses as ::ffff:a.b.c.d. */
struct net_address {
	uint8_t ip[16];
	uint16_t port; /* host order */
};

bool net_is_v4(const struct net_address *a);
bool net_is_any(const struct net_address *a);

enum net_protocol { NET_TCP, NET_UDP };

int net_name_setup(void); /* in the supervisor */

/* The own address that packets to `to` come from (port 0). The wildcard as `to` becomes loopback. -ENETUNREACH. */
int net_route(struct net_address *to, struct net_address *ret_from);

/* Gives the Unix socket fd the name of an own address; port 0 is replaced by a free one. -EADDRINUSE, -EADDRNOTAVAIL.
 * v6only matters for the IPv6 wildcard, which else takes IPv4, too. */
int net_name_bind(int fd, enum net_protocol protocol, struct net_address *a, bool v6only);
/* Gives a TCP client its name; picks the port. */
int net_name_bind_client(int fd, const struct net_address *from, const struct net_address *to);

/* The candidates for connecting or sending to an address, best first: false when there are no more. Holds no resources. */
bool net_name_candidate(enum net_protocol protocol, const struct net_address *to, int i,
	struct sockaddr_un *ret, socklen_t *ret_len);

/* The address in a name; *ret_to (may be NULL) has port 0 unless the name tells both ends. -ENOENT if it is none of ours. */
int net_name_parse(const struct sockaddr_un *name, socklen_t len, struct net_address *ret,
	struct net_address *ret_to);

/* Abstract Unix names of the guest, made private to the container and back. -EINVAL when too long. */
int net_abstract_name(const struct sockaddr_un *guest, socklen_t len, struct sockaddr_un *ret,
	socklen_t *ret_len);
bool net_abstract_guest_name(struct sockaddr_un *name, socklen_t *len);
