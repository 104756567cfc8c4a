/*
 * connection.h: the server's side of one connection.
 *
 * Parked (task NULL) it is only this struct: its buffers are gone.  A byte starts a task in
 * connection_serve, which answers requests until none is left over, and parks it again.  The
 * connection frees itself when it is over.
 */
#pragma once

#include "base/list.h"
#include "http/framer.h"
#include "http/reader.h"
#include "http/server.h"

#define HTTP_MAX_CALL_MEMORY (64 << 20) /* a call's arena */
#define HTTP_MAX_DRAIN (256 * 1024)     /* of a body that the handler did not want … */
#define HTTP_DRAIN_TIMEOUT USEC_PER_SEC /* … or of what comes while we close */

struct http_connection {
	struct list link; /* in the server's list */
	struct http_server *server;
	struct stream *stream;
	struct task *task; /* NULL while parked */
	struct reader reader;
	struct framer framer;
	struct stream *raw;    /* what http_hijack returned, if that is not `stream` itself */
	int body_error;        /* why the request's body cannot be read any more */
	bool keep_alive;       /* another request may follow this one */
	bool expects_continue; /* the client waits for "100 Continue" */
};

/* A task's function; arg is the connection. */
void connection_serve(void *arg);

/* Reads what is left of the request's body and drops it. True when it has come to its end within
 * the limits. */
bool connection_drain(struct http_connection *c) SUSPENDS;

/* The status that the server answers for a handler that failed before it began a response. */
int connection_failure_status(const struct http_connection *c, const struct error *e);

/* The headers that were set for the response, and the route where it is told. */
void connection_add_headers(const struct call *call, struct buf *head);

/* -- the server's part ------------------------------------------------------------------------- */

/* Parks an idle connection, or frees it when the server is stopping. */
void server_park(struct http_connection *c);
void server_drop(struct http_connection *c); /* closes and frees */
bool server_stopping(const struct http_server *s);
const struct http_server_options *server_options(const struct http_server *s);
const char *server_date(struct http_server *s); /* now, as the Date header has it */
