/* net_message.c: sending and receiving, with addresses and descriptors beside the bytes. */
#include "base/attr.h"
#include "sandbox/fs_fd.h"
#include "sandbox/host.h"
#include "sandbox/identity.h"
#include "sandbox/net_socket.h"
#include "sandbox/process.h"
#include "sandbox/x32.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define RIGHTS_MAX 253   /* the kernel's SCM_MAX_FD */
#define CONTROL_MAX 2048 /* of the guest's */
#define UDP_MAX 65507

union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(int) * RIGHTS_MAX) + CMSG_SPACE(sizeof(struct ucred))];
};

static size_t
total(const struct msghdr *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->msg_iovlen; i++)
		n += m->msg_iov[i].iov_len;
	return n;
}

/* ---- sending ---- */

/* A datagram to nobody is lost, and so is one to a socket that talks with somebody else: no error of the sender's. */
static int64_t
send_datagram(int fd, const struct msghdr *m, int flags, const struct net_address *to)
{
	struct msghdr named = *m;
	struct sockaddr_un name;
	socklen_t len;

	if (total(m) > UDP_MAX)
		return -EMSGSIZE;
	named.msg_name = &name;
	for (int i = 0; net_name_candidate(NET_UDP, to, i, &name, &len); i++) {
		ssize_t n;

		named.msg_namelen = len;
		n = sendmsg(fd, &named, flags);
		if (n >= 0)
			return n;
		if (errno != ENOENT && errno != ECONNREFUSED && errno != EPERM)
			return -errno;
	}
	return (int64_t)total(m);
}

static int64_t
send_inet(int fd, const struct net_socket *s, struct msghdr *m, int flags, uint64_t address,
	uint64_t len)
{
	struct net_address to = s->peer, ignored;
	int r = 0;

	if (s->type == SOCK_STREAM || (!guest_ptr(address) && !s->has_peer))
		return SYS_RESULT(sendmsg(fd, m, flags));
	critical_enter();
	if (guest_ptr(address))
		r = address_from_guest(address, len, s->domain, &to);
	if (r == 0)
		r = udp_name(fd, &to);
	critical_leave();
	if (r < 0)
		return r;
	(void)net_route(&to, &ignored);
	return send_datagram(fd, m, flags, &to);
}

static int64_t
send_unix(int fd, struct msghdr *m, int flags, uint64_t address, uint64_t len)
{
	scoped_scratch held;
	struct sockaddr_un name;
	int hold = -1, r = 0;

	critical_enter();
	if (guest_ptr(address)) {
		m->msg_name = &name;
		r = unix_name_from_guest(address, len, &name, &m->msg_namelen, &hold);
	}
	scratch_hold(&held, hold);
	critical_leave();
	return r < 0 ? r : SYS_RESULT(sendmsg(fd, m, flags));
}

static int64_t
send_any(int fd, struct msghdr *m, int flags, uint64_t address, uint64_t len)
{
	struct net_socket s = socket_of(fd);

	if (!s.domain)
		return -ENOTSOCK;
	return socket_is_inet(&s) ? send_inet(fd, &s, m, flags, address, len)
				  : send_unix(fd, m, flags, address, len);
}

int64_t
call_sendto(const uint64_t *a)
{
	struct iovec iov = {.iov_base = guest_ptr(a[1]), .iov_len = (uint32_t)a[2]};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return send_any((int)a[0], &m, (int)a[3], a[4], a[5]);
}

/* Only descriptors are passed on. Credentials the kernel fills in itself, and better; the rest is about packets that there
 * are none of. */
static int
add_rights(struct msghdr *m, const uint8_t *data, size_t n)
{
	struct cmsghdr *c = m->msg_control;
	int fds[RIGHTS_MAX];

	if (n > sizeof(fds) || n % sizeof(int) || m->msg_controllen)
		return -EINVAL;
	memcpy(fds, data, n);
	for (size_t i = 0; i < n / sizeof(int); i++)
		if (!guest_fd_ok(fds[i]))
			return -EBADF;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n);
	memcpy(CMSG_DATA(c), fds, n);
	m->msg_controllen = CMSG_SPACE(n);
	return 0;
}

static int
control_from_guest(const struct x32_msghdr *guest, struct msghdr *m, union control *out)
{
	uint8_t copy[CONTROL_MAX];
	size_t at = 0, n = guest->control_len;
	struct x32_cmsghdr head;
	int r = 0;

	if (!guest_ptr(guest->control) || !n)
		return 0;
	if (n > sizeof(copy))
		return -ENOBUFS;
	memcpy(copy, guest_ptr(guest->control), n);
	m->msg_control = out;
	while (r == 0 && at + sizeof(head) <= n) {
		memcpy(&head, copy + at, sizeof(head));
		if (head.len < sizeof(head) || head.len > n - at)
			return -EINVAL;
		if (head.level == SOL_SOCKET && head.type == SCM_RIGHTS)
			r = add_rights(m, copy + at + sizeof(head), head.len - sizeof(head));
		at += (head.len + 3) & ~3u;
	}
	if (!m->msg_controllen)
		m->msg_control = NULL;
	return r;
}

static int
header_from_guest(uint64_t address, struct x32_msghdr *ret)
{
	if (!guest_ptr(address))
		return -EFAULT;
	memcpy(ret, guest_ptr(address), sizeof(*ret));
	return 0;
}

