#include "http/reader.h"

#include <errno.h>

#define PIECE (16 * 1024) /* read at a time, unless the caller's own room is larger */
#define FIRST_ROOM (4 * 1024)

void
reader_init(struct reader *r, struct stream *s)
{
	*r = (struct reader){.stream = s};
	codec_init(&r->codec);
	buf_init(&r->in, 2 * PIECE);
}

void
reader_free(struct reader *r)
{
	codec_free(&r->codec);
	buf_free(&r->in);
}

void
reader_rest(struct reader *r)
{
	if (!r->body)
		codec_free(&r->codec);
	if (reader_pending(r) == 0) {
		buf_free(&r->in);
		r->at = 0;
	}
}

/* Receives into the empty buffer. 1, or 0 at the stream's end. */
static int
fill(struct reader *r, usec_t until)
{
	ssize_t n;

	buf_clear(&r->in);
	r->at = 0;
	n = stream_read(r->stream, buf_reserve(&r->in, PIECE), PIECE, until);
	if (n <= 0)
		return (int)n;
	buf_commit(&r->in, (size_t)n);
	return 1;
}

/* Feeds the codec up to n of the bytes received. */
static int
feed(struct reader *r, size_t n, char *out, size_t *ret_out)
{
	size_t pending = reader_pending(r), used;
	int event = codec_feed(
		&r->codec, r->in.data + r->at, n < pending ? n : pending, out, &used, ret_out);

	r->at += used;
	return event;
}

/* Goes past the end of a message that has no body, which llhttp tells only when it is asked once
 * more. */
static int
end_if_empty(struct reader *r)
{
	size_t none;
	int event = feed(r, 0, NULL, &none);

	if (event < 0)
		return event;
	r->body = event != CODEC_END;
	return 0;
}

int
reader_head(struct reader *r, enum codec_kind kind, bool no_body, struct arena *arena,
	struct http_head *ret, usec_t until)
{
	bool begun = reader_pending(r) > 0;
	size_t none;
	int event;
	int e;

	codec_begin(&r->codec, kind, no_body);
	do {
		if (reader_pending(r) == 0) {
			e = fill(r, until);
			if (e <= 0)
				return e == 0 && begun ? codec_finish(&r->codec) : e;
			begun = true;
		}
		event = feed(r, SIZE_MAX, NULL, &none);
		if (event < 0)
			return event;
	} while (event != CODEC_HEAD);

	e = codec_head(&r->codec, arena, ret);
	if (e < 0)
		return e;
	e = end_if_empty(r);
	return e < 0 ? e : 1;
}

/* The stream has ended within the body: right only for a response that lasts until then. */
static int
end_by_close(struct reader *r)
{
	int event = codec_finish(&r->codec);

	r->body = false;
	return event < 0 ? event : 0;
}

/* Payload without framing in between goes straight to where the caller wants it. */
static ssize_t
read_plain(struct reader *r, char *data, size_t n, usec_t until)
{
	ssize_t got = stream_read(r->stream, data, n, until);
	size_t used, out;
	int event;

	if (got < 0)
		return got;
	if (got == 0)
		return end_by_close(r);
	event = codec_feed(&r->codec, data, (size_t)got, data, &used, &out);
	if (event < 0)
		return event;
	r->body = event != CODEC_END;
	return (ssize_t)out;
}

ssize_t
reader_body(struct reader *r, void *data, size_t n, usec_t until)
{
	bug_if(n == 0);
	while (r->body) {
		uint64_t plain = codec_plain_left(&r->codec);
		size_t out;
		int e;

		if (reader_pending(r) == 0 && plain > 0 && n >= PIECE)
			return read_plain(r, data, n < plain ? n : (size_t)plain, until);
		if (reader_pending(r) == 0) {
			e = fill(r, until);
			if (e < 0)
				return e;
			if (e == 0)
				return end_by_close(r);
		}
		e = feed(r, n, data, &out);
		if (e < 0)
			return e;
		r->body = e != CODEC_END;
		if (out > 0)
			return (ssize_t)out;
	}
	return 0;
}

int
reader_body_all(struct reader *r, struct buf *body, usec_t until)
{
	for (;;) {
		size_t room = body->cap > body->len + 1 ? body->cap - body->len - 1 : FIRST_ROOM;
		size_t allowed = body->max - body->len;
		ssize_t n;
		char extra;

		if (allowed == 0) {
			n = reader_body(r, &extra, 1, until);
			return n > 0 ? -EMSGSIZE : (int)n;
		}
		if (room > allowed)
			room = allowed;
		n = reader_body(r, buf_reserve(body, room), room, until);
		if (n <= 0)
			return (int)n;
		buf_commit(body, (size_t)n);
	}
}
