/*
 * metrics.h: a handler around another one that counts what passes (base/metric.h).
 *
 *	sockerless_http_requests_total{method,route,status}   answered, once the answer has ended
 *	sockerless_http_request_duration_seconds{route}       from the end of the request's head to the
 *	                                                      end of the answer, streams included
 *	sockerless_http_requests_in_flight                    with the streams among them
 *	sockerless_http_streams_open                          connections taken over, and answers that
 *	                                                      have begun and not ended
 *
 * The route is the pattern that the call was routed by (call->route), "other" where there is none;
 * a method that no route has is "other" too: nothing that a client chooses becomes a label.  The
 * status of a call whose handler failed is the one that the server renders for it.  Requests that
 * reach no handler, because they are not HTTP or too large, are not counted.
 */
#pragma once

#include "base/metric.h"
#include "http/router.h"

struct http_metrics;

/* The registry may be rendered only while this exists. */
struct http_metrics *http_metrics_new(struct metrics *registry, http_handler next, void *context);
/* After the last call. */
void http_metrics_free(struct http_metrics *m);
SCOPED(http_metrics, http_metrics_free)

/* An http_handler: context is the struct http_metrics. */
int http_metrics_handle(struct call *call, void *http_metrics, struct error *e) SUSPENDS;
