#include "daemon/process.h"

#include "base/alloc.h"
#include "base/self.h"
#include "base/time.h"
#include "task/task.h"

#include <math.h>
#include <sys/resource.h>

enum { BUILD, START, RESIDENT, VIRTUAL, CPU, OPEN_FILES, MAX_FILES, TASKS, STALLS, N_METRICS };

static const struct metric_spec specs[N_METRICS] = {
	[BUILD] = {METRIC_GAUGE, "sockerless_build_info",
		"1, with what this program was made from.", .labels = {"version"}},
	[START] = {METRIC_GAUGE, "process_start_time_seconds",
		"When the process was started, in seconds since 1970."},
	[RESIDENT] = {METRIC_GAUGE, "process_resident_memory_bytes",
		"Memory that the process has in use."},
	[VIRTUAL] = {METRIC_GAUGE, "process_virtual_memory_bytes",
		"Address space that the process has reserved."},
	[CPU] = {METRIC_COUNTER, "process_cpu_seconds_total",
		"CPU time that the process has used, user and system."},
	[OPEN_FILES] = {METRIC_GAUGE, "process_open_fds",
		"File descriptors that the process has open."},
	[MAX_FILES] = {METRIC_GAUGE, "process_max_fds",
		"File descriptors that the process may have open."},
	[TASKS] = {METRIC_GAUGE, "sockerless_tasks",
		"Tasks of the loop: what is being answered, and work in the background."},
	[STALLS] = {METRIC_COUNTER, "sockerless_loop_stalls_total",
		"Times that a task held the loop for more than 50 ms; the log names it."},
};

struct process_metrics {
	struct metric *metrics[N_METRICS];
};

static void
set(struct process_metrics *m, int which, double value)
{
	metric_set(m->metrics[which], NULL, value);
}

static double
max_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return NAN;
	return limit.rlim_cur == RLIM_INFINITY ? INFINITY : (double)limit.rlim_cur;
}

static void
collect(void *context)
{
	struct process_metrics *m = context;
	uint64_t size = 0, resident = 0;
	bool known = self_memory(&size, &resident) == 0;
	int64_t files = self_open_files();

	set(m, RESIDENT, known ? (double)resident : NAN);
	set(m, VIRTUAL, known ? (double)size : NAN);
	set(m, CPU, self_cpu_seconds());
	set(m, OPEN_FILES, files < 0 ? NAN : (double)files);
	set(m, MAX_FILES, max_files());
	set(m, TASKS, (double)task_count());
	set(m, STALLS, (double)task_stalls());
}

struct process_metrics *
process_metrics_new(struct metrics *registry)
{
	struct process_metrics *m = NEW(process_metrics);
	int64_t started;

	for (size_t i = 0; i < N_METRICS; i++)
		m->metrics[i] = metrics_register(registry, &specs[i]);
	metric_set(m->metrics[BUILD], METRIC_VALUES(SOCKERLESS_VERSION), 1);
	set(m, START, self_started(&started) < 0 ? NAN : (double)started / NSEC_PER_SEC);
	metrics_collect(registry, collect, m);
	return m;
}

void
process_metrics_free(struct process_metrics *m)
{
	free(m);
}
