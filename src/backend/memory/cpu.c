/* cpu.c: limits of processor time. */
#include "backend/memory/private.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "task/offload.h"

#include <errno.h>
#include <sys/stat.h>

#define NANO_PERIOD 100000 /* µs: the period that the Engine uses for --cpus */
#define NANO_PER_CPU 1000000000
#define SWEEP_INTERVAL (100 * USEC_PER_MSEC)
#define SWEEPS 100

struct find_job {
	struct memory *m;
	struct error error;
};

/* The state directory names the owner: whoever opens it next may remove what its last user left. */
static int
find_place(void *arg)
{
	struct find_job *job = arg;
	struct stat st;
	char owner[64];

	if (stat(job->m->state_dir, &st) < 0)
		return error_errno(&job->error, -errno, "%s", job->m->state_dir);
	str_format(owner, sizeof(owner), "sockerless-%llx-%llx", (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino);
	return cgroup_find(owner, NULL, &job->m->cgroups, &job->error);
}

static int
sweep(void *place)
{
	return cgroup_sweep(place);
}

/* The sandboxes of a killed daemon end by themselves, but not before we begin. */
static void
sweep_run(void *arg)
{
	struct memory *m = arg;
	int left = task_offload(sweep, m->cgroups);

	for (int i = 0; i < SWEEPS && left > 0; i++) {
		if (task_sleep(SWEEP_INTERVAL) < 0)
			return;
		left = task_offload(sweep, m->cgroups);
	}
	if (left > 0)
		log_warn("%d control groups of an earlier daemon still have processes", left);
}

void
cpu_open(struct memory *m)
{
	struct find_job job = {.m = m};

	if (task_offload(find_place, &job) < 0)
		log_debug("processor time cannot be limited: %s", error_message(&job.error));
	else
		task_spawn(m->tasks, "memory.cgroups", sweep_run, m);
	error_clear(&job.error);
}

void
cpu_limits_of(const struct container *c, struct cpu_limits *ret)
{
	const struct resources *r = &c->host_config->resources;

	*ret = (struct cpu_limits){
		.quota = r->cpu_quota, .period = r->cpu_period, .shares = r->cpu_shares};
	if (r->nano_cpus) {
		ret->quota = r->nano_cpus * NANO_PERIOD / NANO_PER_CPU;
		ret->period = NANO_PERIOD;
	}
}
