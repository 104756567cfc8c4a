/* container_usage.c: /containers/{id}/top and /containers/{id}/stats. */
#include "base/alloc.h"
#include "base/str.h"
#include "core/events.h"
#include "core/routes/routes.h"
#include "core/top.h"
#include "docker/stats_types.h"
#include "docker/stdmsg.h"
#include "task/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
top(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	struct top_answer answer = {0};
	int r;

	r = route_container(call, context, &c, e);
	if (r >= 0 && !container_running(c))
		r = container_not_running(e, c->id);
	if (r >= 0)
		r = top_read(c, call->arena, http_query(call, "ps_args"), &answer, e);
	if (r >= 0)
		events_container(c, "top", NULL);
	return r < 0 ? r : http_reply_json(call, 200, &top_answer_type, &answer);
}

/* -- stats ---------------------------------------------------------------------------------------------------- */

/* The host's processor time: the first line of /proc/stat, in nanoseconds. */
static uint64_t
system_cpu_ns(void)
{
	unsigned long long ticks[8] = {0}, sum = 0;
	FILE *f = fopen("/proc/stat", "re");
	int n;

	if (!f)
		return 0;
	n = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1],
		&ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]);
	fclose(f);
	for (int i = 0; i < n; i++)
		sum += ticks[i];
	return sum * (1000000000ull / (unsigned long)sysconf(_SC_CLK_TCK));
}

static void
set_cpu(struct cpu_stats *cpu, const struct backend_usage *usage)
{
	cpu->cpu_usage.total_usage = usage->cpu_user_ns + usage->cpu_system_ns;
	cpu->cpu_usage.usage_in_usermode = usage->cpu_user_ns;
	cpu->cpu_usage.usage_in_kernelmode = usage->cpu_system_ns;
	cpu->system_cpu_usage = system_cpu_ns();
	cpu->online_cpus = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
}

static struct json_list
bytes_moved(struct arena *arena, const struct backend_usage *usage)
{
	struct blkio_entry *entries = ARENA_ARRAY(arena, struct blkio_entry, 2);

	entries[0].op = arena_strdup(arena, "read");
	entries[0].value = usage->read_bytes;
	entries[1].op = arena_strdup(arena, "write");
	entries[1].value = usage->write_bytes;
	return (struct json_list){.items = entries, .n = 2, .present = true};
}

/* A container that does not run has zeros, as in the Engine. */
static int
sample(struct container *c, struct arena *arena, struct container_stats *ret, struct error *e)
{
	const struct backend *b = &c->core->backend;
	struct backend_usage usage = {0};
	scoped_error why = {0};
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->name = arena_printf(arena, "/%s", c->name);
	ret->id = c->id;
	if (!container_running(c))
		return 0;
	if (!b->ops->usage)
		return core_missing(c->core, "stats", e);
	r = b->ops->usage(b->self, c, &usage, &why);
	if (r == -ESRCH)
		return 0; /* it has just ended */
	if (r < 0) {
		error_move(e, &why);
		return r;
	}
	ret->read = clock_wall_ns();
	ret->pids_stats.current = usage.pids;
	ret->pids_stats.limit = usage.pids_limit;
	set_cpu(&ret->cpu_stats, &usage);
	ret->memory_stats.usage = usage.memory;
	ret->memory_stats.max_usage = usage.memory_peak;
	ret->memory_stats.limit = usage.memory_limit;
	ret->blkio_stats.io_service_bytes_recursive = bytes_moved(arena, &usage);
	return 0;
}

static int
write_sample(struct call *call, const struct container_stats *stats)
{
	scoped_free char *text = json_text(&container_stats_type, stats, call->api_version);
	int r = http_write(call, text, strlen(text));

	return r < 0 ? r : http_write(call, "\n", 1);
}

static int
stream_stats(struct call *call, struct container *c, struct error *e)
{
	struct container_stats stats, previous = {0};
	int r = http_begin(call, 200, "application/json");

	if (r >= 0)
		http_cancel_on_hangup(call);
	while (r >= 0 && !c->removed) {
		scoped(arena) *arena = arena_new(0);

		r = sample(c, arena, &stats, e);
		if (r < 0)
			break;
		stats.preread = previous.read;
		stats.precpu_stats = previous.cpu_stats;
		r = write_sample(call, &stats);
		previous = stats;
		if (r >= 0)
			r = task_sleep(USEC_PER_SEC);
	}
	return r < 0 ? r : http_end(call);
}

static int
stats(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	struct container_stats now, before = {0};
	bool one_shot = route_bool(call, "one-shot", false);
	int r = route_container(call, context, &c, e);

	if (r < 0)
		return r;
	if (route_bool(call, "stream", true) && one_shot)
		return error_set(
			e, ERROR_INVALID, -EINVAL, "cannot have stream=true and one-shot=true");
	if (route_bool(call, "stream", true))
		return stream_stats(call, c, e);
	/* Two samples a second apart, so that a client can tell the share of a processor; unless it wants but one. */
	if (!one_shot && container_running(c)) {
		r = sample(c, call->arena, &before, e);
		if (r >= 0)
			r = task_sleep(USEC_PER_SEC);
		if (r < 0)
			return r;
	}
	r = sample(c, call->arena, &now, e);
	if (r < 0)
		return r;
	now.preread = before.read;
	now.precpu_stats = before.cpu_stats;
	return http_reply_json(call, 200, &container_stats_type, &now);
}

const struct http_route container_usage_routes[] = {
	{"GET", "/containers/{id}/top", top},
	{"GET", "/containers/{id}/stats", stats},
	{NULL, NULL, NULL},
};
