#include "http/metrics.h"

#include "base/alloc.h"
#include "base/list.h"
#include "base/str.h"
#include "http/connection.h"
#include "task/clock.h"

#define OTHER "other"

/* From what is answered from memory to an image's download. */
static const double seconds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
	2.5, 5, 10, 30, 60, 300, 600};

static const struct metric_spec requests_spec = {
	METRIC_COUNTER,
	"sockerless_http_requests_total",
	"Requests answered, by method, route and status; streams count when they end.",
	.labels = {"method", "route", "status"},
};
static const struct metric_spec durations_spec = {
	METRIC_HISTOGRAM, "sockerless_http_request_duration_seconds",
	"Time from the end of a request's head to the end of its answer; a stream's is its whole "
	"life.",
	.labels = {"route"}, .bounds = seconds, .n_bounds = ARRAY_LEN(seconds),
	.max_series = 300, /* of some twenty lines each */
};
static const struct metric_spec in_flight_spec = {
	METRIC_GAUGE,
	"sockerless_http_requests_in_flight",
	"Requests being answered now, including open streams and this one.",
};
static const struct metric_spec streams_spec = {
	METRIC_GAUGE,
	"sockerless_http_streams_open",
	"Answers that go on now: connections taken over (attach, exec), and bodies begun but not "
	"ended (followed logs, events, progress, downloads).",
};

struct http_metrics {
	http_handler next;
	void *context;
	struct metric *requests, *durations, *in_flight, *streams;
	struct list calls; /* that are being answered: struct passage.link */
};

/* A call on its way through. */
struct passage {
	struct list link;
	const struct call *call;
};

/* -- now --------------------------------------------------------------------------------------- */

static bool
is_stream(const struct call *call)
{
	return call->hijacked || (call->began && !call->ended);
}

static void
collect(void *context)
{
	struct http_metrics *m = context;
	size_t n = 0, streams = 0;

	list_each (&m->calls, it) {
		n++;
		streams += is_stream(list_entry(it, struct passage, link)->call);
	}
	metric_set(m->in_flight, NULL, (double)n);
	metric_set(m->streams, NULL, (double)streams);
}

/* -- so far ------------------------------------------------------------------------------------ */

static const char *
known_method(const char *method)
{
	static const char *const known[] = {
		"GET", "POST", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS"};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq(method, known[i]))
			return known[i];
	return OTHER;
}

/* What the client has been sent, or will be when the handler has returned r. */
static int
status_of(const struct call *call, int r, const struct error *e)
{
	if (call->began)
		return call->status;
	return r < 0 ? connection_failure_status(call->connection, e) : 500;
}

static const char *
format_status(int status, char out[4])
{
	if (status < 100 || status > 999)
		return OTHER;
	for (int i = 2; i >= 0; i--, status /= 10)
		out[i] = (char)('0' + status % 10);
	out[3] = '\0';
	return out;
}

static void
count(struct http_metrics *m, const struct call *call, int status, usec_t took)
{
	const char *route = str_or(call->route, OTHER);
	char text[4];

	metric_add(m->requests,
		METRIC_VALUES(
			known_method(call->request.method), route, format_status(status, text)),
		1);
	metric_observe(m->durations, METRIC_VALUES(route), (double)took / USEC_PER_SEC);
}

int
http_metrics_handle(struct call *call, void *context, struct error *e)
{
	struct http_metrics *m = context;
	struct passage passage = {.call = call};
	usec_t began = clock_now();
	int r;

	list_add(&m->calls, &passage.link);
	r = m->next(call, m->context, e);
	list_del(&passage.link);
	count(m, call, status_of(call, r, e), clock_now() - began);
	return r;
}

/* -- itself ------------------------------------------------------------------------------------ */

struct http_metrics *
http_metrics_new(struct metrics *registry, http_handler next, void *context)
{
	struct http_metrics *m = NEW(http_metrics);

	m->next = next;
	m->context = context;
	m->requests = metrics_register(registry, &requests_spec);
	m->durations = metrics_register(registry, &durations_spec);
	m->in_flight = metrics_register(registry, &in_flight_spec);
	m->streams = metrics_register(registry, &streams_spec);
	list_init(&m->calls);
	metrics_collect(registry, collect, m);
	return m;
}

void
http_metrics_free(struct http_metrics *m)
{
	bug_if(!list_empty(&m->calls));
	free(m);
}
