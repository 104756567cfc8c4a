/*
 * message.h: one HTTP exchange as a handler sees it.
 *
 * A `struct call` is a request being answered.  It lives in its arena from the request's head to
 * the response's end; the connection (server.h) owns it.  A handler reads the request, then either
 * replies at once (http_reply_…), or begins a response and writes its body piece by piece, or takes
 * the connection over (http_hijack).  A handler that returns a negative errno with its struct
 * error, before it began a response, has the error rendered by the server: status by error kind,
 * body {"message":"…"}.
 *
 * Body writes suspend while the peer does not read.  All of it is HTTP/1.1 by RFC 9110 and 9112.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/url.h"
#include "json/field.h"
#include "json/write.h"
#include "net/stream.h"

#include <stdbool.h>
#include <stdint.h>

#define HTTP_MAX_HEAD (64 * 1024) /* request or status line and headers together */
#define HTTP_MAX_HEADERS 200

struct http_header {
	const char *name, *value;
};
struct http_headers {
	struct http_header *items;
	size_t n, cap;
};

const char *http_headers_get(
	const struct http_headers *headers, const char *name); /* the first of that name, or NULL */

/* A comma-separated header has this word, in any case (RFC 9110 5.6.1). */
bool http_has_word(const char *value, const char *word);

struct http_request {
	const char *method;     /* "GET" */
	const char *target;     /* as sent */
	const char *path;       /* the target's path, still percent-encoded */
	const char *query_text; /* after '?', "" if none */
	struct query query;
	struct http_headers headers;
	bool http10;
	bool has_body;          /* a Content-Length above 0, or chunked */
	int64_t content_length; /* -1 if not known beforehand */
	const char *upgrade;    /* value of Upgrade when Connection names it, else NULL */
};

struct http_connection; /* server.h's side */

struct call {
	struct arena *arena;
	struct http_request request;
	struct query params;      /* filled by the router: {id}, {name…} */
	const char *route;        /* the pattern that fitted, for metrics; NULL or "": none */
	const char *route_header; /* the response tells the route in it; NULL: it does not */
	int api_version;          /* ×100+minor, set by the back end; 0 unknown */

	/* the response */
	int status;                  /* 0 until begun */
	struct http_headers headers; /* to be sent; see http_set_header */
	bool began, ended, hijacked;
	struct http_connection *connection;
};

/* -- request ----------------------------------------------------------------------------------- */

const char *http_header(
	const struct call *call, const char *name); /* the first of that name, or NULL */
const char *http_query(const struct call *call, const char *key); /* or NULL */
const char *http_param(
	const struct call *call, const char *name); /* a router parameter; never NULL */

/* Copies both and replaces all of that name, with NULL by none: for what comes after in the chain of
 * handlers. */
void http_set_request_header(struct call *call, const char *name, const char *value);
/* A path with the request's own query, in the arena; NULL when that is full. */
const char *http_target(const struct call *call, const char *path);

/* Who calls, as his certificate has it (stream_identity): NULL where nobody had to prove who he is. */
const char *http_identity(const struct call *call);

/* Reads some of the body: > 0 bytes, 0 at its end, negative on failure (-EPROTO framing,
 * -ECONNRESET, -ETIMEDOUT). Answers "Expect: 100-continue" on the first call. */
ssize_t http_read(struct call *call, void *data, size_t n) SUSPENDS;

/* The whole body, NUL-terminated, in the arena. Over max bytes: ERROR_TOO_LARGE. */
int http_read_all(struct call *call, size_t max, char **ret, size_t *ret_n, struct error *e)
	SUSPENDS;

/* -- response ---------------------------------------------------------------------------------- */

/* Copies both and replaces one of that name. */
void http_set_header(struct call *call, const char *name, const char *value);
/* Copies both and leaves others of that name alone. */
void http_add_header(struct call *call, const char *name, const char *value);

/* Answers "Expect: 100-continue" now, as reading the body would. */
int http_continue(struct call *call) SUSPENDS;

int http_reply_empty(struct call *call, int status) SUSPENDS;
int http_reply_text(struct call *call, int status, const char *content_type, const char *text)
	SUSPENDS;
int http_reply_json(struct call *call, int status, const struct json_type *type, const void *object)
	SUSPENDS;
/* {"message": …} by the error's kind. NOT_MODIFIED has no body. */
int http_reply_error(struct call *call, const struct error *e) SUSPENDS;
int http_status_of(enum error_kind kind);

/* Sends the head now (chunked, unless a Content-Length header was set, or HTTP/1.0: then until
 * close). */
int http_begin(struct call *call, int status, const char *content_type) SUSPENDS;
int http_write(struct call *call, const void *data, size_t n) SUSPENDS; /* nothing is kept back */
int http_end(struct call *call) SUSPENDS;

/* A JSON writer whose bytes go out as the body; http_begin first. json_finish, then http_end. */
void http_json_writer(struct call *call, struct json_writer *w);

/*
 * Takes the connection over: answers 101 UPGRADED with Connection and Upgrade when the request
 * asked for an upgrade, otherwise 200, both with the content type given (and headers set before),
 * and returns the raw stream, including bytes that the client sent early. The call still owns it:
 * it is closed when the handler returns.
 */
int http_hijack(struct call *call, const char *content_type, struct stream **ret, struct error *e)
	SUSPENDS;

/* The same with a status and a protocol that somebody else has chosen. Both texts may be NULL. */
int http_hijack_as(struct call *call, int status, const char *content_type, const char *upgrade,
	struct stream **ret, struct error *e) SUSPENDS;

/* From now on, until the handler returns, the peer's going away (close or half-close) cancels the
 * handler's task. For long answers that have nothing to write for a while. The request's body must
 * have been read. */
void http_cancel_on_hangup(struct call *call);

/* Calls fn(arg) once, from the loop, instead. */
void http_on_hangup(struct call *call, void (*fn)(void *arg), void *arg);

/* The peer has closed altogether, which can be told of Unix sockets (stream_closed). */
bool http_client_gone(const struct call *call);
