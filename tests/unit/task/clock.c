#include "task/clock.h"

#include "task/task.h"
#include "test.h"

#include <errno.h>
#include <time.h>

static double
real_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum { POLLERS = 1000, PERIOD = 2, LENGTH = 90 };

static void
poll_a_cloud(void *arg)
{
	int *polls = arg;
	usec_t end = clock_after(LENGTH * USEC_PER_SEC);

	while (clock_now() < end) {
		(*polls)++;
		ASSERT_OK(task_sleep(PERIOD * USEC_PER_SEC));
	}
}

static int
many_pollers(void *arg)
{
	scoped(task_group) *group = task_group_new();
	usec_t began = clock_now();
	int64_t wall = clock_wall_ns();

	for (int i = 0; i < POLLERS; i++)
		task_spawn(group, "poller", poll_a_cloud, arg);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT_EQ(clock_now() - began, LENGTH * USEC_PER_SEC);
	ASSERT_EQ(clock_wall_ns() - wall, LENGTH * NSEC_PER_SEC);
	return 0;
}

TEST(ninety_virtual_seconds_of_a_thousand_tasks_take_no_time)
{
	double began = real_seconds();
	int polls = 0;

	ASSERT_OK(task_run_virtual(many_pollers, &polls));
	ASSERT_EQ(polls, POLLERS * LENGTH / PERIOD);
	ASSERT(real_seconds() - began <
		20); /* 0.05 in a plain build; sanitizers and neighbours are slow */
}

static int
sleep_really(void *arg)
{
	usec_t began = clock_now();

	(void)arg;
	ASSERT_OK(task_sleep(3 * USEC_PER_MSEC));
	ASSERT(clock_now() >= began + 3 * USEC_PER_MSEC);
	return 0;
}

TEST(real_sleep_lasts_at_least_as_long_as_asked)
{
	double began = real_seconds();

	ASSERT_OK(task_run(sleep_really, NULL));
	ASSERT(real_seconds() - began >= 0.003);
}

TEST(deadlines_saturate)
{
	ASSERT(clock_after(USEC_INFINITY) == USEC_INFINITY);
	ASSERT(clock_after(USEC_INFINITY - 1) == USEC_INFINITY);
	ASSERT(clock_after(0) <= clock_now());
}
