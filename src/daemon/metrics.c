#include "daemon/metrics.h"

#include "base/alloc.h"
#include "base/str.h"
#include "daemon/process.h"
#include "http/metrics.h"

#include <errno.h>

#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define MAX_TEXT (4 << 20)

static const struct metric_spec connections_spec = {METRIC_GAUGE, "sockerless_http_connections",
	"Connections that clients have open, idle ones too."};

struct daemon_metrics {
	struct daemon_metrics_options options;
	struct metrics *registry;
	struct http_metrics *http;
	struct process_metrics *process;
	struct metric *connections;
	const struct http_server *server; /* NULL until watched */
};

/* -- /metrics ---------------------------------------------------------------------------------- */

static void
collect(void *context)
{
	struct daemon_metrics *m = context;

	metric_set(
		m->connections, NULL, m->server ? (double)http_server_connections(m->server) : 0);
}

static int
reply_metrics(struct call *call, struct daemon_metrics *m, struct error *e)
{
	scoped_buf text;
	int r;

	buf_init(&text, MAX_TEXT);
	r = metrics_render(m->registry, &text);
	if (r < 0)
		return error_set(e, ERROR_INTERNAL, r, "the metrics are more than %d bytes of text",
			MAX_TEXT);
	return http_reply_text(call, 200, CONTENT_TYPE, text.data);
}

/* -- /healthz ---------------------------------------------------------------------------------- */

static int
reply_health(struct call *call, struct daemon_metrics *m)
{
	const struct daemon_metrics_options *o = &m->options;
	scoped_error why = {0};
	scoped_json_writer w;
	int r = o->check ? o->check(o->check_context, &why) : 0;

	json_writer_init(&w, NULL, NULL, 0);
	json_object_begin(&w);
	json_key(&w, "status");
	json_string(&w, r < 0 ? "unavailable" : "ok");
	if (r < 0) {
		json_key(&w, "message");
		json_string(&w, error_message(&why));
	}
	json_object_end(&w);
	json_newline(&w);
	if (json_finish(&w) < 0)
		return http_reply_empty(call, 503);
	return http_reply_text(call, r < 0 ? 503 : 200, "application/json", w.buf.data);
}

/* -- all calls --------------------------------------------------------------------------------- */

static int
handle(struct call *call, void *context, struct error *e)
{
	struct daemon_metrics *m = context;
	const struct http_request *request = &call->request;

	if (!str_eq(request->method, "GET") && !str_eq(request->method, "HEAD"))
		return m->options.next(call, m->options.context, e);
	if (str_eq(request->path, "/metrics")) {
		call->route = "/metrics";
		return reply_metrics(call, m, e);
	}
	if (str_eq(request->path, "/healthz")) {
		call->route = "/healthz";
		return reply_health(call, m);
	}
	return m->options.next(call, m->options.context, e);
}

int
daemon_metrics_handle(struct call *call, void *context, struct error *e)
{
	struct daemon_metrics *m = context;

	return http_metrics_handle(call, m->http, e);
}

/* -- itself ------------------------------------------------------------------------------------ */

struct daemon_metrics *
daemon_metrics_new(const struct daemon_metrics_options *options)
{
	struct daemon_metrics *m = NEW(daemon_metrics);

	m->options = *options;
	m->registry = metrics_new();
	m->process = process_metrics_new(m->registry);
	m->connections = metrics_register(m->registry, &connections_spec);
	metrics_collect(m->registry, collect, m);
	m->http = http_metrics_new(m->registry, handle, m);
	return m;
}

struct metrics *
daemon_metrics_registry(struct daemon_metrics *m)
{
	return m->registry;
}

void
daemon_metrics_watch(struct daemon_metrics *m, const struct http_server *server)
{
	m->server = server;
}

void
daemon_metrics_free(struct daemon_metrics *m)
{
	http_metrics_free(m->http);
	process_metrics_free(m->process);
	metrics_free(m->registry);
	free(m);
}
