/*
 * url.h: percent encoding, query strings (application/x-www-form-urlencoded as Go's net/url reads it) and the addresses
 * a program listens on or dials.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Decodes %XX (and '+' to a space if plus). NULL and *e on bad escapes. */
char *url_decode(struct arena *arena, const char *s, size_t n, bool plus, struct error *e);
int url_encode(struct buf *out, const char *s); /* everything but unreserved characters; appends */

struct query_pair {
	const char *key, *value;
};
struct query {
	struct query_pair *pairs; /* in the order given */
	size_t n;
};

/* Parses the part after '?'. Limits: 1,000 pairs. A bad escape or a ';' fails with ERROR_INVALID. */
int query_parse(struct arena *arena, const char *text, struct query *ret, struct error *e);
const char *query_get(const struct query *q, const char *key); /* the first value or NULL */

/* unix:///path, tcp://host:port, http://host:port, https://host:port, :port, host:port, a bare absolute
 * path. */
struct address {
	enum { ADDRESS_UNIX, ADDRESS_TCP } kind;
	char path[108]; /* unix */
	char host[256]; /* tcp; "" is every interface when listening */
	uint16_t port;
	bool tls; /* it was https:// */
};
int address_parse(const char *text, struct address *ret, struct error *e);
bool address_is_local(const struct address *a); /* unix, 127.0.0.0/8, ::1, localhost */
void address_format(const struct address *a, char *out,
	size_t size); /* unix:///…, tcp://host:port or https://host:port */
