/* The connection given to a handler, or watched for it; see message.h. */
#include "http/connection.h"
#include "http/early.h"

#include <errno.h>

/* Docker Engine's heads of hijacked connections have no Date, and say "UPGRADED". */
static void
compose(const struct call *call, struct buf *head, const char *content_type)
{
	buf_puts(head, call->status == 101 ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n");
	head_add(head, "Content-Type", content_type);
	if (call->status == 101)
		buf_puts(head, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
	head_add_all(head, &call->headers);
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
http_hijack(struct call *call, const char *content_type, struct stream **ret, struct error *e)
{
	struct http_connection *c = call->connection;
	scoped_buf head;
	int r;

	bug_if(call->began);
	buf_init(&head, HTTP_MAX_CALL_MEMORY);
	if (!connection_drain(c))
		return error_set(e, ERROR_INVALID, -EPROTO, "the request's body has no end");
	call->began = call->ended = call->hijacked = true;
	call->status = call->request.upgrade ? 101 : 200;
	c->keep_alive = false;
	compose(call, &head, content_type);
	r = framer_send(&c->framer, &head, NULL, 0, HTTP_WRITE_TIMEOUT);
	if (r < 0)
		return error_errno(e, r, "cannot take the connection over");
	*ret = raw_stream(c);
	return 0;
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
	stream_notify_hangup(call->connection->stream, cancel_handler, call->connection);
}
