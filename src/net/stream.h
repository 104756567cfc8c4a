/*
 * stream.h: bytes in both directions: TCP, Unix sockets, pipes, pseudo-terminals; TLS will be
 * one more table.
 *
 * A stream is used by at most one reading and one writing task at a time.  Reads and writes try
 * first and only then wait, so back-pressure is the kernel's: a peer that does not read stops
 * the writer.  Results are bare negative errnos: -ETIMEDOUT, -ECANCELED, -EPIPE/-ECONNRESET when
 * the peer is gone.  A stream closes its descriptors when freed.  A task that reads or writes
 * without ever having to wait yields to the others every 256 KiB.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "base/url.h"
#include "task/task.h"

#include <sys/types.h>
#include <sys/uio.h>

struct stream;

struct stream_ops {
	const char *name;
	/* Some bytes; 0: end of stream. */
	ssize_t (*read)(struct stream *s, void *data, size_t n, usec_t until) SUSPENDS;
	/* Some bytes, > 0 (v is not all empty). */
	ssize_t (*writev)(struct stream *s, const struct iovec *v, int n, usec_t until) SUSPENDS;
	int (*shutdown)(struct stream *s); /* no more writes; reads go on */
	/* See poll_notify and poll_notify_hangup. */
	void (*notify)(struct stream *s, void (*fn)(void *), void *arg);
	void (*notify_hangup)(struct stream *s, void (*fn)(void *), void *arg);
	int (*fd)(const struct stream *s); /* -1 if there is none */
	void (*free)(struct stream *s);
};

/* What every kind of stream begins with. */
struct stream {
	const struct stream_ops *ops;
};

ssize_t stream_read(struct stream *s, void *data, size_t n, usec_t until) SUSPENDS;
/* All n bytes, or -EPIPE when the stream ended before. */
int stream_read_full(struct stream *s, void *data, size_t n, usec_t until) SUSPENDS;
/* All of it. */
int stream_write(struct stream *s, const void *data, size_t n, usec_t until) SUSPENDS;
/* All of it; v is used up. */
int stream_writev(struct stream *s, struct iovec *v, int n, usec_t until) SUSPENDS;
int stream_shutdown(struct stream *s);
void stream_notify(struct stream *s, void (*fn)(void *), void *arg);
void stream_notify_hangup(struct stream *s, void (*fn)(void *), void *arg);
int stream_fd(const struct stream *s);
void stream_free(struct stream *s);
SCOPED(stream, stream_free)

/* Copies until the end of `from`. Returns the number of bytes, or the errno of the side that
 * failed. */
ssize_t stream_copy(struct stream *from, struct stream *to) SUSPENDS;

/* Takes the descriptor over (socket, pipe, tty…). For a pair of one-way descriptors (pipes) give
 * both; else the same number twice. -1: that direction is closed. On failure they are closed. */
int stream_from_fds(int read_fd, int write_fd, struct stream **ret);

/* Two connected in-process ends (socketpair), for tests and in-process hijacks. */
int stream_pair(struct stream *ret[2]);

int stream_dial(const struct address *a, usec_t until, struct stream **ret, struct error *e)
	SUSPENDS;
