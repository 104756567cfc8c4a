#include "runtime/channel.h"

#include "base/alloc.h"
#include "task/cond.h"
#include "task/poll.h"
#include "wire/sandbox.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct channel {
	int fd;
	struct poll *poll;
	bool sending; /* one task waits for room at a time */
	struct cond sent;
};

int
channel_open(struct channel **ret, int *ret_peer, struct error *e)
{
	struct channel *c = NEW(channel);
	int fds[2], size = 4 * SANDBOX_MESSAGE_MAX, r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
		free(c);
		return error_errno(e, -errno, "cannot make a control socket");
	}
	/* Best effort: without it the largest packets fail with EMSGSIZE. */
	(void)setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	(void)setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	c->fd = fds[0];
	cond_init(&c->sent);
	r = poll_open(c->fd, &c->poll);
	if (r < 0) {
		close(fds[1]);
		channel_free(c);
		return error_errno(e, r, "cannot watch a control socket");
	}
	*ret = c;
	*ret_peer = fds[1];
	return 0;
}

void
channel_close(struct channel *c)
{
	shutdown(c->fd, SHUT_RDWR);
}

void
channel_free(struct channel *c)
{
	if (c->poll)
		poll_close(c->poll);
	close(c->fd);
	free(c);
}

static int
send_now(struct channel *c, const struct buf *packet, const int *fds, size_t n_fds)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int) * SANDBOX_FDS_MAX)];
	} control = {0};
	struct iovec v = {packet->data, packet->len};
	struct msghdr message = {.msg_iov = &v, .msg_iovlen = 1};

	if (n_fds) {
		struct cmsghdr *head;

		message.msg_control = control.space;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
		memcpy(CMSG_DATA(head), fds, sizeof(int) * n_fds);
	}
	return sendmsg(c->fd, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int
channel_send(
	struct channel *c, const struct buf *packet, const int *fds, size_t n_fds, usec_t until)
{
	int r = 0;

	bug_if(n_fds > SANDBOX_FDS_MAX);
	while (c->sending && r == 0)
		r = cond_wait(&c->sent, until);
	if (r < 0)
		return r;
	c->sending = true;
	while ((r = send_now(c, packet, fds, n_fds)) == -EAGAIN) {
		r = poll_wait(c->poll, POLL_WRITE, until);
		if (r < 0)
			break;
	}
	c->sending = false;
	cond_signal(&c->sent);
	return r < 0 ? r : 0;
}

ssize_t
channel_receive(struct channel *c, void *data, size_t size, usec_t until)
{
	for (;;) {
		ssize_t n = recv(c->fd, data, size, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		int r;

		if (n >= 0)
			return n;
		/* The peer ended without having read all that we sent. What it sent before is still to come: the reset is told
		 * once, ahead of it. */
		if (errno == ECONNRESET || errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		r = poll_wait(c->poll, POLL_READ, until);
		if (r < 0)
			return r;
	}
}
