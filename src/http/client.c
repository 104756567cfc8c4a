#include "http/client.h"

#include "base/alloc.h"
#include "base/list.h"
#include "base/str.h"
#include "http/early.h"
#include "http/framer.h"
#include "http/reader.h"

#include <errno.h>

#define MAX_IDLE 8
#define MAX_EXCHANGE_MEMORY (1 << 20) /* the response's head */

struct http_client {
	struct address address;
	char host[sizeof(((struct address *)NULL)->host) + 16]; /* for the Host header */
	struct list idle; /* of channels, the one used last at the end */
	size_t n_idle, n_exchanges;
	struct stream_layer layer; /* wrap is NULL: plain */
};

/* A connection, which carries one exchange after another. */
struct channel {
	struct list link; /* in client->idle */
	struct http_client *client;
	struct stream *stream;
	struct reader reader;
	bool used_before;
};

struct http_exchange {
	struct http_client *client;
	struct channel *channel; /* NULL once hijacked */
	struct framer framer;
	struct arena *arena;
	struct http_head head; /* status 0 until it has come */
	bool wants_head;       /* the method is HEAD */
	bool sent;             /* the request is complete */
	bool hung_up;
};

/* -- connections ------------------------------------------------------------------------------- */

static void
channel_free(struct channel *ch)
{
	list_del(&ch->link);
	reader_free(&ch->reader);
	stream_free(ch->stream);
	free(ch);
}

static int
dial(struct http_client *c, usec_t until, struct channel **ret, struct error *e)
{
	struct stream *stream;
	struct channel *ch;
	int r;

	r = stream_dial(&c->address, until, &stream, e);
	if (r < 0)
		return r;
	if (c->layer.wrap)
		stream = c->layer.wrap(stream, c->layer.context);
	ch = NEW(channel);
	list_init(&ch->link);
	ch->client = c;
	ch->stream = stream;
	reader_init(&ch->reader, stream);
	*ret = ch;
	return 0;
}

/* An idle peer has nothing to say: whatever comes, the connection is of no use any more. */
static void
idle_ended(void *arg)
{
	struct channel *ch = arg;

	ch->client->n_idle--;
	channel_free(ch);
}

static struct channel *
take_idle(struct http_client *c)
{
	struct channel *ch = list_entry(c->idle.prev, struct channel, link);

	if (list_empty(&c->idle))
		return NULL;
	list_del(&ch->link);
	c->n_idle--;
	stream_notify(ch->stream, NULL, NULL);
	return ch;
}

static void
give_back(struct http_client *c, struct channel *ch)
{
	if (c->n_idle == MAX_IDLE) {
		channel_free(ch);
		return;
	}
	ch->used_before = true;
	list_add(&c->idle, &ch->link);
	c->n_idle++;
	reader_rest(&ch->reader);
	stream_notify(ch->stream, idle_ended, ch);
}

struct http_client *
http_client_new(const struct address *a)
{
	struct http_client *c = NEW(http_client);
	bool ipv6 = strchr(a->host, ':');

	c->address = *a;
	if (a->kind == ADDRESS_UNIX)
		str_format(c->host, sizeof(c->host), "localhost");
	else
		str_format(c->host, sizeof(c->host), ipv6 ? "[%s]:%u" : "%s:%u", a->host, a->port);
	list_init(&c->idle);
	return c;
}

void
http_client_free(struct http_client *c)
{
	struct channel *ch;

	bug_if(c->n_exchanges > 0);
	while ((ch = take_idle(c)))
		channel_free(ch);
	free(c);
}

void
http_client_set_layer(struct http_client *c, const struct stream_layer *layer)
{
	c->layer = layer ? *layer : (struct stream_layer){0};
}

/* A layer may know more than the errno. */
static int
stream_failed(const struct stream *s, int r, const char *what, struct error *e)
{
	const char *reason = stream_reason(s);

	if (reason)
		return error_set(e, ERROR_UNAVAILABLE, r, "%s: %s", what, reason);
	return error_errno(e, r, "%s", what);
}

/* -- the request ------------------------------------------------------------------------------- */

static bool
has_content(const char *method)
{
	return str_eq(method, "POST") || str_eq(method, "PUT") || str_eq(method, "PATCH");
}

