/*
 * client.h: HTTP/1.1 requests to a peer of ours or a Docker daemon: streaming both ways, and
 * hijack.
 *
 * A client holds the address and a few idle connections.  One exchange at a time per connection; an
 * exchange that is dropped before its end closes its connection.
 */
#pragma once

#include "http/message.h"

struct http_client;
struct http_exchange;

struct http_client *http_client_new(const struct address *a);
void http_client_free(struct http_client *c);
SCOPED(http_client, http_client_free)

/* Connections made from now on go through this layer, whose context must live as long; NULL:
 * plain. */
void http_client_set_layer(struct http_client *c, const struct stream_layer *layer);

struct http_exchange_spec {
	const char *method;
	const char *target;                /* path and query */
	const struct http_header *headers; /* ends with a NULL name; Host and framing are ours */
	const void *body;                  /* or NULL */
	size_t body_n;
	bool streamed;   /* the body is sent with http_exchange_write, chunked … */
	uint64_t length; /* … unless its length is given here */
};

/* Sends the head (and body, if given). */
int http_exchange_begin(struct http_client *c, const struct http_exchange_spec *spec, usec_t until,
	struct http_exchange **ret, struct error *e) SUSPENDS;
int http_exchange_write(struct http_exchange *x, const void *data, size_t n, usec_t until) SUSPENDS;
int http_exchange_write_end(struct http_exchange *x, usec_t until) SUSPENDS;
/* Half-closes: the request's sender has gone. The connection is not used again. */
void http_exchange_hang_up(struct http_exchange *x) SUSPENDS;
/* Ends both directions at once: whoever waits for the peer comes back with an error. */
void http_exchange_cut(struct http_exchange *x);
/* After a head with "Expect: 100-continue": 1, the peer wants the body; 0, it has answered without it
 * (http_exchange_head returns at once). */
int http_exchange_continue(struct http_exchange *x, usec_t until, struct error *e) SUSPENDS;
/* Waits for the response's head. 1xx other than 101 are skipped. */
int http_exchange_head(struct http_exchange *x, usec_t until, struct error *e) SUSPENDS;
/* Asks for a target of the peer's, without a body: *ret is there once the head has come, with whatever
 * status. */
int http_ask(struct http_client *c, const char *method, const char *target, usec_t until,
	struct http_exchange **ret, struct error *e) SUSPENDS;
int http_exchange_status(const struct http_exchange *x);
const char *http_exchange_header(const struct http_exchange *x, const char *name);
const struct http_headers *http_exchange_headers(const struct http_exchange *x);
/* The connection had served another exchange before: the peer may have closed it by now. */
bool http_exchange_reused(const struct http_exchange *x);
/* The connection is a raw stream from here on: 101, or a body without framing. */
bool http_exchange_is_raw(const struct http_exchange *x);
ssize_t http_exchange_read(struct http_exchange *x, void *data, size_t n, usec_t until) SUSPENDS;
int http_exchange_read_all(struct http_exchange *x, size_t max, char **ret, size_t *ret_n,
	usec_t until, struct error *e) SUSPENDS; /* caller frees */
/* When it is raw: the stream, owned by the caller. */
struct stream *http_exchange_hijack(struct http_exchange *x);
void http_exchange_free(struct http_exchange *x);
SCOPED(http_exchange, http_exchange_free)
