#include "daemon/metrics.h"

#include "base/alloc.h"
#include "base/str.h"
#include "exposition.h"
#include "http/client.h"
#include "task/clock.h"
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>

#define PATIENCE (30 * USEC_PER_SEC)

/* A daemon whose own handler answers "next" to everything. */
struct world {
	struct daemon_metrics *metrics;
	struct http_client *client;
	const char *ill; /* why it is not well, or NULL */
};

static int
next(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	call->route = "/{all...}";
	return http_reply_text(call, 200, "text/plain", "next");
}

static int
check(void *context, struct error *e)
{
	struct world *w = context;

	ASSERT_OK(task_yield());
	return w->ill ? error_set(e, ERROR_UNAVAILABLE, -ECONNREFUSED, "%s", w->ill) : 0;
}

static int
run_world(void *arg)
{
	void (*fn)(struct world *) = *(void (**)(struct world *))arg;
	struct world w = {0};
	struct daemon_metrics_options options = {.next = next, .check = check, .check_context = &w};
	struct http_server_options server_options = {.handler = daemon_metrics_handle};
	struct address address = {.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	struct http_server *server;
	struct listener *listener;

	ASSERT_OK(listener_open(&address, &listener, NULL));
	server_options.context = w.metrics = daemon_metrics_new(&options);
	server = http_server_new(&server_options);
	daemon_metrics_watch(w.metrics, server);
	ASSERT_OK(http_server_listen(server, listener));
	w.client = http_client_new(listener_address(listener));

	fn(&w);

	http_client_free(w.client);
	http_server_free(server);
	daemon_metrics_free(w.metrics);
	listener_free(listener);
	return 0;
}

static void
run(void (*fn)(struct world *))
{
	ASSERT_EQ(task_run(run_world, &fn), 0);
}

/* The answer's body, which the caller frees. */
static char *
ask(struct world *w, const char *method, const char *target, int status, const char *content_type)
{
	const struct http_exchange_spec spec = {.method = method, .target = target};
	scoped(http_exchange) *x = NULL;
	char *body;
	size_t n;

	ASSERT_OK(http_exchange_begin(w->client, &spec, clock_after(PATIENCE), &x, NULL));
	ASSERT_OK(http_exchange_head(x, clock_after(PATIENCE), NULL));
	ASSERT_EQ(http_exchange_status(x), status);
	ASSERT_STR(http_exchange_header(x, "Content-Type"), content_type);
	ASSERT_OK(http_exchange_read_all(x, 1 << 20, &body, &n, clock_after(PATIENCE), NULL));
	return body;
}

static void
expect(struct world *w, const char *method, const char *target, int status,
	const char *content_type, const char *body)
{
	scoped_free char *got = ask(w, method, target, status, content_type);

	ASSERT_STR(got, body);
}

static char *
scrape(struct world *w)
{
	char *text = ask(w, "GET", "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8");

	exposition_check(text);
	return text;
}

/* -- /metrics ---------------------------------------------------------------------------------- */

static void
show_process(struct world *w)
{
	scoped_free char *first = scrape(w), *text = NULL;
	struct rlimit limit;

	ASSERT_OK(getrlimit(RLIMIT_NOFILE, &limit));
	text = scrape(w);
	ASSERT_EQ(
		exposition_value(text, "sockerless_build_info{version=\"" SOCKERLESS_VERSION "\"}"),
		1);
	ASSERT(exposition_value(text, "process_resident_memory_bytes") > 1e5);
	ASSERT(exposition_value(text, "process_virtual_memory_bytes") >
		exposition_value(text, "process_resident_memory_bytes"));
	ASSERT(exposition_value(text, "process_cpu_seconds_total") > 0);
	ASSERT(exposition_value(text, "process_cpu_seconds_total") >=
		exposition_value(first, "process_cpu_seconds_total"));
	ASSERT(exposition_value(text, "process_open_fds") >= 6); /* three, both ends, listener */
	ASSERT_EQ(exposition_value(text, "process_max_fds"), limit.rlim_cur);
	ASSERT(exposition_value(text, "process_start_time_seconds") >
		(double)clock_wall_ns() / NSEC_PER_SEC - 60);
	ASSERT(exposition_value(text, "sockerless_tasks") >=
		3); /* this one, accepting, answering */
	ASSERT_EQ(exposition_value(text, "sockerless_loop_stalls_total"), task_stalls());
	ASSERT_EQ(exposition_value(text, "sockerless_http_connections"), 1);
}

TEST(daemon_metrics_of_the_process)
{
	run(show_process);
}

/* Holds the loop: what a task must not do. */
static void
stall(struct world *w)
{
	usec_t until;
	unsigned long before = task_stalls();

	ASSERT_OK(task_yield()); /* a turn of the loop begins */
	for (usec_t took = 2 * TASK_STALL; task_stalls() == before; took *= 2) {
		for (until = clock_after(took); clock_now() < until;)
			;
		ASSERT_OK(task_yield());
	}
	scoped_free char *text = scrape(w);

	ASSERT(exposition_value(text, "sockerless_loop_stalls_total") > (double)before);
}

TEST(daemon_metrics_of_stalls)
{
	run(stall);
}

static void
count_calls(struct world *w)
{
	scoped_free char *text = NULL;

	expect(w, "GET", "/x", 200, "text/plain", "next");
	expect(w, "HEAD", "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8", "");
	free(scrape(w));
	expect(w, "GET", "/healthz", 200, "application/json", "{\"status\":\"ok\"}\n");
	text = scrape(w);
#define REQUESTS(method, route)                                                  \
	exposition_value(text, "sockerless_http_requests_total{method=\"" method \
			       "\",route=\"" route "\",status=\"200\"}")
	ASSERT_EQ(REQUESTS("GET", "/{all...}"), 1);
	ASSERT_EQ(REQUESTS("HEAD", "/metrics"), 1);
	ASSERT_EQ(REQUESTS("GET", "/metrics"), 1);
	ASSERT_EQ(REQUESTS("GET", "/healthz"), 1);
	ASSERT_EQ(exposition_value(text, "sockerless_http_requests_in_flight"), 1); /* itself */
	ASSERT_EQ(exposition_value(text, "sockerless_http_streams_open"), 0);
}

TEST(daemon_metrics_of_calls)
{
	run(count_calls);
}

static void
add_own(struct world *w)
{
	static const struct metric_spec spec = {METRIC_GAUGE, "own", "A program's own."};
	scoped_free char *text = NULL;

	metric_set(metrics_register(daemon_metrics_registry(w->metrics), &spec), NULL, 7);
	text = scrape(w);
	ASSERT_EQ(exposition_value(text, "own"), 7);
}

TEST(daemon_metrics_of_a_program)
{
	run(add_own);
}

/* More series than are shown: an error that says so. */
static void
overflow(struct world *w)
{
	struct metric_spec spec = {
		METRIC_GAUGE, "many", "Many.", .labels = {"a"}, .max_series = 20000};
	struct metric *many = metrics_register(daemon_metrics_registry(w->metrics), &spec);
	char value[401] = {0};

	memset(value, 'x', 400);
	for (int i = 0; i < 12000; i++) {
		snprintf(value, sizeof(value), "%0400d", i);
		metric_set(many, METRIC_VALUES(value), i);
	}
	expect(w, "GET", "/metrics", 500, "application/json",
		"{\"message\":\"the metrics are more than 4194304 bytes of text\"}\n");
}

TEST(daemon_metrics_have_a_maximum)
{
	run(overflow);
}

/* -- /healthz ---------------------------------------------------------------------------------- */

static void
fall_ill(struct world *w)
{
	expect(w, "GET", "/healthz", 200, "application/json", "{\"status\":\"ok\"}\n");
	expect(w, "GET", "/healthz?verbose=1", 200, "application/json", "{\"status\":\"ok\"}\n");
	w->ill = "the \"back end\" is away";
	expect(w, "GET", "/healthz", 503, "application/json",
		"{\"status\":\"unavailable\",\"message\":\"the \\\"back end\\\" is away\"}\n");
	expect(w, "HEAD", "/healthz", 503, "application/json", "");
	w->ill = NULL;
	expect(w, "HEAD", "/healthz", 200, "application/json", "");
}

TEST(daemon_health)
{
	run(fall_ill);
}

static void
ask_others(struct world *w)
{
	static const char *const paths[] = {"/", "/metrics/", "/metricsx", "/healthz/",
		"/v1.44/metrics", "/v1.44/healthz", "/containers/metrics", "//metrics"};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		expect(w, "GET", paths[i], 200, "text/plain", "next");
	expect(w, "DELETE", "/metrics", 200, "text/plain", "next");
	expect(w, "DELETE", "/healthz", 200, "text/plain", "next");
}

TEST(daemon_metrics_leave_other_paths_alone)
{
	run(ask_others);
}
