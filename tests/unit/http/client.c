#include "world.h"

#include "base/alloc.h"
#include "task/clock.h"

#include <errno.h>
#include <stdio.h>

#define PATIENCE (60 * USEC_PER_SEC)

struct answer {
	int status;
	char *body;
	size_t n;
};

static void
answer_free(struct answer *a)
{
	free(a->body);
}
#define scoped_answer __attribute__((cleanup(answer_free))) struct answer

static struct http_exchange *
begin(struct http_client *c, const struct http_exchange_spec *spec)
{
	struct http_exchange *x;
	scoped_error e = {0};
	int r = http_exchange_begin(c, spec, clock_after(PATIENCE), &x, &e);

	if (r < 0)
		test_fail(__FILE__, __LINE__, "%s %s: %s", spec->method, spec->target,
			error_message(&e));
	return x;
}

static struct answer
ask(struct http_client *c, const char *method, const char *target, const char *body)
{
	struct http_exchange_spec spec = {.method = method,
		.target = target,
		.body = body,
		.body_n = body ? strlen(body) : 0};
	scoped(http_exchange) *x = begin(c, &spec);
	struct answer a = {0};
	scoped_error e = {0};

	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	a.status = http_exchange_status(x);
	ASSERT_OK(http_exchange_read_all(x, 1 << 20, &a.body, &a.n, clock_after(PATIENCE), &e));
	return a;
}

static int
ask_one_after_another(struct world *w)
{
	static const struct {
		const char *method, *target, *body;
		int status;
		const char *answer;
	} cases[] = {
		{"GET", "/_ping", NULL, 200, "OK"},
		{"HEAD", "/_ping", NULL, 200, ""},
		{"GET", "/json", NULL, 201, "{\"Name\":\"a thing\",\"Size\":7}\n"},
		{"GET", "/pieces", NULL, 200, "onetwothree"},
		{"GET", "/empty?status=204", NULL, 204, ""},
		{"GET", "/empty?status=304", NULL, 304, ""},
		{"POST", "/empty?status=200", NULL, 200, ""},
		{"POST", "/echo", "hello", 200, "hello"},
		{"POST", "/unread", "hello", 200, "not read"},
		{"GET", "/nonesuch", NULL, 404, "{\"message\":\"page not found\"}\n"},
		{"GET", "/_ping", NULL, 200, "OK"},
	};
	scoped(http_client) *c = http_client_new(w->address);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_answer a = ask(c, cases[i].method, cases[i].target, cases[i].body);

		ASSERT_EQ(a.status, cases[i].status);
		ASSERT_STR(a.body, cases[i].answer);
		ASSERT_EQ(http_server_connections(w->server), 1); /* one for all of them */
	}
	return 0;
}

TEST(client_asks_over_one_connection)
{
	world_run(ask_one_after_another);
}

static int
ask_for_large_json(struct world *w)
{
	scoped(http_client) *c = http_client_new(w->address);
	struct http_exchange_spec spec = {.method = "GET", .target = "/large-json"};
	scoped(http_exchange) *x = begin(c, &spec);
	scoped_error e = {0};
	scoped_free char *body = NULL;
	size_t n;

	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	ASSERT_STR(http_exchange_header(x, "Transfer-Encoding"), "chunked");
	ASSERT_STR(http_exchange_header(x, "content-type"), "application/json");
	ASSERT(!http_exchange_header(x, "Content-Length"));
	ASSERT_OK(http_exchange_read_all(x, 1 << 20, &body, &n, clock_after(PATIENCE), &e));
	ASSERT_EQ(n, 100000 + strlen("{\"Name\":\"\",\"Size\":8}\n"));
	ASSERT_STR(body + n - 13, "x\",\"Size\":8}\n");
	return 0;
}

TEST(client_gets_long_json_in_chunks)
{
	world_run(ask_for_large_json);
}

static int
stream_both_ways(struct world *w)
{
	scoped(http_client) *c = http_client_new(w->address);
	struct http_exchange_spec spec = {.method = "POST", .target = "/echo", .streamed = true};
	scoped(http_exchange) *x = begin(c, &spec);
	scoped_error e = {0};
	char data[16];

	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	for (int i = 0; i < 100; i++) {
		snprintf(data, sizeof(data), "piece %03d", i);
		ASSERT_OK(http_exchange_write(x, data, 9, clock_after(PATIENCE)));
		ASSERT_EQ(http_exchange_read(x, data, sizeof(data), clock_after(PATIENCE)), 9);
		ASSERT_EQ(data[8] - '0', i % 10);
	}
	ASSERT_OK(http_exchange_write_end(x, clock_after(PATIENCE)));
	ASSERT_EQ(http_exchange_read(x, data, sizeof(data), clock_after(PATIENCE)), 0);
	return 0;
}

