/* The response's head and body; see message.h. */
#include "base/str.h"
#include "http/connection.h"
#include "http/status.h"

enum { UNKNOWN_LENGTH = -1 };

/* -- the head ---------------------------------------------------------------------------------- */

static bool
is_head(const struct call *call)
{
	return str_eq(call->request.method, "HEAD");
}

static bool
is_bodiless(int status)
{
	return status / 100 == 1 || status == 204 || status == 304;
}

/* False if what is left of the request is not worth reading only to keep the connection. */
static bool
can_keep(const struct http_connection *c)
{
	if (!c->keep_alive || server_stopping(c->server) || c->body_error < 0)
		return false;
	if (!c->reader.body)
		return true;
	return !c->expects_continue && codec_plain_left(&c->reader.codec) <= HTTP_MAX_DRAIN;
}

static void
add_status_line(struct buf *head, int status)
{
	buf_reserve(head, 512); /* most heads: no growing in steps */
	buf_printf(head, "HTTP/1.1 %d %s\r\n", status, http_reason(status));
}

/* Says how the body is framed, to the client and to the framer. */
static void
add_framing(struct call *call, struct buf *head, int status, int64_t length)
{
	struct http_connection *c = call->connection;
	struct framer *f = &c->framer;
	const char *given = http_headers_get(&call->headers, "Content-Length");
	bool no_body = is_head(call) || is_bodiless(status);

	if (given) {
		bug_if(str_to_u64(given, &f->left) < 0);
		f->framing = FRAMING_LENGTH;
	} else if (length != UNKNOWN_LENGTH && !is_bodiless(status)) {
		buf_printf(head, "Content-Length: %lld\r\n", (long long)length);
		f->framing = FRAMING_LENGTH;
		f->left = (uint64_t)length;
	} else if (!no_body && call->request.http10) {
		f->framing = FRAMING_CLOSE;
		c->keep_alive = false;
	} else if (!no_body) {
		buf_puts(head, "Transfer-Encoding: chunked\r\n");
		f->framing = FRAMING_CHUNKED;
	}
	if (no_body)
		f->framing = FRAMING_NONE;
}

void
connection_add_headers(const struct call *call, struct buf *head)
{
	head_add_all(head, &call->headers);
	if (call->route_header && !str_empty(call->route))
		head_add(head, call->route_header, call->route);
}

/* length: of the whole body, or UNKNOWN_LENGTH. */
static void
compose(struct call *call, struct buf *head, int status, const char *content_type, int64_t length)
{
	struct http_connection *c = call->connection;
	const char *server = server_options(c->server)->server_header;

	bug_if(call->began);
	call->began = true;
	call->status = status;
	buf_init(head, HTTP_MAX_CALL_MEMORY);
	add_status_line(head, status);
	if (content_type)
		head_add(head, "Content-Type", content_type);
	connection_add_headers(call, head);
	if (server && !http_headers_get(&call->headers, "Server"))
		head_add(head, "Server", server);
	head_add(head, "Date", server_date(c->server));
	add_framing(call, head, status, length);
	c->keep_alive = can_keep(c);
	if (!c->keep_alive)
		buf_puts(head, "Connection: close\r\n");
	else if (call->request.http10)
		buf_puts(head, "Connection: keep-alive\r\n");
	buf_puts(head, "\r\n");
}

/* -- whole replies ----------------------------------------------------------------------------- */

static int
reply(struct call *call, int status, const char *content_type, const void *body, size_t n)
{
	struct framer *f = &call->connection->framer;
	scoped_buf head;

	compose(call, &head, status, content_type, (int64_t)n);
	call->ended = true;
	return framer_send(f, &head, body, f->framing == FRAMING_NONE ? 0 : n, HTTP_WRITE_TIMEOUT);
}

int
http_reply_empty(struct call *call, int status)
{
	scoped_buf head;

	compose(call, &head, status, NULL, is_head(call) ? UNKNOWN_LENGTH : 0);
	call->ended = true;
	return framer_send(&call->connection->framer, &head, NULL, 0, HTTP_WRITE_TIMEOUT);
}

int
http_reply_text(struct call *call, int status, const char *content_type, const char *text)
{
	return reply(call, status, content_type, text, strlen(text));
}

int
http_reply_error(struct call *call, const struct error *e)
{
	scoped_json_writer w;

	json_writer_init(&w, NULL, NULL, 0);
	if (e->kind == ERROR_NOT_MODIFIED)
		return http_reply_empty(call, 304);
	json_object_begin(&w);
	json_key(&w, "message");
	json_string(&w, error_message(e));
	json_object_end(&w);
	json_newline(&w);
	if (json_finish(&w) < 0)
		return http_reply_empty(call, http_status_of(e->kind));
	return reply(call, http_status_of(e->kind), "application/json", w.buf.data, w.buf.len);
}

/* -- in pieces --------------------------------------------------------------------------------- */

int
http_begin(struct call *call, int status, const char *content_type)
{
	scoped_buf head;

	compose(call, &head, status, content_type, UNKNOWN_LENGTH);
	return framer_send(&call->connection->framer, &head, NULL, 0, HTTP_WRITE_TIMEOUT);
}

int
http_write(struct call *call, const void *data, size_t n)
{
	bug_if(!call->began || call->ended);
	return framer_write(&call->connection->framer, data, n, HTTP_WRITE_TIMEOUT);
}

int
http_end(struct call *call)
{
	bug_if(!call->began || call->ended);
	call->ended = true;
	return framer_end(&call->connection->framer, HTTP_WRITE_TIMEOUT);
}

static int
write_json(void *arg, const void *data, size_t n)
{
	return http_write(arg, data, n);
}

void
http_json_writer(struct call *call, struct json_writer *w)
{
	json_writer_init(w, write_json, call, call->api_version);
}

/* A document that fits into the writer's buffer goes out whole, with its length; a longer one in
 * chunks. */
struct document {
	struct call *call;
	int status;
	bool complete; /* the next flush is the last */
};

static int
flush_document(void *arg, const void *data, size_t n)
{
	struct document *d = arg;
	int r;

	if (d->call->began)
		return http_write(d->call, data, n);
	if (d->complete)
		return reply(d->call, d->status, "application/json", data, n);
	r = http_begin(d->call, d->status, "application/json");
	return r < 0 ? r : http_write(d->call, data, n);
}

int
http_reply_json(struct call *call, int status, const struct json_type *type, const void *object)
{
	struct document d = {call, status, false};
	scoped_json_writer w;
	int r;

	json_writer_init(&w, flush_document, &d, call->api_version);
	json_write(&w, type, object);
	json_newline(&w);
	d.complete = true;
	r = json_finish(&w);
	if (r < 0 || call->ended)
		return r;
	return http_end(call);
}
