/*
 * world.h: a server with handlers to be tried, on a Unix socket, inside the test's own process and loop.
 *
 * world_run runs fn as a task beside the server, on the real or the virtual clock.  The handlers:
 *
 *	GET, HEAD /_ping   "OK"                          POST /echo       the body, streamed back in chunks
 *	GET /json          a small JSON object           POST /length     the body's length, read whole (at most 1 MiB)
 *	GET /pieces        "one" "two" "three", chunked  POST /unread     replies without reading the body
 *	GET /sized         with Content-Length: 5        POST /attach     takes the connection over and echoes
 *	GET /fail?kind=n   that error_kind               GET /hold        waits for the client to go away
 *	GET /broken        fails in the middle           GET /zeros?n=    n zero bytes, chunked
 *	GET /silent        sends no reply at all         POST /count      counts the body's bytes
 *	GET /large-json    100 KB of JSON                any /empty?status=n, without body
 *	GET /slow          replies after 10 ms
 */
#pragma once

#include "http/client.h"
#include "http/server.h"

#include "test.h"

struct world {
	struct http_server *server;
	struct http_server_options options;
	struct listener *listener, *listener_2; /* nobody serves the second one */
	const struct address *address;
	int cancelled; /* how often /hold has ended because the client went away */
};

/* Runs fn in a world and asserts that nothing is left behind: no connection, task or stall. */
void world_run(int (*fn)(struct world *w));
void world_run_virtual(int (*fn)(struct world *w));

/* A raw connection. */
struct stream *world_dial(struct world *w);

/* Sends text, then half-closes, and returns everything that comes back, without the Date headers. The caller frees. */
char *world_exchange(struct world *w, const char *text, size_t n);

/* Reads until the stream ends, or until what came contains `until` (if not NULL). The caller frees. */
char *world_read(struct stream *s, const char *until);
