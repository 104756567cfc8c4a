/* The connection given to a handler, or watched for it; see message.h. */
#include "base/str.h"
#include "http/connection.h"
#include "http/early.h"
#include "http/status.h"

#include <errno.h>

/* Docker Engine's heads of hijacked connections have no Date, and say "UPGRADED" for its own protocol. */
static void
compose(const struct call *call, struct buf *head, const char *content_type, const char *upgrade)
{
	const char *reason = str_eq(str_or(upgrade, ""), "tcp") ? "UPGRADED"
								: http_reason(call->status);

	buf_printf(head, "HTTP/1.1 %d %s\r\n", call->status, reason);
	if (content_type)
		head_add(head, "Content-Type", content_type);
	if (upgrade) {
		head_add(head, "Connection", "Upgrade");
		head_add(head, "Upgrade", upgrade);
	}
	connection_add_headers(call, head);
	buf_puts(head, "\r\n");
}

/* The connection's stream, behind the bytes that were received with the request. */
static struct stream *
raw_stream(struct http_connection *c)
{
	struct reader *in = &c->reader;

	if (reader_pending(in) == 0)
		return c->stream;
	c->raw = early_stream_new(c->stream, in->in.data + in->at, reader_pending(in), false);
	in->at = in->in.len;
	reader_rest(in);
	return c->raw;
}

int
http_hijack_as(struct call *call, int status, const char *content_type, const char *upgrade,
	struct stream **ret, struct error *e)
{
	struct http_connection *c = call->connection;
	scoped_buf head;
	int r;

	bug_if(call->began);
	buf_init(&head, HTTP_MAX_CALL_MEMORY);
	if (!connection_drain(c))
		return error_set(e, ERROR_INVALID, -EPROTO, "the request's body has no end");
	call->began = call->ended = call->hijacked = true;
	call->status = status;
	c->keep_alive = false;
	compose(call, &head, content_type, upgrade);
	r = framer_send(&c->framer, &head, NULL, 0, HTTP_WRITE_TIMEOUT);
	if (r < 0)
		return error_errno(e, r, "cannot take the connection over");
	*ret = raw_stream(c);
	return 0;
}

int
http_hijack(struct call *call, const char *content_type, struct stream **ret, struct error *e)
{
	bool upgrade = call->request.upgrade;

	return http_hijack_as(
		call, upgrade ? 101 : 200, content_type, upgrade ? "tcp" : NULL, ret, e);
}

static void
cancel_handler(void *arg)
{
	struct http_connection *c = arg;

	task_cancel(c->task);
}

void
http_cancel_on_hangup(struct call *call)
{
	http_on_hangup(call, cancel_handler, call->connection);
}

bool
http_client_gone(const struct call *call)
{
	return stream_closed(call->connection->stream);
}

void
http_on_hangup(struct call *call, void (*fn)(void *arg), void *arg)
{
	stream_notify_hangup(call->connection->stream, fn, arg);
}
