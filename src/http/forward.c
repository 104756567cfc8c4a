#include "http/forward.h"

#include "base/alloc.h"
#include "base/str.h"
#include "net/relay.h"
#include "task/clock.h"

#include <errno.h>

#define DIAL_TIMEOUT (10 * USEC_PER_SEC)
#define CHUNK (64 * 1024)

/* What belongs to one connection (RFC 9110 7.6.1), and what the codec or the framer say themselves. */
static const char *const hop_by_hop[] = {"Connection", "Keep-Alive", "Proxy-Connection",
	"Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding",
	"Upgrade"};
static const char *const ours_in_request[] = {"Host", "Content-Length", NULL};
static const char *const ours_in_response[] = {"Date", NULL};
static const char *const ours_in_takeover[] = {"Date", "Content-Type", NULL};

struct forwarding {
	struct call *call;
	const struct http_forward *f;
	struct http_exchange *exchange;
	struct http_exchange_spec spec;
	struct task *self;
	struct task_group *tasks; /* what goes on beside the response: */
	bool upload, uploading;   /* the body is (still being) streamed */
	bool client_gone;
	int upload_error; /* the client's body could not be read */
};

/* -- headers ----------------------------------------------------------------------------------- */

static bool
is_hop_by_hop(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(hop_by_hop); i++)
		if (str_ieq(name, hop_by_hop[i]))
			return true;
	return false;
}

/* Named by the Connection header of the same message. */
static bool
is_named(const struct http_headers *headers, const char *name)
{
	for (size_t i = 0; i < headers->n; i++)
		if (str_ieq(headers->items[i].name, "Connection") &&
			http_has_word(headers->items[i].value, name))
			return true;
	return false;
}

static bool
passes(const struct http_headers *headers, const char *name, const char *const *ours)
{
	for (; *ours; ours++)
		if (str_ieq(name, *ours))
			return false;
	return !is_hop_by_hop(name) && !is_named(headers, name);
}

static bool
is_set(const struct http_header *set, const char *name)
{
	for (; set && set->name; set++)
		if (str_ieq(set->name, name))
			return true;
	return false;
}

static int
request_headers(struct forwarding *w, struct error *e)
{
	const struct http_headers *from = &w->call->request.headers;
	const struct http_header *set = w->f->headers;
	const char *upgrade = w->call->request.upgrade;
	struct http_header *to;
	size_t n = from->n + 3;

	for (const struct http_header *h = set; h && h->name; h++)
		n++;
	to = ARENA_ARRAY(w->call->arena, struct http_header, n);
	if (!to)
		return error_set(e, ERROR_TOO_LARGE, -ENOBUFS, "the request is too large");
	w->spec.headers = to;
	for (size_t i = 0; i < from->n; i++)
		if (passes(from, from->items[i].name, ours_in_request) &&
			!is_set(set, from->items[i].name))
			*to++ = from->items[i];
	for (const struct http_header *h = set; h && h->name; h++)
		if (h->value)
			*to++ = *h;
	if (upgrade) {
		*to++ = (struct http_header){"Connection", "Upgrade"};
		*to++ = (struct http_header){"Upgrade", upgrade};
	}
	return 0;
}

static void
take_route(struct forwarding *w)
{
	const char *name = w->f->route_header;
	const char *route = name ? http_exchange_header(w->exchange, name) : NULL;

	if (route)
		w->call->route = arena_strdup(w->call->arena, route);
}

static void
response_headers(struct forwarding *w, const char *const *ours)
{
	const struct http_headers *from = http_exchange_headers(w->exchange);

	w->call->headers.n = 0;
	take_route(w);
	for (size_t i = 0; i < from->n; i++)
		if (!str_ieq(from->items[i].name, str_or(w->f->route_header, "")) &&
			passes(from, from->items[i].name, ours))
			http_add_header(w->call, from->items[i].name, from->items[i].value);
}

/* -- the request ------------------------------------------------------------------------------- */

static bool
expects_continue(const struct call *call)
{
	return http_header(call, "Expect");
}

