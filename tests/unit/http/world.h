/*
 * world.h: a server with handlers to be tried, on a Unix socket, inside the test's own process and
 * loop.
 *
 * world_run runs fn as a task beside the server, on the real or the virtual clock.  The handlers:
 *
 *	GET /_ping        "OK"; HEAD too            POST /echo     the body, streamed back
 *	GET /json         a small JSON object       POST /length   the body's length, 1 MiB at most
 *	GET /large-json   100 KB of JSON            POST /count    the same, without keeping it
 *	GET /pieces       "one" "two" "three"       POST /unread   replies, does not read the body
 *	GET /sized        with a Content-Length     POST /attach   takes over and echoes
 *	GET /fail?kind=n  that error_kind           GET /hold      waits for the client to go away
 *	GET /broken       fails in the middle       GET /zeros?n=  n zero bytes, chunked
 *	GET /silent       sends no reply at all     GET /slow      replies after 10 ms
 *	any /empty?status=n, without body
 */
#pragma once

#include "http/client.h"
#include "http/server.h"
#include "task/clock.h"

#include "test.h"

struct world {
	struct http_server *server;
	struct http_server_options options;
	struct listener *listener, *listener_2; /* local; TCP, which nobody serves yet */
	const struct address *address;
	int cancelled; /* how often /hold has ended because the client went away */
};

/* Waits until the condition holds: the other side of a connection runs in this same loop. */
#define EVENTUALLY(condition)                                                 \
	for (usec_t until_ = clock_after(30 * USEC_PER_SEC); !(condition);) { \
		ASSERT(clock_now() < until_);                                 \
		ASSERT_OK(task_sleep(USEC_PER_MSEC));                         \
	}

/* Runs fn in a world and asserts that nothing is left behind: no connection, no task. */
void world_run(int (*fn)(struct world *w));
void world_run_virtual(int (*fn)(struct world *w));

/* A raw connection. */
struct stream *world_dial(struct world *w);

/* Sends text, then half-closes, and returns everything that comes back, without the Date headers.
 * The caller frees. */
char *world_exchange(struct world *w, const char *text, size_t n);

/*
 * Reads until the stream ends, or until what came contains `until` (if not NULL). The caller frees.
 */
char *world_read(struct stream *s, const char *until);
