/*
 * forward.h: a call that a peer answers: passed on as it is, and its answer too (a reverse proxy, RFC
 * 9110 section 7.6).
 *
 * Headers go both ways but for those that belong to one connection.  Bodies stream, in both directions
 * at once if it must be, at the slower side's pace; nothing is kept but request bodies of up to
 * FORWARD_SMALL bytes, which go out with their head.  "Expect: 100-continue" is the peer's to answer.
 * A connection that the peer takes over (101, or an answer without framing, as Docker has it for old
 * clients) becomes a stream with half-closes.  A client that half-closes does so for the peer
 * too; one that has closed altogether, where that can be told, leaves the peer alone at once.
 *
 * Errors, all before the answer began: ERROR_UNAVAILABLE, the peer cannot be reached;
 * ERROR_BAD_GATEWAY, it does not answer, or not in HTTP.  Both name it.
 */
#pragma once

#include "http/client.h"

#define FORWARD_SMALL (64 * 1024)
/* For the beginning of an answer to a client that has half-closed, or gone. */
#define FORWARD_PATIENCE (600 * USEC_PER_SEC)

struct http_forward {
	struct http_client *client;
	const char *peer;   /* for errors: "the back end at unix:///…" */
	const char *target; /* path and query, as the peer is to see them */
	/* Sent instead of the client's of that name; a NULL value drops it. Ends with a NULL name. */
	const struct http_header *headers;
	/* NULL, or the header in which the peer says what call->route is; it goes no further. */
	const char *route_header;
};

int http_forward(struct call *call, const struct http_forward *f, struct error *e) SUSPENDS;