static int
plan(struct forwarding *w, struct error *e)
{
	const struct http_request *q = &w->call->request;
	char *body = NULL;
	int r = request_headers(w, e);

	w->spec.method = q->method;
	w->spec.target = w->f->target;
	if (r < 0 || !q->has_body)
		return r;
	if (q->content_length < 0 || q->content_length > FORWARD_SMALL ||
		expects_continue(w->call)) {
		w->upload = w->spec.streamed = true;
		w->spec.length = q->content_length > 0 ? (uint64_t)q->content_length : 0;
		return 0;
	}
	r = http_read_all(w->call, FORWARD_SMALL, &body, &w->spec.body_n, e);
	w->spec.body = body;
	return r;
}

static int
begin(struct forwarding *w, struct error *e)
{
	scoped_error why = {0};
	int r = http_exchange_begin(
		w->f->client, &w->spec, clock_after(DIAL_TIMEOUT), &w->exchange, &why);

	if (r < 0 && why.kind == ERROR_TOO_LARGE) {
		error_move(e, &why);
		return r;
	}
	if (r < 0)
		return error_set(e, ERROR_UNAVAILABLE, r, "%s cannot be reached: %s", w->f->peer,
			error_message(&why));
	return 0;
}

static int
bad_gateway(const struct forwarding *w, int r, const struct error *why, struct error *e)
{
	return error_set(e, ERROR_BAD_GATEWAY, r, "%s did not answer properly: %s", w->f->peer,
		error_message(why));
}

/* A client may half-close right behind the first bytes of a stream that it expects to be given: that
 * does not count before it is known that there is none. */
static bool
may_become_raw(const struct forwarding *w)
{
	const struct http_request *q = &w->call->request;

	return !http_exchange_status(w->exchange) && (q->upgrade || str_eq(q->method, "POST"));
}

/* Over TCP a client that has gone cannot be told from one that half-closed. Nobody waits for ever for a peer
 * that is mute. */
static void
hang_up(void *arg)
{
	struct forwarding *w = arg;

	if (!may_become_raw(w))
		http_exchange_hang_up(w->exchange);
	if (task_sleep(FORWARD_PATIENCE) == 0 && !http_exchange_status(w->exchange))
		http_exchange_cut(w->exchange);
}

static void
client_hung_up(void *arg)
{
	struct forwarding *w = arg;

	if (http_client_gone(w->call)) {
		task_cancel(w->self);
	} else {
		w->client_gone = true;
		task_spawn(w->tasks, "http-hangup", hang_up, w);
	}
}

static void
watch_client(struct forwarding *w)
{
	if (!w->uploading)
		http_on_hangup(w->call, client_hung_up, w);
}

/* 0 at the body's end. What the peer no longer takes is left to the server to drain. */
static int
copy_up(struct forwarding *w)
{
	scoped_free char *chunk = xmalloc(CHUNK);
	ssize_t n;

	while ((n = http_read(w->call, chunk, CHUNK)) > 0)
		if (http_exchange_write(w->exchange, chunk, (size_t)n, USEC_INFINITY) < 0)
			return -EPIPE;
	if (n < 0) {
		w->upload_error = (int)n;
		return (int)n;
	}
	return http_exchange_write_end(w->exchange, USEC_INFINITY);
}

/* The client is told what is wrong with its body as soon as nothing else has been said, however long the
 * peer would take to notice. An answer that has begun goes on. */
static void
break_off(struct forwarding *w)
{
	if (http_exchange_status(w->exchange))
		http_exchange_hang_up(w->exchange);
	else
		http_exchange_cut(w->exchange);
}

static void
upload(void *arg)
{
	struct forwarding *w = arg;
	int r = copy_up(w);

	w->uploading = false;
	if (task_cancelled()) /* the answer did not wait for the rest, and has the connections now */
		return;
	if (r == 0 || w->upload_error)
		watch_client(w);
	if (w->upload_error)
		break_off(w);
}

static int
start_upload(struct forwarding *w, struct error *e)
{
	scoped_error why = {0};
	int r = 1;

	if (expects_continue(w->call))
		r = http_exchange_continue(w->exchange, USEC_INFINITY, &why);
	if (r < 0)
		return bad_gateway(w, r, &why, e);
	if (r == 0) /* refused before the body was sent */
		return 0;
	w->uploading = http_continue(w->call) == 0;
	if (w->uploading)
		task_spawn(w->tasks, "http-upload", upload, w);
	return 0;
}

