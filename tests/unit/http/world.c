#include "world.h"

#include "base/alloc.h"
#include "base/str.h"
#include "task/clock.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define PATIENCE \
	(3600 * USEC_PER_SEC) /* the runner has a limit of its own; this one is for virtual hours */

/* -- handlers ---------------------------------------------------------------------------------- */

static int
ping(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	http_set_header(call, "Api-Version", "1.44");
	http_set_header(call, "X-Injected", "a\r\nb");
	return http_reply_text(call, 200, "text/plain; charset=utf-8", "OK");
}

struct thing {
	char *name;
	int64_t size;
};
static const struct json_field thing_fields[] = {
	JSON_FIELD(struct thing, "Name", JSON_STRING, name, 0),
	JSON_FIELD(struct thing, "Size", JSON_INT, size, 0),
	JSON_END,
};
static const struct json_type thing_type = {"Thing", sizeof(struct thing), thing_fields};

static int
json(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	char name[] = "a thing";
	const struct thing thing = {name, 7};

	return http_reply_json(call, 201, &thing_type, &thing);
}

static int
large_json(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	scoped_free char *name = xmalloc(100001);
	const struct thing thing = {name, 8};

	memset(name, 'x', 100000);
	name[100000] = '\0';
	return http_reply_json(call, 200, &thing_type, &thing);
}

static int
empty(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	int status;

	ASSERT_OK(str_to_int(http_query(call, "status"), 100, 599, &status));
	return http_reply_empty(call, status);
}

static int
pieces(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	ASSERT_OK(http_begin(call, 200, "text/plain"));
	ASSERT_OK(http_write(call, "one", 3));
	ASSERT_OK(http_write(call, "", 0));
	ASSERT_OK(http_write(call, "two", 3));
	ASSERT_OK(http_write(call, "three", 5));
	return 0; /* the server ends it */
}

static int
sized(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	http_set_header(call, "Content-Length", "6");
	http_set_header(call, "content-length", "5");
	ASSERT_OK(http_begin(call, 200, "text/plain"));
	ASSERT_OK(http_write(call, "fi", 2));
	ASSERT_EQ(http_write(call, "vesix", 5), -EMSGSIZE);
	ASSERT_OK(http_write(call, "ves", 3));
	return http_end(call);
}

static int
fail(struct call *call, void *context UNUSED, struct error *e)
{
	int kind;

	ASSERT_OK(str_to_int(http_query(call, "kind"), 0, ERROR_CANCELLED, &kind));
	return error_set(e, (enum error_kind)kind, -EINVAL, "it is \"kind\" %d", kind);
}

static int
broken(struct call *call, void *context UNUSED, struct error *e)
{
	ASSERT_OK(http_begin(call, 200, "text/plain"));
	ASSERT_OK(http_write(call, "one", 3));
	return error_set(e, ERROR_INTERNAL, -EIO, "the disk is gone");
}

static int
silent(struct call *call UNUSED, void *context UNUSED, struct error *e UNUSED)
{
	return 0;
}

static int
echo(struct call *call, void *context UNUSED, struct error *e)
{
	char data[1000];
	ssize_t n;

	ASSERT_OK(http_begin(call, 200, NULL));
	while ((n = http_read(call, data, sizeof(data))) > 0)
		if (http_write(call, data, (size_t)n) < 0)
			return -EPIPE;
	return n < 0 ? error_errno(e, (int)n, "cannot read") : http_end(call);
}

static int
length(struct call *call, void *context UNUSED, struct error *e)
{
	char text[64], *body;
	size_t n;
	int r = http_read_all(call, 1 << 20, &body, &n, e);

	if (r < 0)
		return r;
	ASSERT_EQ(body[n], '\0');
	snprintf(text, sizeof(text), "%zu", n);
	return http_reply_text(call, 200, "text/plain", text);
}

static int
unread(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	return http_reply_text(call, 200, "text/plain", "not read");
}

static int
count(struct call *call, void *context UNUSED, struct error *e)
{
	scoped_free char *data = xmalloc(64 * 1024);
	unsigned long long total = 0;
	char text[32];
	ssize_t n;

	while ((n = http_read(call, data, 64 * 1024)) > 0)
		total += (unsigned long long)n;
	if (n < 0)
		return error_errno(e, (int)n, "cannot read");
	snprintf(text, sizeof(text), "%llu", total);
	return http_reply_text(call, 200, "text/plain", text);
}

static int
zeros(struct call *call, void *context UNUSED, struct error *e)
{
	scoped_free char *data = xcalloc(1, 64 * 1024);
	int64_t left;
	int r;

	ASSERT_OK(str_to_i64(http_query(call, "n"), &left));
	r = http_begin(call, 200, "application/octet-stream");
	for (; r == 0 && left > 0; left -= 64 * 1024)
		r = http_write(call, data, left < 64 * 1024 ? (size_t)left : 64 * 1024);
	return r < 0 ? error_errno(e, r, "cannot write") : 0;
}

static int
attach(struct call *call, void *context UNUSED, struct error *e)
{
	struct stream *s;
	int r;

	if (http_query(call, "missing"))
		return error_set(e, ERROR_NOT_FOUND, -ENOENT, "no such container");
	http_set_header(call, "X-Stream", "1");
	r = http_hijack(call, "application/vnd.docker.raw-stream", &s, e);
	if (r < 0)
		return r;
	ASSERT_OK(stream_write(s, "hello ", 6, USEC_INFINITY));
	if (!http_query(call, "deaf"))
		ASSERT_OK(stream_copy(s, s));
	ASSERT_OK(stream_write(s, " bye", 4, USEC_INFINITY));
	return 0;
}

