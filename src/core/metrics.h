/*
 * metrics.h: what a back end shows under /metrics beside what every daemon does.
 *
 *	sockerless_containers{state}	how many there are in each state, those without any as 0
 */
#pragma once

#include "base/metric.h"

struct core;

/* The registry may be rendered only while the core is open. */
void core_add_metrics(struct core *core, struct metrics *registry);
