/*
 * reader.h: messages out of a stream: what the server does with requests and the client with
 * responses.
 *
 * Bytes that were received beyond a message stay in `in` for the next one, or for whoever takes the
 * stream over.  The buffers exist only while they are needed: reader_rest gives them back when the
 * connection has nothing to read.
 */
#pragma once

#include "http/codec.h"
#include "net/stream.h"

struct reader {
	struct stream *stream; /* not owned */
	struct codec codec;
	struct buf in;
	size_t at; /* in.data + at is the first byte not used yet */
	bool body; /* between a message's head and its end */
};

void reader_init(struct reader *r, struct stream *s);
void reader_free(struct reader *r);

/* Reads a message's head. 1; 0 when the stream ended before its first byte; else -EPROTO, -EMSGSIZE
 * (see codec_reason), -ETIMEDOUT, -ECANCELED, -ECONNRESET. */
int reader_head(struct reader *r, enum codec_kind kind, bool no_body, struct arena *arena,
	struct http_head *ret, usec_t until) SUSPENDS;

/* Some payload: > 0 bytes, 0 at the message's end. -EPROTO: bad framing or the stream ended too
 * early. */
ssize_t reader_body(struct reader *r, void *data, size_t n, usec_t until) SUSPENDS;

/* The rest of the payload, appended to `body`, whose memory follows what has come, not what was
 * announced. 0; -EMSGSIZE: more than its maximum. */
int reader_body_all(struct reader *r, struct buf *body, usec_t until) SUSPENDS;

/* Received, but not used yet. */
static inline size_t
reader_pending(const struct reader *r)
{
	return r->in.len - r->at;
}

/* Frees what an idle connection need not keep. */
void reader_rest(struct reader *r);