static int
hold(struct call *call, void *context, struct error *e)
{
	struct world *w = context;
	int r;

	http_cancel_on_hangup(call);
	r = http_begin(call, 200, "text/plain");
	if (r == 0)
		r = task_sleep(http_query(call, "short") ? USEC_PER_MSEC : 3600 * USEC_PER_SEC);
	w->cancelled += r == -ECANCELED;
	return r < 0 ? error_errno(e, r, "held") : 0;
}

static int
slow(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	ASSERT_OK(task_sleep(10 * USEC_PER_MSEC));
	return http_reply_text(call, 200, "text/plain", "slow");
}

static const struct http_route routes[] = {
	{"GET", "/_ping", ping},
	{"HEAD", "/_ping", ping},
	{"GET", "/json", json},
	{"GET", "/large-json", large_json},
	{"GET", "/empty", empty},
	{"HEAD", "/empty", empty},
	{"POST", "/empty", empty},
	{"GET", "/pieces", pieces},
	{"HEAD", "/pieces", pieces},
	{"GET", "/sized", sized},
	{"GET", "/fail", fail},
	{"GET", "/broken", broken},
	{"GET", "/silent", silent},
	{"POST", "/echo", echo},
	{"POST", "/length", length},
	{"POST", "/unread", unread},
	{"POST", "/count", count},
	{"GET", "/zeros", zeros},
	{"POST", "/attach", attach},
	{"GET", "/hold", hold},
	{"GET", "/slow", slow},
	{NULL, NULL, NULL},
};

/* -- the world --------------------------------------------------------------------------------- */

struct run {
	int (*fn)(struct world *w);
	struct world world;
	struct router *router;
};

static int
handle(struct call *call, void *context, struct error *e)
{
	struct run *run = context;

	return router_handle(run->router, call, call->request.path, &run->world, e);
}

static struct listener *
listen_on(const struct address *address)
{
	struct listener *ret;
	scoped_error e = {0};

	ASSERT_OK(listener_open(address, &ret, &e));
	return ret;
}

static int
run_world(void *arg)
{
	struct run *run = arg;
	struct world *w = &run->world;
	struct address local = {.kind = ADDRESS_UNIX};
	struct address tcp = {.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	int r;

	snprintf(local.path, sizeof(local.path), "/tmp/http-test-%d.sock", (int)getpid());
	w->options = (struct http_server_options){
		.handler = handle, .context = run, .server_header = "Test"};
	w->listener = listen_on(&local);
	w->listener_2 = listen_on(&tcp);
	w->address = listener_address(w->listener);
	w->server = http_server_new(&w->options);
	ASSERT_OK(http_server_listen(w->server, w->listener));

	r = run->fn(w);

	http_server_stop(w->server, clock_after(PATIENCE));
	ASSERT_EQ(http_server_connections(w->server), 0);
	http_server_free(w->server);
	listener_free(w->listener);
	listener_free(w->listener_2);
	unlink(local.path);
	ASSERT_EQ(task_count(), 1); /* this one */
	return r;
}

static void
run_with(int (*run_tasks)(int (*)(void *), void *), int (*fn)(struct world *))
{
	scoped(router) *router = router_new();
	struct run run = {.fn = fn, .router = router};

	router_add(router, routes);
	ASSERT_EQ(run_tasks(run_world, &run), 0);
}

void
world_run(int (*fn)(struct world *w))
{
	run_with(task_run, fn);
}

void
world_run_virtual(int (*fn)(struct world *w))
{
	run_with(task_run_virtual, fn);
}

/* -- raw exchanges ----------------------------------------------------------------------------- */

struct stream *
world_dial(struct world *w)
{
	scoped_error e = {0};
	struct stream *s;

	ASSERT_OK(stream_dial(w->address, clock_after(PATIENCE), &s, &e));
	return s;
}

static void
drop_dates(char *text)
{
	char *at;

	while ((at = strstr(text, "\r\nDate: "))) {
		char *end = strstr(at + 2, "\r\n");

		ASSERT(end && end - at == 37); /* an IMF-fixdate has 29 characters */
		memmove(at, end, strlen(end) + 1);
	}
}

char *
world_read(struct stream *s, const char *until)
{
	struct buf all;
	ssize_t n = 1;

	buf_init(&all, 64 << 20);
	while (n > 0 && !(until && strstr(all.data, until))) {
		void *to = buf_reserve(&all, 4096);

		n = stream_read(s, to, 4096, clock_after(PATIENCE));
		if (n == -ECONNRESET)
			buf_puts(&all, "[reset]");
		else
			ASSERT_OK(n);
		if (n > 0)
			buf_commit(&all, (size_t)n);
	}
	drop_dates(all.data);
	return buf_take(&all);
}

char *
world_exchange(struct world *w, const char *text, size_t n)
{
	scoped(stream) *s = world_dial(w);

	ASSERT_OK(stream_write(s, text, n, clock_after(PATIENCE)));
	ASSERT_OK(stream_shutdown(s, USEC_INFINITY));
	return world_read(s, NULL);
}
