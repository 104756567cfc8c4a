#include "task/offload.h"

#include "task/clock.h"
#include "task/task.h"
#include "test.h"

#include <errno.h>
#include <semaphore.h>
#include <unistd.h>

struct sum {
	int from, to;
	long result;
};

static int
add_up(void *arg)
{
	struct sum *s = arg;

	for (int i = s->from; i < s->to; i++)
		s->result += i;
	return s->to - s->from;
}

static void
offload_sum(void *arg)
{
	struct sum *s = arg;

	ASSERT_EQ(task_offload(add_up, s), s->to - s->from);
}

enum { JOBS = 50 };

static int
many_sums(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct sum sums[JOBS];
	long total = 0;

	(void)arg;
	for (int i = 0; i < JOBS; i++) {
		sums[i] = (struct sum){i * 1000, (i + 1) * 1000, 0};
		task_spawn(group, "sum", offload_sum, &sums[i]);
	}
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	for (int i = 0; i < JOBS; i++)
		total += sums[i].result;
	ASSERT_EQ(total, JOBS * 1000l * (JOBS * 1000l - 1) / 2);
	return 0;
}

TEST(work_goes_to_threads_and_its_result_comes_back)
{
	ASSERT_OK(task_run(many_sums, NULL));
	ASSERT_OK(task_run_virtual(many_sums, NULL));
}

static int
nap(void *arg)
{
	(void)arg;
	usleep(20000);
	return -ENOENT;
}

static void
offload_nap(void *arg)
{
	*(int *)arg = task_offload(nap, NULL);
}

static int
virtual_time_stands(void *arg)
{
	scoped(task_group) *group = task_group_new();
	int result = 0;

	(void)arg;
	task_spawn(group, "nap", offload_nap, &result);
	ASSERT_OK(task_sleep(3600 * USEC_PER_SEC));
	ASSERT_EQ(result, -ENOENT);
	return 0;
}

TEST(a_virtual_clock_stands_still_during_offloaded_work)
{
	ASSERT_OK(task_run_virtual(virtual_time_stands, NULL));
}

/* Cancelling: the jobs of the pool's threads hold on until `gate` opens, the ones behind them
 * have not begun. */

enum { CROWD = 64 };
static sem_t gate;

struct gated {
	int result;
	int began, ended;
};

static int
pass_gate(void *arg)
{
	struct gated *g = arg;

	__atomic_store_n(&g->began, 1, __ATOMIC_RELEASE);
	while (sem_wait(&gate) < 0)
		;
	g->ended = 1;
	return 1;
}

static void
offload_gate(void *arg)
{
	struct gated *g = arg;

	g->result = task_offload(pass_gate, g);
}

static int
cancel_jobs(void *arg)
{
	struct task_group *group = task_group_new();
	struct gated crowd[CROWD] = {0};
	int began = 0;

	(void)arg;
	for (int i = 0; i < CROWD; i++)
		task_spawn(group, "gated", offload_gate, &crowd[i]);
	while (!__atomic_load_n(&crowd[0].began, __ATOMIC_ACQUIRE))
		task_yield();
	task_group_cancel(group);
	task_yield();
	for (int i = 0; i < CROWD; i++)
		sem_post(&gate);
	task_group_end(group);
	for (int i = 0; i < CROWD; i++) {
		ASSERT_EQ(crowd[i].result, crowd[i].began ? 1 : -ECANCELED);
		ASSERT_EQ(crowd[i].ended, crowd[i].began);
		began += crowd[i].began;
	}
	ASSERT(began > 0 && began < CROWD);
	return 0;
}

TEST(a_cancel_stops_only_work_that_has_not_begun)
{
	ASSERT_OK(sem_init(&gate, 0, 0));
	ASSERT_OK(task_run(cancel_jobs, NULL));
}

static int
offload_when_cancelled(void *arg)
{
	struct sum s = {0, 10, 0};

	(void)arg;
	task_cancel(task_self());
	ASSERT_EQ(task_offload(add_up, &s), -ECANCELED);
	ASSERT_EQ(s.result, 0);
	task_shield();
	ASSERT_EQ(task_offload(add_up, &s), 10);
	task_unshield();
	return 0;
}

TEST(a_cancelled_task_offloads_only_under_a_shield)
{
	ASSERT_OK(task_run(offload_when_cancelled, NULL));
}
