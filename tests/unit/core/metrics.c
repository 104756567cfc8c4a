#include "core/metrics.h"

#include "base/alloc.h"
#include "exposition.h"
#include "world.h"

/* The counts of created, running, paused, restarting, removing, exited, dead. */
static void
assert_counts(struct metrics *registry, const int (*expected)[CONTAINER_STATES])
{
	static const char *const names[CONTAINER_STATES] = {
		"created", "running", "paused", "restarting", "removing", "exited", "dead"};
	scoped_buf out;

	buf_init(&out, 1 << 20);
	ASSERT_OK(metrics_render(registry, &out));
	exposition_check(out.data);
	for (size_t i = 0; i < CONTAINER_STATES; i++)
		ASSERT_EQ(exposition_value(out.data,
				  world_text("sockerless_containers{state=\"%s\"}", names[i])),
			(*expected)[i]);
}

#define ASSERT_COUNTS(registry, ...) \
	assert_counts(registry, &(const int[CONTAINER_STATES]){__VA_ARGS__})

static void
count_by_state(void)
{
	struct core *core = world_open();
	scoped(metrics) *registry = metrics_new();
	struct container *a, *b;

	core_add_metrics(core, registry);
	ASSERT_COUNTS(registry, 0, 0, 0, 0, 0, 0, 0);
	a = world_container(core, "a");
	b = world_container(core, "b");
	ASSERT_COUNTS(registry, 2, 0, 0, 0, 0, 0, 0);
	world_start(a);
	world_start(b);
	ASSERT_COUNTS(registry, 0, 2, 0, 0, 0, 0, 0);
	container_set_state(a, CONTAINER_PAUSED);
	container_set_state(b, CONTAINER_RESTARTING);
	ASSERT_COUNTS(registry, 0, 0, 1, 1, 0, 0, 0);
	container_set_state(a, CONTAINER_RUNNING);
	world_stop(a);
	world_stop(b);
	ASSERT_COUNTS(registry, 0, 0, 0, 0, 0, 2, 0);
	container_set_state(a, CONTAINER_REMOVING);
	ASSERT_COUNTS(registry, 0, 0, 0, 0, 1, 1, 0);
	container_set_state(a, CONTAINER_DEAD);
	container_unregister(b);
	ASSERT_COUNTS(registry, 0, 0, 0, 0, 0, 0, 1);
	core_close(core);
}

TEST(metrics_of_containers)
{
	world_run(count_by_state);
}
