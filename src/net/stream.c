#include "net/stream.h"

#include "base/alloc.h"
#include "base/error.h"

#include <errno.h>

#define COPY_CHUNK (64 * 1024)

ssize_t
stream_read(struct stream *s, void *data, size_t n, usec_t until)
{
	return s->ops->read(s, data, n, until);
}

int
stream_read_full(struct stream *s, void *data, size_t n, usec_t until)
{
	char *p = data;

	while (n > 0) {
		ssize_t got = stream_read(s, p, n, until);

		if (got < 0)
			return (int)got;
		if (got == 0)
			return -EPIPE;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

/* Takes n written bytes off the front of v; returns how many entries were used up. */
static int
advance(struct iovec *v, int n_v, size_t n)
{
	int used = 0;

	while (used < n_v && n >= v[used].iov_len)
		n -= v[used++].iov_len;
	if (used < n_v) {
		v[used].iov_base = (char *)v[used].iov_base + n;
		v[used].iov_len -= n;
	}
	return used;
}

int
stream_writev(struct stream *s, struct iovec *v, int n, usec_t until)
{
	int used = advance(v, n, 0);

	while (v += used, n -= used, n > 0) {
		ssize_t put = s->ops->writev(s, v, n, until);

		if (put < 0)
			return (int)put;
		used = advance(v, n, (size_t)put);
	}
	return 0;
}

int
stream_write(struct stream *s, const void *data, size_t n, usec_t until)
{
	struct iovec v = {(void *)data, n};

	return stream_writev(s, &v, 1, until);
}

int
stream_shutdown(struct stream *s, usec_t until)
{
	return s->ops->shutdown(s, until);
}

void
stream_notify(struct stream *s, void (*fn)(void *), void *arg)
{
	s->ops->notify(s, fn, arg);
}

void
stream_notify_hangup(struct stream *s, void (*fn)(void *), void *arg)
{
	s->ops->notify_hangup(s, fn, arg);
}

int
stream_fd(const struct stream *s)
{
	return s->ops->fd(s);
}

void
stream_cut(struct stream *s)
{
	if (s->ops->cut)
		s->ops->cut(s);
}

bool
stream_closed(const struct stream *s)
{
	return s->ops->closed && s->ops->closed(s);
}

const char *
stream_identity(const struct stream *s)
{
	return s->ops->identity ? s->ops->identity(s) : NULL;
}

const char *
stream_reason(const struct stream *s)
{
	return s->ops->reason ? s->ops->reason(s) : NULL;
}

void
stream_free(struct stream *s)
{
	s->ops->free(s);
}

ssize_t
stream_copy(struct stream *from, struct stream *to)
{
	scoped_free char *chunk = xmalloc(COPY_CHUNK);
	ssize_t total = 0;

	for (;;) {
		ssize_t n = stream_read(from, chunk, COPY_CHUNK, USEC_INFINITY);
		int r;

		if (n <= 0)
			return n < 0 ? n : total;
		r = stream_write(to, chunk, (size_t)n, USEC_INFINITY);
		if (r < 0)
			return r;
		total += n;
	}
}