static void
compose(const struct http_client *c, const struct http_exchange_spec *spec, struct buf *head)
{
	buf_init(head, HTTP_MAX_HEAD);
	buf_printf(head, "%s %s HTTP/1.1\r\n", spec->method, spec->target);
	head_add(head, "Host", c->host);
	for (const struct http_header *h = spec->headers; h && h->name; h++)
		head_add(head, h->name, h->value);
	if (spec->streamed && spec->length)
		buf_printf(head, "Content-Length: %llu\r\n", (unsigned long long)spec->length);
	else if (spec->streamed)
		buf_puts(head, "Transfer-Encoding: chunked\r\n");
	else if (spec->body || has_content(spec->method))
		buf_printf(head, "Content-Length: %zu\r\n", spec->body ? spec->body_n : 0);
	buf_puts(head, "\r\n");
}

static enum framing
framing_of(const struct http_exchange_spec *spec)
{
	if (!spec->streamed)
		return FRAMING_NONE;
	return spec->length ? FRAMING_LENGTH : FRAMING_CHUNKED;
}

static struct http_exchange *
exchange_new(struct http_client *c, struct channel *ch, const struct http_exchange_spec *spec)
{
	struct http_exchange *x = NEW(http_exchange);

	x->client = c;
	x->channel = ch;
	x->framer.stream = ch->stream;
	x->framer.framing = framing_of(spec);
	x->framer.left = spec->length;
	x->arena = arena_new(MAX_EXCHANGE_MEMORY);
	x->wants_head = str_eq(spec->method, "HEAD");
	x->sent = !spec->streamed;
	c->n_exchanges++;
	return x;
}

/* A connection that was idle may have been closed by the peer just now; then the request goes out
 * on a new one. */
static int
send_request(struct http_client *c, const struct http_exchange_spec *spec, const struct buf *head,
	usec_t until, struct http_exchange **ret, struct error *e)
{
	struct channel *ch = take_idle(c);

	for (;;) {
		int r = ch ? 0 : dial(c, until, &ch, e);

		if (r < 0)
			return r;
		*ret = exchange_new(c, ch, spec);
		r = framer_send(
			&(*ret)->framer, head, spec->body, spec->body ? spec->body_n : 0, until);
		if (r >= 0)
			return 0;
		if (!ch->used_before || (r != -EPIPE && r != -ECONNRESET)) {
			stream_failed(ch->stream, r, "cannot send the request", e);
			http_exchange_free(take_ptr(*ret));
			return r;
		}
		http_exchange_free(take_ptr(*ret));
		ch = NULL;
	}
}

int
http_exchange_begin(struct http_client *c, const struct http_exchange_spec *spec, usec_t until,
	struct http_exchange **ret, struct error *e)
{
	struct http_exchange *x = NULL;
	scoped_buf head;
	int r;

	compose(c, spec, &head);
	if (head.full)
		return error_set(e, ERROR_TOO_LARGE, -EMSGSIZE, "the request's head is too large");
	r = send_request(c, spec, &head, until, &x, e);
	if (r < 0)
		return r;
	*ret = x;
	return 0;
}

int
http_exchange_write(struct http_exchange *x, const void *data, size_t n, usec_t until)
{
	bug_if(x->sent);
	return framer_write(&x->framer, data, n, until);
}

int
http_exchange_write_end(struct http_exchange *x, usec_t until)
{
	bug_if(x->sent);
	x->sent = true;
	return framer_end(&x->framer, until);
}

/* -- the response ------------------------------------------------------------------------------ */

static int
explain(struct http_exchange *x, int r, struct error *e)
{
	if (r == 0)
		return error_set(e, ERROR_UNAVAILABLE, -ECONNRESET,
			"the connection was closed before the response");
	if (r == -EPROTO || r == -EMSGSIZE)
		return error_set(e, ERROR_UNAVAILABLE, r, "the response is not proper HTTP: %s",
			codec_reason(&x->channel->reader.codec));
	return stream_failed(x->channel->stream, r, "cannot read the response", e);
}

static bool
is_interim(int status)
{
	return status / 100 == 1 && status != 101;
}

/* Chunks are undone here, and a coding below them would be lost with the header that names it. */
static bool
is_coded(const struct http_head *head)
{
	const char *encoding = http_headers_get(&head->headers, "Transfer-Encoding");

	return encoding && !str_ieq(encoding, "chunked");
}

