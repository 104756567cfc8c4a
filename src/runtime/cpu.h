/*
 * cpu.h: the control group of one workload, for those whose processor time is limited.
 *
 * There is none before the first limit: a group costs a workload's start some 0.3 ms.
 */
#pragma once

#include "runtime/cgroup.h"
#include "task/task.h"

#include <stddef.h>

struct cpu_group {
	const struct cgroup_place *place; /* NULL: there are no groups here, and no limits hold */
	char *name;
	bool made;
};

/* Limits the group, which is made if there is none and a limit is wanted. */
int cpu_group_limit(struct cpu_group *g, const struct cpu_limits *limits, struct error *e) SUSPENDS;
/* Takes these processes in; ones that have ended are left out. */
int cpu_group_adopt(struct cpu_group *g, const pid_t *pids, size_t n, struct error *e) SUSPENDS;
/* Its processes have ended. */
void cpu_group_remove(struct cpu_group *g) SUSPENDS;
