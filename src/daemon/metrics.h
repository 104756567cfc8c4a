/*
 * metrics.h: what every daemon tells about itself: GET /metrics, all that is counted in it, as
 * Prometheus reads it, and GET /healthz, whether it is well.
 *
 * It is a handler around the daemon's own, which it counts (http/metrics.h).  It answers these two
 * paths, to GET and HEAD; all else goes on.  A program adds what is its own to the registry.
 *
 *	/healthz	200 {"status":"ok"}, or 503 {"status":"unavailable","message":"why"}
 */
#pragma once

#include "base/metric.h"
#include "http/server.h"

struct daemon_metrics;

struct daemon_metrics_options {
	http_handler next;
	void *context;
	/* Is it well? Gives up by itself when that takes too long. NULL: always. */
	int (*check)(void *context, struct error *e) SUSPENDS;
	void *check_context;
};

struct daemon_metrics *daemon_metrics_new(const struct daemon_metrics_options *options);
/* After the last call. */
void daemon_metrics_free(struct daemon_metrics *m);
SCOPED(daemon_metrics, daemon_metrics_free)

struct metrics *daemon_metrics_registry(struct daemon_metrics *m);
/* The server whose connections are shown. It must live as long as calls come. */
void daemon_metrics_watch(struct daemon_metrics *m, const struct http_server *server);

/* An http_handler: context is the struct daemon_metrics. */
int daemon_metrics_handle(struct call *call, void *daemon_metrics, struct error *e) SUSPENDS;