/* The next head, be it an interim one. Its status, or -errno. */
static int
next_head(struct http_exchange *x, usec_t until, struct error *e)
{
	struct http_head head;
	int r = reader_head(
		&x->channel->reader, CODEC_RESPONSE, x->wants_head, x->arena, &head, until);

	if (r <= 0)
		return explain(x, r, e);
	if (is_coded(&head))
		return error_set(e, ERROR_UNAVAILABLE, -EPROTO,
			"the response is not proper HTTP: unsupported transfer encoding");
	if (!is_interim(head.status))
		x->head = head;
	return head.status;
}

int
http_exchange_continue(struct http_exchange *x, usec_t until, struct error *e)
{
	int r;

	do
		r = next_head(x, until, e);
	while (r >= 0 && is_interim(r) && r != 100);
	return r < 0 ? r : r == 100;
}

int
http_exchange_head(struct http_exchange *x, usec_t until, struct error *e)
{
	int r = 0;

	while (r >= 0 && !x->head.status)
		r = next_head(x, until, e);
	return r < 0 ? r : 0;
}

int
http_ask(struct http_client *c, const char *method, const char *target, usec_t until,
	struct http_exchange **ret, struct error *e)
{
	const struct http_exchange_spec spec = {.method = method, .target = target};
	scoped(http_exchange) *x = NULL;
	int r = http_exchange_begin(c, &spec, until, &x, e);

	if (r >= 0)
		r = http_exchange_head(x, until, e);
	if (r >= 0)
		*ret = take_ptr(x);
	return r;
}

void
http_exchange_hang_up(struct http_exchange *x)
{
	x->hung_up = true;
	if (x->channel)
		stream_shutdown(x->channel->stream, USEC_INFINITY);
}

void
http_exchange_cut(struct http_exchange *x)
{
	x->hung_up = true;
	if (x->channel)
		stream_cut(x->channel->stream);
}

bool
http_exchange_reused(const struct http_exchange *x)
{
	return x->channel && x->channel->used_before;
}

bool
http_exchange_is_raw(const struct http_exchange *x)
{
	const struct http_head *h = &x->head;
	bool bodiless = x->wants_head || h->status == 204 || h->status == 304;

	return h->status == 101 || (!bodiless && !h->chunked && h->content_length < 0);
}

int
http_exchange_status(const struct http_exchange *x)
{
	return x->head.status;
}

const char *
http_exchange_header(const struct http_exchange *x, const char *name)
{
	return http_headers_get(&x->head.headers, name);
}

const struct http_headers *
http_exchange_headers(const struct http_exchange *x)
{
	return &x->head.headers;
}

ssize_t
http_exchange_read(struct http_exchange *x, void *data, size_t n, usec_t until)
{
	bug_if(!x->head.status || !x->channel);
	return reader_body(&x->channel->reader, data, n, until);
}

int
http_exchange_read_all(struct http_exchange *x, size_t max, char **ret, size_t *ret_n, usec_t until,
	struct error *e)
{
	scoped_buf body;
	int r;

	buf_init(&body, max);
	r = reader_body_all(&x->channel->reader, &body, until);
	if (r == -EMSGSIZE)
		return error_set(
			e, ERROR_TOO_LARGE, r, "the response's body is larger than %zu bytes", max);
	if (r < 0)
		return explain(x, r, e);
	*ret_n = body.len;
	*ret = buf_take(&body);
	return 0;
}

struct stream *
http_exchange_hijack(struct http_exchange *x)
{
	struct channel *ch = take_ptr(x->channel);
	struct stream *raw = take_ptr(ch->stream);
	struct reader *in = &ch->reader;

	if (reader_pending(in) > 0)
		raw = early_stream_new(raw, in->in.data + in->at, reader_pending(in), true);
	reader_free(in);
	free(ch);
	return raw;
}

static bool
is_over(const struct http_exchange *x)
{
	return x->sent && !x->hung_up && !x->framer.broken && x->head.status &&
	       x->head.status != 101 && x->head.keep_alive && !x->channel->reader.body &&
	       reader_pending(&x->channel->reader) == 0;
}

void
http_exchange_free(struct http_exchange *x)
{
	if (x->channel && is_over(x))
		give_back(x->client, x->channel);
	else if (x->channel)
		channel_free(x->channel);
	x->client->n_exchanges--;
	arena_free(x->arena);
	free(x);
}
