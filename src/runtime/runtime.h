/*
 * runtime.h: runs workloads on this machine, each in a `sockerless-sandbox` of its own.
 *
 * A workload is one sandbox process: it is opened with a file tree and limits, then runs its first
 * process (pid 1) and any number of further ones.  When pid 1 ends the sandbox ends the rest.  The
 * daemon's end of the control socket is the workload's life line: if the daemon dies, so does the
 * workload.  Dropping a workload kills it.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "net/process.h"
#include "runtime/cgroup.h"
#include "wire/sandbox.h"

#include <stdbool.h>
#include <stdint.h>

struct workload;

struct workload_mount {
	const char *type;   /* "bind", "volume", "tmpfs" */
	const char *source; /* host path */
	const char *target; /* guest path */
	bool read_only;
};

struct workload_ulimit {
	const char *name;
	int64_t soft, hard; /* -1: unlimited */
};

struct workload_spec {
	const char *root; /* host directory */
	const char *hostname;
	const struct workload_mount *mounts;
	size_t n_mounts;
	const struct workload_ulimit *ulimits;
	size_t n_ulimits;
	bool read_only;
	int64_t memory;                     /* bytes, 0: no limit */
	int64_t pids;                       /* 0: no limit */
	const struct cgroup_place *cgroups; /* outlives the workload; NULL: cpu has no effect */
	const char *name;                   /* of its group */
	struct cpu_limits cpu;
	int *keep; /* descriptors that workload_open takes over: open until the workload ends */
	size_t n_keep;
};

/* The sandbox program: beside our own, or what SOCKERLESS_SANDBOX names. *ret is malloc'ed. */
int runtime_sandbox_program(char **ret, struct error *e);

/* Starts the sandbox and waits until it is READY. */
int workload_open(const char *program, const struct workload_spec *spec, struct workload **ret,
	struct error *e) SUSPENDS;
/* Ends it. True if the sandbox ended by itself and well: then none of its processes is left. */
bool workload_end(struct workload *w) SUSPENDS;
void workload_free(struct workload *w) SUSPENDS; /* ends it if need be */
SCOPED(workload, workload_free)

/* What confinement it reported: "landlock=7", … NULL-terminated. */
char *const *workload_confinement(const struct workload *w);

/* Runs a process; the first is pid 1. init: a reaper of ours is pid 1 instead and this is its
 * child. */
int workload_run(struct workload *w, const struct process_spec *spec, bool init,
	struct process **ret, struct process_failure *failure, struct error *e) SUSPENDS;

int workload_pause(struct workload *w, bool paused, struct error *e) SUSPENDS;
/* The limits of spec; the rest of it is not looked at. */
int workload_limit(struct workload *w, const struct workload_spec *spec, struct error *e) SUSPENDS;
int workload_usage(struct workload *w, struct sandbox_usage *ret, struct error *e) SUSPENDS;
/* *ret is malloc'ed. */
int workload_processes(
	struct workload *w, struct sandbox_process **ret, size_t *ret_n, struct error *e) SUSPENDS;
