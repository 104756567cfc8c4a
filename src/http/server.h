/*
 * server.h: HTTP/1.1 connections in, calls out.
 *
 * An idle keep-alive connection is a parked struct in the loop, not a task; the next byte starts a
 * task, which serves requests until the connection is idle again.  Pipelined requests are served in
 * order.  The limits below and those of message.h hold for every connection; breaking one answers
 * 400, 408, 413 or 431 where that is still possible, and closes.
 */
#pragma once

#include "http/message.h"
#include "http/router.h"
#include "net/listener.h"

#define HTTP_HEAD_TIMEOUT (20 * USEC_PER_SEC) /* from a request's first byte to its head's end */
#define HTTP_BODY_TIMEOUT \
	(300 * USEC_PER_SEC) /* between two reads of a body; for all of it in http_read_all */
#define HTTP_WRITE_TIMEOUT USEC_INFINITY /* a slow reader may be slow */

struct http_server_options {
	http_handler handler; /* every call goes here */
	void *context;
	size_t max_connections;    /* 0: 20,000; above it new ones wait in the listen queue */
	const char *server_header; /* value of Server, or NULL */
};

struct http_server;

struct http_server *http_server_new(const struct http_server_options *options);
/* Starts accepting and returns; it goes on until http_server_stop. The listener must live that
 * long; several may serve one server. -ESHUTDOWN once stopped. */
int http_server_listen(struct http_server *s, struct listener *l);
size_t http_server_connections(const struct http_server *s);
/* Stops accepting, lets running calls end until the deadline, then cancels them. */
void http_server_stop(struct http_server *s, usec_t until) SUSPENDS;
void http_server_free(struct http_server *s) SUSPENDS;
SCOPED(http_server, http_server_free)