int64_t
call_sendmsg(const uint64_t *a)
{
	struct iovec iov[GUEST_IOV_MAX];
	struct msghdr m = {.msg_iov = iov};
	union control control = {0};
	struct x32_msghdr guest;
	int r;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	r = header_from_guest(a[1], &guest);
	if (r < 0)
		return r;
	r = guest_iovec(guest.iov, guest.iov_len, iov);
	if (r < 0)
		return r;
	m.msg_iovlen = (size_t)r;
	r = control_from_guest(&guest, &m, &control);
	return r < 0 ? r : send_any((int)a[0], &m, (int)a[2], guest.name, guest.name_len);
}

/* ---- receiving ---- */

static ssize_t
receive(int fd, struct msghdr *m, struct sockaddr_un *name, int flags)
{
	*name = (struct sockaddr_un){.sun_family = AF_UNIX};
	m->msg_name = name;
	m->msg_namelen = sizeof(*name);
	return recvmsg(fd, m, flags);
}

/* A stream tells no sender. */
static int
sender_to_guest(int fd, struct msghdr *m, uint64_t address, uint64_t len)
{
	struct net_socket s = socket_of(fd);

	if (socket_is_inet(&s) && s.type == SOCK_STREAM)
		return 0;
	return any_name_to_guest(&s, m->msg_name, m->msg_namelen, address, len);
}

int64_t
call_recvfrom(const uint64_t *a)
{
	struct iovec iov = {.iov_base = guest_ptr(a[1]), .iov_len = (uint32_t)a[2]};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	struct sockaddr_un name;
	ssize_t n;
	int r = 0;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	n = receive((int)a[0], &m, &name, (int)a[3]);
	if (n < 0)
		return -errno;
	if (guest_ptr(a[4]))
		r = sender_to_guest((int)a[0], &m, a[4], a[5]);
	return r < 0 ? r : n;
}

/* Where the guest's control messages go. */
struct control_out {
	uint8_t *at;
	size_t room, used;
	bool cut;
};

/* False if there is no room. */
static bool
put_control(struct control_out *out, int level, int type, const void *data, size_t n)
{
	struct x32_cmsghdr head = {
		.len = (uint32_t)(sizeof(head) + n), .level = level, .type = type};
	size_t space = (head.len + 3) & ~3u;

	if (head.len > out->room - out->used) {
		out->cut = true;
		return false;
	}
	memcpy(out->at + out->used, &head, sizeof(head));
	memcpy(out->at + out->used + sizeof(head), data, n);
	out->used += space < out->room - out->used ? space : out->room - out->used;
	return true;
}

static void
take_rights(struct control_out *out, const struct cmsghdr *c)
{
	size_t n = c->cmsg_len - CMSG_LEN(0);
	int fds[RIGHTS_MAX];
	bool ok = true;

	memcpy(fds, CMSG_DATA(c), n);
	for (size_t i = 0; i < n / sizeof(int); i++)
		ok = guest_fd_ok((int)fd_opened(fds[i])) && ok;
	if (ok && put_control(out, SOL_SOCKET, SCM_RIGHTS, fds, n))
		return;
	out->cut = true;
	for (size_t i = 0; i < n / sizeof(int); i++)
		close(fds[i]);
}

static void
take_credentials(struct control_out *out, const struct cmsghdr *c)
{
	struct ucred u;

	memcpy(&u, CMSG_DATA(c), sizeof(u));
	u.uid = process_uid(u.pid);
	u.gid = u.uid == identity_uid() ? identity_gid() : u.uid;
	u.pid = process_guest_pid(u.pid);
	(void)put_control(out, SOL_SOCKET, SCM_CREDENTIALS, &u, sizeof(u));
}

static void
control_to_guest(struct msghdr *m, struct x32_msghdr *guest)
{
	struct control_out out = {.at = guest_ptr(guest->control)};

	out.room = out.at ? guest->control_len : 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			take_rights(&out, c);
		else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
			take_credentials(&out, c);
	}
	guest->control_len = (uint32_t)out.used;
	guest->flags = (uint32_t)(m->msg_flags & ~MSG_CMSG_CLOEXEC) | (out.cut ? MSG_CTRUNC : 0);
}

int64_t
call_recvmsg(const uint64_t *a)
{
	struct iovec iov[GUEST_IOV_MAX];
	struct msghdr m = {.msg_iov = iov};
	struct x32_msghdr guest;
	struct sockaddr_un name;
	union control control;
	ssize_t n;
	int r;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	r = header_from_guest(a[1], &guest);
	if (r < 0)
		return r;
	r = guest_iovec(guest.iov, guest.iov_len, iov);
	if (r < 0)
		return r;
	m.msg_iovlen = (size_t)r;
	m.msg_control = &control;
	m.msg_controllen = sizeof(control);
	n = receive((int)a[0], &m, &name, (int)a[2]);
	if (n < 0)
		return -errno;
	critical_enter();
	control_to_guest(&m, &guest);
	memcpy(guest_ptr(a[1]), &guest, sizeof(guest));
	r = sender_to_guest(
		(int)a[0], &m, guest.name, a[1] + offsetof(struct x32_msghdr, name_len));
	critical_leave();
	return r < 0 ? r : n;
}