TEST(client_streams_both_ways_at_once)
{
	world_run(stream_both_ways);
}

static void
talk(struct http_client *c, bool upgrade)
{
	static const struct http_header headers[] = {
		{"Connection", "Upgrade"}, {"Upgrade", "tcp"}, {NULL, NULL}};
	struct http_exchange_spec spec = {
		.method = "POST", .target = "/attach", .headers = upgrade ? headers : NULL};
	scoped(stream) *raw = NULL;
	scoped(http_exchange) *x = begin(c, &spec);
	scoped_error e = {0};
	scoped_free char *rest = NULL;
	char hello[6];

	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	ASSERT_EQ(http_exchange_status(x), upgrade ? 101 : 200);
	ASSERT_STR(http_exchange_header(x, "X-Stream"), "1");
	raw = http_exchange_hijack(x);
	ASSERT_OK(stream_read_full(raw, hello, 6, clock_after(PATIENCE)));
	ASSERT_OK(stream_write(raw, "you", 3, clock_after(PATIENCE)));
	ASSERT_OK(stream_shutdown(raw, USEC_INFINITY));
	rest = world_read(raw, NULL);
	ASSERT_STR(rest, "you bye");
}

static int
take_over(struct world *w)
{
	scoped(http_client) *c = http_client_new(w->address);

	talk(c, true);
	talk(c, false);
	return 0;
}

TEST(client_takes_connections_over)
{
	world_run(take_over);
}

static int
meet_failures(struct world *w)
{
	scoped(http_client) *c = http_client_new(w->address);
	struct http_exchange_spec broken = {.method = "GET", .target = "/broken"};
	struct http_exchange_spec large = {.method = "GET", .target = "/large-json"};
	scoped(http_exchange) *x = begin(c, &broken), *y = NULL;
	scoped_error e = {0}, e2 = {0};
	scoped_free char *body = NULL;
	size_t n;

	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	ASSERT_EQ(http_exchange_read_all(x, 1000, &body, &n, clock_after(PATIENCE), &e), -EPROTO);
	ASSERT_EQ(e.kind, ERROR_UNAVAILABLE);

	y = begin(c, &large);
	ASSERT_OK(http_exchange_head(y, clock_after(PATIENCE), &e2));
	ASSERT_EQ(
		http_exchange_read_all(y, 1000, &body, &n, clock_after(PATIENCE), &e2), -EMSGSIZE);
	ASSERT_EQ(e2.kind, ERROR_TOO_LARGE);
	return 0;
}

TEST(client_tells_a_broken_response)
{
	world_run(meet_failures);
}

/* The server answers without reading: it drains a little, then closes; the answer must arrive all
 * the same. */
static int
send_what_nobody_reads(struct world *w)
{
	scoped(http_client) *c = http_client_new(w->address);
	struct http_exchange_spec spec = {.method = "POST", .target = "/unread", .streamed = true};
	scoped(http_exchange) *x = begin(c, &spec);
	scoped_free char *piece = xcalloc(1, 64 * 1024), *body = NULL;
	scoped_error e = {0};
	int r = 0, i;
	size_t n;

	for (i = 0; i < 1000 && r == 0; i++)
		r = http_exchange_write(x, piece, 64 * 1024, clock_after(PATIENCE));
	ASSERT(r == -EPIPE || r == -ECONNRESET);
	ASSERT(i < 100);
	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	ASSERT_OK(http_exchange_read_all(x, 100, &body, &n, clock_after(PATIENCE), &e));
	ASSERT_STR(body, "not read");
	return 0;
}

TEST(client_gets_an_answer_before_its_request_ends)
{
	world_run(send_what_nobody_reads);
}

/* -- a peer that is not our server ------------------------------------------------------------- */

struct peer {
	struct listener *listener;
	const char *const *answers; /* one a connection; NULL ends */
};

