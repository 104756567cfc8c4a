/*
 * cgroup.h: limits of processor time by control groups, where the kernel lets us make some.
 *
 * A *place* is a directory of a cgroup file system in which we may make groups with the controller
 * `cpu`.  Looked for, in this order:
 *   1. cgroup v2, our own group, when its subtree is delegated to us (systemd's Delegate=yes) and
 *      we are its only process.  As a group with controllers for its children may hold no
 *      processes, we move into a child of it.
 *   2. cgroup v2, the top of the hierarchy, for root.
 *   3. cgroup v1, our own group of the controller, when its directory can be written to.
 * Nothing is mounted and no process but our own and our workloads' is moved.
 *
 * Groups are siblings named OWNER-RUN-NAME: OWNER is the same for all daemons on one state
 * directory, RUN is drawn for each of them.  So what a killed daemon left behind is known by its
 * name, and cgroup_sweep removes it.
 *
 * Everything here blocks (a move into a group may wait some 10 ms for the kernel): use
 * task_offload.  A place is not changed once it was found.
 *
 * Sources: the kernel's admin-guide/cgroup-v2.rst ("CPU", "Delegation") and
 * scheduler/sched-bwc.rst.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cgroup_place {
	int version; /* 1 or 2 */
	char *dir;   /* where groups are made */
	char *owner, run[9];
};

/* Where /proc and thus the kernel tell about us; tests have files of their own. */
struct cgroup_source {
	const char *memberships; /* /proc/self/cgroup */
	const char *mounts;      /* /proc/self/mountinfo */
};

/* 0 for what is not limited. */
struct cpu_limits {
	int64_t quota, period; /* microseconds of processor time per microseconds */
	int64_t shares;        /* weight among busy groups, 1024 is everybody's */
};

/* -ENOENT, and in *e the reason, where there is none. source: NULL for the real ones. */
int cgroup_find(const char *owner, const struct cgroup_source *source, struct cgroup_place **ret,
	struct error *e);
void cgroup_place_free(struct cgroup_place *place);
SCOPED(cgroup_place, cgroup_place_free)

/* Makes the group if it is not there, and sets its limits. */
int cgroup_set(const struct cgroup_place *place, const char *name, const struct cpu_limits *limits,
	struct error *e);
/* -ESRCH when the process has ended. Its children to come are in the group too. */
int cgroup_attach(const struct cgroup_place *place, const char *name, pid_t pid, struct error *e);
/* Removes the group, whose processes have ended. A missing one is no error. */
int cgroup_remove(const struct cgroup_place *place, const char *name, struct error *e);

/* Writes one value to a group's file; the kernel judges it at once. */
int cgroup_write(const char *path, const char *value);

/* Removes the groups of earlier runs; how many were left as they still have processes. */
int cgroup_sweep(const struct cgroup_place *place);
