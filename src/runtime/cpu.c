#include "runtime/cpu.h"

#include "base/log.h"
#include "task/offload.h"

#include <errno.h>
#include <stdlib.h>

struct job {
	struct cpu_group *group;
	const struct cpu_limits *limits;
	const pid_t *pids;
	size_t n;
	struct error error;
};

static int
run(int (*fn)(void *), struct job *job, struct error *e)
{
	int r = task_offload(fn, job);

	if (r < 0 && job->error.message)
		error_move(e, &job->error);
	else if (r < 0)
		error_errno(e, r, "control group");
	return r;
}

static int
limit(void *arg)
{
	struct job *job = arg;

	return cgroup_set(job->group->place, job->group->name, job->limits, &job->error);
}

int
cpu_group_limit(struct cpu_group *g, const struct cpu_limits *limits, struct error *e)
{
	struct job job = {.group = g, .limits = limits};

	if (!g->place || (!g->made && limits->quota <= 0 && limits->shares == 0))
		return 0;
	g->made = true; /* even if it fails half-way */
	return run(limit, &job, e);
}

static int
adopt(void *arg)
{
	struct job *job = arg;

	for (size_t i = 0; i < job->n; i++) {
		scoped_error e = {0};
		int r = cgroup_attach(job->group->place, job->group->name, job->pids[i], &e);

		if (r < 0 && r != -ESRCH) {
			error_move(&job->error, &e);
			return r;
		}
	}
	return 0;
}

int
cpu_group_adopt(struct cpu_group *g, const pid_t *pids, size_t n, struct error *e)
{
	struct job job = {.group = g, .pids = pids, .n = n};

	return g->made ? run(adopt, &job, e) : 0;
}

static int
remove_group(void *arg)
{
	struct job *job = arg;

	return cgroup_remove(job->group->place, job->group->name, &job->error);
}

void
cpu_group_remove(struct cpu_group *g)
{
	struct job job = {.group = g};
	scoped_error e = {0};

	if (g->made && run(remove_group, &job, &e) < 0)
		log_warn("%s", error_message(&e));
	g->made = false;
}
