/*
 * codec.h: HTTP/1.1 messages taken apart, without I/O (RFC 9112; llhttp does the grammar).
 *
 * A codec takes one message at a time, in pieces of any size, and never uses a byte beyond the
 * message's end: what follows (the next pipelined request, the raw bytes of a connection that was
 * taken over) stays with the caller.  Requests and responses go through the same code.  Stricter
 * than the RFC asks: folded header lines and a head above HTTP_MAX_HEAD or HTTP_MAX_HEADERS are
 * refused, and chunk extensions and trailers are read over, but not for ever.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "http/message.h"

#include <llhttp/llhttp.h>

enum codec_kind { CODEC_REQUEST, CODEC_RESPONSE };

enum codec_event {
	CODEC_MORE, /* everything given was used; more is wanted */
	CODEC_HEAD, /* the head is complete: codec_head */
	CODEC_END,  /* the message is complete */
};

struct http_head {
	const char *method, *target; /* of a request */
	int status;                  /* of a response */
	int major, minor;            /* HTTP version */
	struct http_headers headers;
	bool chunked;
	int64_t content_length; /* -1: no such header */
	bool keep_alive;        /* the peer is willing */
};

struct codec {
	llhttp_t parser;
	struct buf text;       /* the head so far: target, then names and values, each with a NUL */
	const char *piece_end; /* where the last piece of the current value ended */
	const char *reason;    /* of a failure, when it is not llhttp's */
	int failure;           /* its errno */
	char *out;             /* where the current feed's payload goes */
	uint32_t head_n;       /* bytes of the head fed so far */
	uint32_t noise;        /* bytes of extensions and trailers since the last payload */
	uint16_t headers;
	bool in_value, value_open, head_done, no_body;
};

void codec_init(struct codec *c);
void codec_free(struct codec *c); /* back to the state after codec_init */

/* Starts a message. no_body: a response to HEAD, which has none whatever its head says. */
void codec_begin(struct codec *c, enum codec_kind kind, bool no_body);

/*
 * Uses some of the n bytes at data and returns what happened; *used says how many it took.  Payload
 * is copied to out (room for n bytes; may be data itself), *ret_out says how much.  After
 * CODEC_HEAD, feed again, even with no bytes: the end of a message without body comes from there.
 * -EPROTO: not HTTP; -EMSGSIZE: over a limit.
 */
int codec_feed(
	struct codec *c, const char *data, size_t n, char *out, size_t *used, size_t *ret_out);

/* The stream has ended: CODEC_END if that is a proper end of the message, else -EPROTO. */
int codec_finish(struct codec *c);

/* What the head said, in the arena. -EMSGSIZE when that is full. */
int codec_head(struct codec *c, struct arena *arena, struct http_head *ret);

/* Bytes of payload that are still to come as they are, without chunk framing; 0 if that cannot be
 * said. */
uint64_t codec_plain_left(const struct codec *c);

/* One phrase about the failure that codec_feed returned. */
const char *codec_reason(const struct codec *c);
