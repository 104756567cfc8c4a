/*
 * framer.h: messages into a stream: the text of a head, and a body in the framing that the head
 * announced.
 */
#pragma once

#include "base/buf.h"
#include "http/message.h"
#include "net/stream.h"

enum framing {
	FRAMING_NONE,   /* no body may go out: what is written is dropped (HEAD, 204, 304) */
	FRAMING_LENGTH, /* exactly `left` more bytes */
	FRAMING_CHUNKED,
	FRAMING_CLOSE, /* until the connection is closed */
};

struct framer {
	struct stream *stream; /* not owned */
	enum framing framing;
	uint64_t left;
	bool broken; /* something was sent by halves: nothing may follow on this connection */
};

/* "Name: value\r\n"; line ends within the value become spaces, so a value cannot make a header. */
void head_add(struct buf *head, const char *name, const char *value);

/* The headers as they are. */
void head_add_all(struct buf *head, const struct http_headers *headers);

/* Sends the head, and with it the whole body. -EPIPE, -ECONNRESET, -ETIMEDOUT, -ECANCELED. */
int framer_send(struct framer *f, const struct buf *head, const void *body, size_t n, usec_t until)
	SUSPENDS;

/* Sends a piece of the body. -EMSGSIZE: longer than announced. */
int framer_write(struct framer *f, const void *data, size_t n, usec_t until) SUSPENDS;

/* Sends the body's end. -EPROTO: shorter than announced. */
int framer_end(struct framer *f, usec_t until) SUSPENDS;