static void
serve_answers(void *arg)
{
	struct peer *p = arg;

	for (const char *const *answer = p->answers; *answer; answer++) {
		scoped(stream) *s = NULL;

		ASSERT_OK(listener_accept(p->listener, clock_after(PATIENCE), &s));
		free(world_read(s, "\r\n\r\n"));
		ASSERT_OK(stream_write(s, *answer, strlen(*answer), clock_after(PATIENCE)));
	}
}

/*
 * The peer says keep-alive and closes all the same: the second request finds out and dials again.
 */
static int
outlive_connections(struct world *w)
{
	static const char *const answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb",
		"HTTP/1.1 200 OK\r\n\r\nuntil the end", NULL};
	scoped(task_group) *group = task_group_new();
	struct peer peer = {w->listener_2, answers};
	scoped(http_client) *c = http_client_new(listener_address(w->listener_2));

	task_spawn(group, "peer", serve_answers, &peer);
	for (int i = 0; i < 3; i++) {
		static const char *const bodies[] = {"a", "b", "until the end"};
		scoped_answer a = ask(c, "GET", "/", NULL);

		ASSERT_STR(a.body, bodies[i]);
		ASSERT_OK(task_sleep(USEC_PER_MSEC));
	}
	return task_group_join(group, clock_after(PATIENCE));
}

TEST(client_outlives_its_connections)
{
	world_run(outlive_connections);
}

static int
meet_nonsense(struct world *w)
{
	static const char *const answers[] = {
		"", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Len", NULL};
	static const int codes[] = {-ECONNRESET, -EPROTO, -EPROTO};
	scoped(task_group) *group = task_group_new();
	struct peer peer = {w->listener_2, answers};
	scoped(http_client) *c = http_client_new(listener_address(w->listener_2));
	struct http_exchange_spec spec = {.method = "GET", .target = "/"};

	task_spawn(group, "peer", serve_answers, &peer);
	for (int i = 0; i < 3; i++) {
		scoped(http_exchange) *x = begin(c, &spec);
		scoped_error e = {0};

		ASSERT_EQ(http_exchange_head(x, clock_after(PATIENCE), &e), codes[i]);
		ASSERT_EQ(e.kind, ERROR_UNAVAILABLE);
	}
	return task_group_join(group, clock_after(PATIENCE));
}

TEST(client_tells_a_peer_that_is_none)
{
	world_run(meet_nonsense);
}

/* -- gigabytes --------------------------------------------------------------------------------- */

#define GIGABYTE (1ull << 30)
#define PIECE (64 * 1024)
#define MAX_GROWTH (8 << 20)

static size_t
resident(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long total, pages;

	ASSERT(f && fscanf(f, "%lu %lu", &total, &pages) == 2);
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int
upload(struct world *w)
{
	scoped(http_client) *c = http_client_new(w->address);
	struct http_exchange_spec spec = {.method = "POST", .target = "/count", .streamed = true};
	scoped(http_exchange) *x = begin(c, &spec);
	scoped_free char *piece = xcalloc(1, PIECE), *body = NULL;
	size_t before = resident(), n;
	scoped_error e = {0};

	for (unsigned long long sent = 0; sent < GIGABYTE; sent += PIECE)
		ASSERT_OK(http_exchange_write(x, piece, PIECE, clock_after(PATIENCE)));
	ASSERT_OK(http_exchange_write_end(x, clock_after(PATIENCE)));
	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	ASSERT_OK(http_exchange_read_all(x, 100, &body, &n, clock_after(PATIENCE), &e));
	ASSERT_STR(body, "1073741824");
	ASSERT(resident() < before + MAX_GROWTH);
	return 0;
}

TEST(client_uploads_a_gigabyte_in_constant_memory)
{
	world_run(upload);
}

static int
download(struct world *w)
{
	scoped(http_client) *c = http_client_new(w->address);
	struct http_exchange_spec spec = {.method = "GET", .target = "/zeros?n=1073741824"};
	scoped(http_exchange) *x = begin(c, &spec);
	scoped_free char *piece = xcalloc(1, PIECE);
	unsigned long long got = 0;
	size_t before = resident();
	scoped_error e = {0};
	ssize_t n;

	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), &e));
	while ((n = http_exchange_read(x, piece, PIECE, clock_after(PATIENCE))) > 0)
		got += (unsigned long long)n;
	ASSERT_OK(n);
	ASSERT(got == GIGABYTE);
	ASSERT(resident() < before + MAX_GROWTH);
	return 0;
}

TEST(client_downloads_a_gigabyte_in_constant_memory)
{
	world_run(download);
}
