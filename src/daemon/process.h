/*
 * process.h: the metrics of the program itself: the process_… that every Prometheus client library has,
 * under their standard names, and those of its loop.
 */
#pragma once

#include "base/metric.h"

struct process_metrics;

/* The registry may be rendered only while this exists. */
struct process_metrics *process_metrics_new(struct metrics *registry);
void process_metrics_free(struct process_metrics *m);
SCOPED(process_metrics, process_metrics_free)
