#include "http/connection.h"

#include "base/alloc.h"
#include "base/log.h"
#include "http/request.h"
#include "http/status.h"
#include "task/clock.h"

#include <errno.h>

#define SCRATCH (16 * 1024)

/* -- what nobody wants to read ----------------------------------------------------------------- */

bool
connection_drain(struct http_connection *c)
{
	usec_t until = clock_after(HTTP_DRAIN_TIMEOUT);
	scoped_free char *scratch = NULL;
	size_t dropped = 0;

	if (!c->reader.body)
		return true;
	scratch = xmalloc(SCRATCH);
	while (dropped <= HTTP_MAX_DRAIN) {
		ssize_t n = reader_body(&c->reader, scratch, SCRATCH, until);

		if (n <= 0)
			return n == 0;
		dropped += (size_t)n;
	}
	return false;
}

/* Closing a socket that has unread bytes makes the kernel reset it, and the peer may lose the end
 * of what it was sent. So: no more from us, then wait for the peer to close, for a while. */
static void
linger(struct http_connection *c)
{
	scoped_free char *scratch = xmalloc(SCRATCH);
	size_t dropped = 0;
	usec_t until;

	if (stream_shutdown(c->stream, HTTP_WRITE_TIMEOUT) < 0)
		return;
	until = clock_after(HTTP_DRAIN_TIMEOUT);
	while (dropped <= HTTP_MAX_DRAIN) {
		ssize_t n = stream_read(c->stream, scratch, SCRATCH, until);

		if (n <= 0)
			return;
		dropped += (size_t)n;
	}
}

/* -- requests that no handler sees ------------------------------------------------------------- */

static void
refuse(struct http_connection *c, int status, const char *why)
{
	scoped_buf body, head;

	buf_init(&body, HTTP_MAX_HEAD);
	buf_init(&head, HTTP_MAX_HEAD);
	buf_printf(&body, "%d %s: %s\n", status, http_reason(status), why);
	buf_printf(&head,
		"HTTP/1.1 %d %s\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Date: %s\r\n"
		"Content-Length: %zu\r\n"
		"Connection: close\r\n\r\n",
		status, http_reason(status), server_date(c->server), body.len);
	c->keep_alive = false;
	if (framer_send(&c->framer, &head, body.data, body.len, clock_after(HTTP_DRAIN_TIMEOUT)) ==
		0)
		linger(c);
}

static void
refuse_head(struct http_connection *c, int r)
{
	if (r == -EPROTO)
		refuse(c, 400, codec_reason(&c->reader.codec));
	else if (r == -EMSGSIZE)
		refuse(c, 431, codec_reason(&c->reader.codec));
	else if (r == -ETIMEDOUT)
		refuse(c, 408, "the request's head did not come in time");
}

/* -- requests that a handler answers ----------------------------------------------------------- */

static bool
body_is_late(const struct http_connection *c)
{
	return c->body_error == -ETIMEDOUT;
}

/* Then a failure that looks like ours is the client's. */
static bool
body_is_broken(const struct http_connection *c, const struct error *e)
{
	return c->body_error < 0 && e->kind == ERROR_INTERNAL;
}

int
connection_failure_status(const struct http_connection *c, const struct error *e)
{
	if (body_is_late(c))
		return 408;
	return http_status_of(body_is_broken(c, e) ? ERROR_INVALID : e->kind);
}

static int
reply_failure(struct call *call, const struct error *e)
{
	struct http_connection *c = call->connection;
	scoped_error broken = {0};

	if (body_is_late(c)) {
		call->began = call->ended = true;
		refuse(c, 408, "the request's body did not come in time");
		return 0;
	}
	if (body_is_broken(c, e)) {
		error_set(&broken, ERROR_INVALID, c->body_error,
			"cannot read the request's body: %s", codec_reason(&c->reader.codec));
		return http_reply_error(call, &broken);
	}
	return http_reply_error(call, e);
}

/* Brings the response to its end, whatever the handler left. */
static void
finish(struct call *call, int r, const struct error *e)
{
	struct http_connection *c = call->connection;

	if (r < 0 && !call->began) {
		r = reply_failure(call, e);
	} else if (r >= 0 && !call->began) {
		log_error("%s %s: the handler sent no reply", call->request.method,
			call->request.path);
		r = http_reply_empty(call, 500);
	} else if (r >= 0 && !call->ended) {
		r = http_end(call);
	}
	/* A body that began and failed stops short, and the client sees that by the close. */
	if (r < 0 || c->framer.broken)
		c->keep_alive = false;
}

static int
handle(struct call *call, const struct http_head *head, struct error *e)
{
	struct http_connection *c = call->connection;
	const struct http_server_options *o = server_options(c->server);
	int r = request_take(call, head, e);

	if (r < 0)
		return r;
	reader_rest(&c->reader); /* the answer may take hours */
	r = o->handler(call, o->context, e);
	stream_notify_hangup(c->stream, NULL, NULL);
	return r;
}

/* True if the connection is ready for another request. */
static bool
answer(struct http_connection *c, struct arena *arena, const struct http_head *head)
{
	struct call *call = ARENA_NEW(arena, call);
	scoped_error e = {0};
	int r;

	call->arena = arena;
	call->connection = c;
	c->keep_alive = head->keep_alive;
	c->expects_continue = request_expects_continue(head);
	c->body_error = 0;
	r = handle(call, head, &e);
	finish(call, r, &e);

	if (c->raw)
		stream_free(take_ptr(c->raw));
	if (c->keep_alive && connection_drain(c))
		return true;
	if (call->hijacked || c->reader.body)
		linger(c);
	return false;
}

static bool
serve_one(struct http_connection *c)
{
	scoped(arena) *arena = arena_new(HTTP_MAX_CALL_MEMORY);
	struct refusal refusal;
	struct http_head head;
	int r;

	r = reader_head(
		&c->reader, CODEC_REQUEST, false, arena, &head, clock_after(HTTP_HEAD_TIMEOUT));
	if (r < 0)
		refuse_head(c, r);
	if (r <= 0)
		return false;
	refusal = request_refusal(&head);
	if (refusal.status) {
		refuse(c, refusal.status, refusal.why);
		return false;
	}
	return answer(c, arena, &head);
}

void
connection_serve(void *arg)
{
	struct http_connection *c = arg;
	bool more = serve_one(c);

	while (more && reader_pending(&c->reader) > 0)
		more = task_yield() == 0 && serve_one(c);
	c->task = NULL;
	if (more && !task_cancelled())
		server_park(c);
	else
		server_drop(c);
}