/* -- the response ------------------------------------------------------------------------------ */

static int
head(struct forwarding *w, struct error *e)
{
	scoped_error why = {0};
	int r = http_exchange_head(w->exchange, USEC_INFINITY, &why);

	if (r == 0 && http_exchange_status(w->exchange) == 101 && !w->call->request.upgrade)
		r = error_set(&why, ERROR_UNAVAILABLE, -EPROTO,
			"it upgrades a connection that nobody wanted upgraded");

	if (w->upload_error) /* the peer has only seen that the body broke off */
		return error_errno(e, w->upload_error, "cannot read the request's body");
	return r < 0 ? bad_gateway(w, r, &why, e) : 0;
}

static int
copy_down(struct forwarding *w, struct error *e)
{
	scoped_free char *chunk = xmalloc(CHUNK);
	ssize_t n;

	while ((n = http_exchange_read(w->exchange, chunk, CHUNK, USEC_INFINITY)) > 0) {
		int r = http_write(w->call, chunk, (size_t)n);

		if (r < 0)
			return r;
	}
	if (n < 0)
		return error_errno(e, (int)n, "%s broke off its answer", w->f->peer);
	return http_end(w->call);
}

static int
take_over(struct forwarding *w, struct error *e)
{
	const char *content_type = http_exchange_header(w->exchange, "Content-Type");
	const char *upgrade = http_exchange_header(w->exchange, "Upgrade");
	int status = http_exchange_status(w->exchange);
	struct stream *client;
	int r;

	http_on_hangup(w->call, NULL, NULL);
	task_shield(); /* nobody else may use the exchange any more */
	task_group_cancel(w->tasks);
	task_group_join(w->tasks, USEC_INFINITY);
	task_unshield();
	response_headers(w, ours_in_takeover);
	r = http_hijack_as(
		w->call, status, content_type, status == 101 ? upgrade : NULL, &client, e);
	if (r == 0) {
		scoped(stream) *peer = http_exchange_hijack(w->exchange);

		stream_relay(client, peer);
	}
	return r;
}

static int
answer(struct forwarding *w, struct error *e)
{
	int r;

	if (http_exchange_is_raw(w->exchange))
		return take_over(w, e);
	watch_client(w);
	response_headers(w, ours_in_response);
	r = http_begin(w->call, http_exchange_status(w->exchange), NULL);
	return r < 0 ? r : copy_down(w, e);
}

/* A connection that the peer had just closed: what may be asked twice is asked again. */
static bool
may_repeat(const struct forwarding *w, const struct error *e)
{
	const char *method = w->spec.method;

	return w->exchange && e->code == -ECONNRESET && !w->upload && !w->client_gone &&
	       http_exchange_reused(w->exchange) &&
	       (str_eq(method, "GET") || str_eq(method, "HEAD"));
}

static int
ask_once(struct forwarding *w, struct error *e)
{
	int r = begin(w, e);

	if (r < 0)
		return r;
	if (w->upload)
		r = start_upload(w, e);
	watch_client(w);
	return r < 0 ? r : head(w, e);
}

static int
ask(struct forwarding *w, struct error *e)
{
	for (;;) {
		scoped_error why = {0};
		int r = ask_once(w, &why);

		if (r == 0)
			return 0;
		if (!may_repeat(w, &why)) {
			error_move(e, &why);
			return r;
		}
		http_on_hangup(w->call, NULL, NULL);
		http_exchange_free(take_ptr(w->exchange));
	}
}

int
http_forward(struct call *call, const struct http_forward *f, struct error *e)
{
	struct forwarding w = {
		.call = call, .f = f, .self = task_self(), .tasks = task_group_new()};
	int r = plan(&w, e);

	if (r == 0)
		r = ask(&w, e);
	if (r == 0)
		r = answer(&w, e);
	task_group_end(w.tasks);
	http_on_hangup(call, NULL, NULL);
	if (w.exchange)
		http_exchange_free(w.exchange);
	return r;
}
