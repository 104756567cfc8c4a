/*
 * net_socket.h: the guest's sockets.
 *
 * Unix sockets are the host's: path names are looked up in the container, abstract names are made private to it.  Internet
 * sockets (TCP and UDP, IPv4 and IPv6) are Unix sockets with names that spell addresses, see net_name.h; everything that
 * the kernel can tell from these names is asked of it, so fork, dup and poll need nothing.  What it cannot tell is here.
 */
#pragma once

#include "sandbox/net_name.h"

struct net_socket {
	int domain; /* AF_INET or AF_INET6; AF_UNIX only once it has a path */
	int type;
	bool v6only;
	bool named;    /* has a name on the host */
	bool has_peer; /* UDP: connect(2) was called */
	struct net_address peer;
	char path[108]; /* AF_UNIX: as the guest gave it */
};

/* ---- for the net_*.c among themselves ---- */

/* What fd is: a copy of its net_socket, or what the kernel tells of one without. domain is 0 for what is not a socket. */
struct net_socket socket_of(int fd);
static inline bool
socket_is_inet(const struct net_socket *s)
{
	return s->domain == AF_INET || s->domain == AF_INET6;
}

/* A guest's sockaddr, checked: family and length. -EINVAL, -EAFNOSUPPORT, -EFAULT. */
int address_from_guest(uint64_t address, uint64_t len, int domain, struct net_address *ret);
/* Writes a sockaddr as accept, recvfrom, getsockname do: cut to *len, whole length in *len. Null pointers: nothing. */
int address_to_guest(const struct net_address *a, int domain, uint64_t address, uint64_t len);

/* Unix names. The result may lean on *hold, a descriptor the caller closes after use. */
int unix_name_from_guest(
	uint64_t address, uint64_t len, struct sockaddr_un *ret, socklen_t *ret_len, int *hold);
int unix_name_to_guest(
	struct sockaddr_un *name, socklen_t name_len, uint64_t address, uint64_t len);

/* The name of a peer or sender, whichever kind it is. */
int any_name_to_guest(const struct net_socket *s, struct sockaddr_un *name, socklen_t name_len,
	uint64_t address, uint64_t len);

/* UDP: binds it to a free port if it has none. */
int udp_name(int fd, const struct net_address *to);

/* Reads and sets options, see net_option.c. */
int64_t call_getsockopt(const uint64_t *a);
int64_t call_setsockopt(const uint64_t *a);
/* net_message.c */
int64_t call_sendto(const uint64_t *a);
int64_t call_recvfrom(const uint64_t *a);
int64_t call_sendmsg(const uint64_t *a);
int64_t call_recvmsg(const uint64_t *a);

/* net_interface.c: SIOC…; -ENOTTY for others. */
int64_t interface_ioctl(int fd, uint32_t request, uint64_t argument);
