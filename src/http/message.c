#include "http/message.h"

#include "base/str.h"
#include "http/connection.h"
#include "task/clock.h"

#include <errno.h>

/* -- headers ----------------------------------------------------------------------------------- */

const char *
http_headers_get(const struct http_headers *headers, const char *name)
{
	for (size_t i = 0; i < headers->n; i++)
		if (str_ieq(headers->items[i].name, name))
			return headers->items[i].value;
	return NULL;
}

const char *
http_header(const struct call *call, const char *name)
{
	return http_headers_get(&call->request.headers, name);
}

/* A new place at the end; NULL when the arena is full. */
static struct http_header *
new_place(struct arena *arena, struct http_headers *h)
{
	size_t cap = h->cap ? 2 * h->cap : 8;
	struct http_header *more;

	if (h->n < h->cap) {
		h->items[h->n] = (struct http_header){0};
		return &h->items[h->n++];
	}
	more = ARENA_ARRAY(arena, struct http_header, cap);
	if (!more)
		return NULL;
	if (h->n > 0)
		memcpy(more, h->items, h->n * sizeof(*more));
	*h = (struct http_headers){more, h->n + 1, cap};
	return &more[h->n - 1];
}

/* The place of the header of that name, or a new one. */
static struct http_header *
place(struct arena *arena, struct http_headers *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (str_ieq(h->items[i].name, name))
			return &h->items[i];
	return new_place(arena, h);
}

/* A request that filled its arena goes on without the header: there is nowhere to put it. */
static void
put_header(struct arena *arena, struct http_headers *h, struct http_header *header,
	const char *name, const char *value)
{
	const char *name_copy = arena_strdup(arena, name);
	const char *value_copy = arena_strdup(arena, value);

	if (header && name_copy && value_copy)
		*header = (struct http_header){name_copy, value_copy};
	else if (header && !header->name)
		h->n--;
}

void
http_set_header(struct call *call, const char *name, const char *value)
{
	struct http_headers *h = &call->headers;

	put_header(call->arena, h, place(call->arena, h, name), name, value);
}

void
http_add_header(struct call *call, const char *name, const char *value)
{
	struct http_headers *h = &call->headers;

	put_header(call->arena, h, new_place(call->arena, h), name, value);
}

static void
drop_headers(struct http_headers *h, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->n; i++)
		if (!str_ieq(h->items[i].name, name))
			h->items[kept++] = h->items[i];
	h->n = kept;
}

void
http_set_request_header(struct call *call, const char *name, const char *value)
{
	struct http_headers *h = &call->request.headers;

	drop_headers(h, name);
	if (value)
		put_header(call->arena, h, new_place(call->arena, h), name, value);
}

const char *
http_identity(const struct call *call)
{
	return stream_identity(call->connection->stream);
}

/* -- query and parameters ---------------------------------------------------------------------- */

const char *
http_query(const struct call *call, const char *key)
{
	return query_get(&call->request.query, key);
}

const char *
http_param(const struct call *call, const char *name)
{
	const char *value = query_get(&call->params, name);

	bug_if(!value); /* the route's pattern has no such parameter */
	return value;
}

const char *
http_target(const struct call *call, const char *path)
{
	const char *query = call->request.query_text;

	return arena_printf(call->arena, *query ? "%s?%s" : "%s%s", path, query);
}

/* -- body -------------------------------------------------------------------------------------- */

static int
send_continue(struct http_connection *c)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

	return stream_write(c->stream, text, sizeof(text) - 1, HTTP_WRITE_TIMEOUT);
}

/* What must have happened before the body is read. */
static int
prepare(struct call *call)
{
	struct http_connection *c = call->connection;

	if (c->body_error == 0 && c->expects_continue && !call->began) {
		c->expects_continue = false;
		c->body_error = send_continue(c);
	}
	return c->body_error;
}

int
http_continue(struct call *call)
{
	return prepare(call);
}

ssize_t
http_read(struct call *call, void *data, size_t n)
{
	struct http_connection *c = call->connection;
	ssize_t got = prepare(call);

	if (got == 0)
		got = reader_body(&c->reader, data, n, clock_after(HTTP_BODY_TIMEOUT));
	if (got < 0)
		c->body_error = (int)got;
	return got;
}

static int
fail_large(size_t max, struct error *e)
{
	return error_set(
		e, ERROR_TOO_LARGE, -EMSGSIZE, "the request's body is larger than %zu bytes", max);
}

static int
explain(struct call *call, int r, size_t max, struct error *e)
{
	struct http_connection *c = call->connection;

	if (r == -EMSGSIZE)
		return fail_large(max, e);
	c->body_error = r;
	if (r == -EPROTO)
		return error_set(e, ERROR_INVALID, r, "cannot read the request's body: %s",
			codec_reason(&c->reader.codec));
	return error_errno(e, r, "cannot read the request's body");
}

int
http_read_all(struct call *call, size_t max, char **ret, size_t *ret_n, struct error *e)
{
	scoped_buf body;
	char *copy;
	int r;

	buf_init(&body, max);
	if (call->request.content_length > 0 && (uint64_t)call->request.content_length > max)
		return fail_large(max, e);
	r = prepare(call);
	if (r == 0)
		r = reader_body_all(
			&call->connection->reader, &body, clock_after(HTTP_BODY_TIMEOUT));
	if (r < 0)
		return explain(call, r, max, e);
	copy = arena_alloc(call->arena, body.len + 1); /* zeroed: the NUL is there */
	if (!copy)
		return error_set(e, ERROR_TOO_LARGE, -ENOBUFS, "the request is too large");
	memcpy(copy, body.data, body.len);
	*ret = copy;
	*ret_n = body.len;
	return 0;
}
