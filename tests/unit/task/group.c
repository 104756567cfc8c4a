#include "task/clock.h"
#include "task/task.h"
#include "test.h"

#include <errno.h>

struct worker {
	usec_t spell;
	int result;
	bool cleaned;
	struct task_group *group;
};

static void
work(void *arg)
{
	struct worker *w = arg;

	w->result = task_sleep(w->spell);
	task_shield();
	ASSERT_OK(task_sleep(USEC_PER_SEC));
	task_unshield();
	w->cleaned = true;
}

static int
end_with_workers(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct worker *workers = arg;

	for (int i = 0; i < 3; i++)
		task_spawn(group, "worker", work, &workers[i]);
	return task_sleep(10 * USEC_PER_SEC);
}

TEST(the_end_of_a_group_cancels_and_joins_what_is_left)
{
	struct worker workers[3] = {
		{.spell = USEC_PER_SEC}, {.spell = USEC_INFINITY}, {.spell = 100 * USEC_PER_SEC}};

	ASSERT_OK(task_run_virtual(end_with_workers, workers));
	ASSERT_EQ(workers[0].result, 0);
	ASSERT_EQ(workers[1].result, -ECANCELED);
	ASSERT_EQ(workers[2].result, -ECANCELED);
	for (int i = 0; i < 3; i++)
		ASSERT(workers[i].cleaned);
}

static int
join_late(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct worker *w = arg;
	usec_t began = clock_now();

	task_spawn(group, "worker", work, w);
	ASSERT_EQ(task_group_join(group, clock_after(USEC_PER_SEC)), -ETIMEDOUT);
	ASSERT_EQ(clock_now() - began, USEC_PER_SEC);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT_EQ(clock_now() - began, 11 * USEC_PER_SEC);
	return 0;
}

TEST(a_join_has_a_deadline)
{
	struct worker w = {.spell = 10 * USEC_PER_SEC};

	ASSERT_OK(task_run_virtual(join_late, &w));
	ASSERT_EQ(w.result, 0);
}

static void
spawn_another(void *arg)
{
	struct worker *w = arg;

	ASSERT_EQ(task_sleep(USEC_INFINITY), -ECANCELED);
	task_spawn(w->group, "latecomer", work, w);
}

static int
end_with_latecomer(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct worker *w = arg;

	w->group = group;
	task_spawn(group, "spawner", spawn_another, w);
	return task_yield();
}

TEST(a_task_spawned_into_a_cancelled_group_is_born_cancelled)
{
	struct worker w = {.spell = USEC_INFINITY};

	ASSERT_OK(task_run_virtual(end_with_latecomer, &w));
	ASSERT_EQ(w.result, -ECANCELED);
	ASSERT(w.cleaned);
}

static void
nested(void *arg)
{
	scoped(task_group) *inner = task_group_new();

	task_spawn(inner, "inner", work, arg);
	task_group_join(inner, USEC_INFINITY);
}

static int
cancel_nested(void *arg)
{
	scoped(task_group) *outer = task_group_new();

	task_spawn(outer, "outer", nested, arg);
	return task_sleep(USEC_PER_SEC);
}

TEST(a_cancel_reaches_the_groups_of_a_task_through_its_cleanup)
{
	struct worker w = {.spell = USEC_INFINITY};

	ASSERT_OK(task_run_virtual(cancel_nested, &w));
	ASSERT_EQ(w.result, -ECANCELED);
	ASSERT(w.cleaned);
}
