/*
 * stream.h: bytes in both directions: TCP, Unix sockets, pipes, pseudo-terminals, and layers
 * around them (TLS).
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
	int (*shutdown)(struct stream *s, usec_t until) SUSPENDS;
	/* See poll_notify and poll_notify_hangup. A stream that has received bytes already calls
	 * fn before it returns. */
	void (*notify)(struct stream *s, void (*fn)(void *), void *arg);
	void (*notify_hangup)(struct stream *s, void (*fn)(void *), void *arg);
	int (*fd)(const struct stream *s); /* whose bytes are the stream's; -1 if there is none */
	void (*free)(struct stream *s);

	/* The rest may be missing; then it is as if they did nothing, or knew nothing. */
	void (*cut)(struct stream *s);
	bool (*closed)(const struct stream *s);
	const char *(*identity)(const struct stream *s);
	const char *(*reason)(const struct stream *s);
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
/* No more writes; reads go on. Waits only where something must be said at the end (TLS). */
int stream_shutdown(struct stream *s, usec_t until) SUSPENDS;
void stream_notify(struct stream *s, void (*fn)(void *), void *arg);
void stream_notify_hangup(struct stream *s, void (*fn)(void *), void *arg);
int stream_fd(const struct stream *s);
/* Ends both directions at once: whoever waits on the stream comes back. */
void stream_cut(struct stream *s);
/* Whether the peer has closed both directions; a look that reads nothing. */
bool stream_closed(const struct stream *s);
/* The common name in the certificate that the peer proved to be its own, "" if that has none; NULL
 * where the peer proved nothing, or not yet: it is there from the first byte read. */
const char *stream_identity(const struct stream *s);
/* A sentence on why reads and writes fail, where there is more to say than the errno; or NULL. */
const char *stream_reason(const struct stream *s);
void stream_free(struct stream *s);
SCOPED(stream, stream_free)

/* A layer around streams (TLS): wrap takes `below` over and returns what to use in its place; no
 * I/O, cannot fail: what is wrong shows at the first read or write. */
struct stream_layer {
	struct stream *(*wrap)(struct stream *below, void *context);
	void *context;
};

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
