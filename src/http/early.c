#include "http/early.h"

#include "base/alloc.h"

struct early {
	struct stream stream;
	struct stream *below;
	bool owned;
	char *data; /* NULL once all of it has been read */
	size_t n, at;
};

static struct early *
early_of(const struct stream *s)
{
	return container_of(s, struct early, stream);
}

static ssize_t
early_read(struct stream *s, void *data, size_t n, usec_t until)
{
	struct early *early = early_of(s);
	size_t left = early->n - early->at;

	if (!early->data)
		return stream_read(early->below, data, n, until);
	if (n > left)
		n = left;
	memcpy(data, early->data + early->at, n);
	early->at += n;
	if (early->at == early->n) {
		free(early->data);
		early->data = NULL;
	}
	return (ssize_t)n;
}

static ssize_t
early_writev(struct stream *s, const struct iovec *v, int n, usec_t until)
{
	struct stream *below = early_of(s)->below;

	return below->ops->writev(below, v, n, until);
}

static int
early_shutdown(struct stream *s, usec_t until)
{
	return stream_shutdown(early_of(s)->below, until);
}

static void
early_notify(struct stream *s, void (*fn)(void *), void *arg)
{
	bug_if(fn && early_of(s)->data);
	stream_notify(early_of(s)->below, fn, arg);
}

static void
early_notify_hangup(struct stream *s, void (*fn)(void *), void *arg)
{
	stream_notify_hangup(early_of(s)->below, fn, arg);
}

/* No descriptor while there are early bytes, so nobody reads past them. */
static int
early_fd(const struct stream *s)
{
	return early_of(s)->data ? -1 : stream_fd(early_of(s)->below);
}

static void
early_cut(struct stream *s)
{
	stream_cut(early_of(s)->below);
}

static bool
early_closed(const struct stream *s)
{
	return stream_closed(early_of(s)->below);
}

static const char *
early_identity(const struct stream *s)
{
	return stream_identity(early_of(s)->below);
}

static const char *
early_reason(const struct stream *s)
{
	return stream_reason(early_of(s)->below);
}

static void
early_free(struct stream *s)
{
	struct early *early = early_of(s);

	if (early->owned)
		stream_free(early->below);
	free(early->data);
	free(early);
}

static const struct stream_ops early_ops = {
	.name = "early",
	.read = early_read,
	.writev = early_writev,
	.shutdown = early_shutdown,
	.notify = early_notify,
	.notify_hangup = early_notify_hangup,
	.fd = early_fd,
	.free = early_free,
	.cut = early_cut,
	.closed = early_closed,
	.identity = early_identity,
	.reason = early_reason,
};

struct stream *
early_stream_new(struct stream *below, const void *data, size_t n, bool owned)
{
	struct early *early = NEW(early);

	early->stream.ops = &early_ops;
	early->below = below;
	early->owned = owned;
	early->data = xmalloc(n);
	early->n = n;
	memcpy(early->data, data, n);
	return &early->stream;
}
