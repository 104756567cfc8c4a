/*
 * metric.h: counters, gauges and histograms, and their text in Prometheus' exposition format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 *
 * A registry (struct metrics) owns its metrics; a metric has a series for each combination of label
 * values that was counted.  A series comes into being when it is first counted and stays; counting
 * into one that exists allocates nothing.  So that memory has a bound whatever the values are, a
 * metric has a maximum of series: what is beyond it, and what has values too long to keep, is
 * counted together in the series whose values are all "other".
 *
 * What is not counted but looked up (memory, open files) is set by collectors: functions that run
 * before every rendering.  What cannot be learned is set to NAN, never left at its last value.
 *
 * All of a registry belongs to one thread.
 */
#pragma once

#include "base/buf.h"
#include "base/scope.h"

#define METRIC_MAX_LABELS 4
#define METRIC_MAX_LABELS_TEXT 512 /* bytes of a series' labels together, as they are shown */
#define METRIC_MAX_SERIES 1000     /* of a metric that does not say otherwise */

struct metrics;
struct metric;

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

/* The strings and bounds it points at outlive the metric. */
struct metric_spec {
	enum metric_type type;
	const char *name; /* with its unit, and _total for counters: "process_cpu_seconds_total" */
	const char *help; /* one sentence */
	const char *labels[METRIC_MAX_LABELS + 1]; /* their names; NULL ends them */
	const double *bounds; /* of a histogram's buckets, ascending; +Inf is added */
	size_t n_bounds;
	size_t max_series; /* 0: METRIC_MAX_SERIES */
};

/* The values of a metric's labels, in its order; NULL for a metric without labels. */
#define METRIC_VALUES(...) ((const char *const[]){__VA_ARGS__})

struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);
SCOPED(metrics, metrics_free)

/* A metric without labels is there from the beginning, as 0. A name is given once. */
struct metric *metrics_register(struct metrics *metrics, const struct metric_spec *spec);
/* fn(context) runs before every rendering, for as long as the registry exists. It may suspend where the
 * one who renders may. */
void metrics_collect(struct metrics *metrics, void (*fn)(void *context), void *context);

void metric_add(struct metric *metric, const char *const *values, double by); /* counter, gauge */
/* A gauge; or a counter that is kept elsewhere and only shown here. */
void metric_set(struct metric *metric, const char *const *values, double to);
void metric_observe(struct metric *metric, const char *const *values, double value); /* histogram */

/* Appends everything. -ENOBUFS if it is more than the buffer may hold, which then has a part. */
int metrics_render(struct metrics *metrics, struct buf *out);
