#include "task/task.h"

#include "task/clock.h"
#include "task/cond.h"
#include "task/tools.h"
#include "test.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int
return_arg(void *arg)
{
	return *(int *)arg;
}

TEST(run_returns_the_result_of_the_first_task)
{
	int seven = 7;

	ASSERT(task_self() == NULL);
	ASSERT_EQ(task_run(return_arg, &seven), 7);
	seven = -ENOENT;
	ASSERT_EQ(task_run(return_arg, &seven), -ENOENT);
	ASSERT_EQ(task_count(), 0);
}

struct trace {
	char text[32];
};

static void
add(struct trace *t, char c)
{
	size_t n = strlen(t->text);

	t->text[n] = c;
}

static void
write_a(void *arg)
{
	add(arg, 'a');
	task_yield();
	add(arg, 'A');
}

static void
write_b(void *arg)
{
	add(arg, 'b');
	task_yield();
	add(arg, 'B');
}

static int
interleave(void *arg)
{
	scoped(task_group) *group = task_group_new();

	task_spawn(group, "a", write_a, arg);
	task_spawn(group, "b", write_b, arg);
	add(arg, '.');
	return task_group_join(group, USEC_INFINITY);
}

TEST(tasks_start_after_their_parent_waits_and_take_turns)
{
	struct trace t = {""};

	ASSERT_OK(task_run(interleave, &t));
	ASSERT_STR(t.text, ".abAB");
}

static void
check_name(void *arg)
{
	ASSERT_STR(task_name(task_self()), "curious");
	ASSERT_EQ(task_count(), 2);
	(void)arg;
}

static int
spawn_curious(void *arg)
{
	scoped(task_group) *group = task_group_new();

	(void)arg;
	ASSERT(task_spawn(group, "curious", check_name, NULL) != NULL);
	ASSERT_EQ(task_group_size(group), 1);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT_EQ(task_group_size(group), 0);
	return 0;
}

TEST(a_task_knows_itself)
{
	ASSERT_OK(task_run(spawn_curious, NULL));
}

/* Cancelling */

struct sleeper {
	usec_t until;
	int result, next_result;
	usec_t woke;
	bool shielded;
	struct task *task;
};

static void
sleep_until(void *arg)
{
	struct sleeper *s = arg;
	struct cond never;

	cond_init(&never);
	if (s->shielded)
		task_shield();
	s->result = cond_wait(&never, s->until);
	s->woke = clock_now();
	if (s->shielded)
		task_unshield();
	s->next_result = task_sleep(1);
}

static int
cancel_a_sleeper(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct sleeper *s = arg;

	s->task = task_spawn(group, "sleeper", sleep_until, s);
	task_yield();
	task_cancel(s->task);
	return task_group_join(group, USEC_INFINITY);
}

TEST(a_cancelled_wait_ends_and_so_do_later_ones)
{
	struct sleeper s = {.until = USEC_INFINITY};

	ASSERT_OK(task_run_virtual(cancel_a_sleeper, &s));
	ASSERT_EQ(s.result, -ECANCELED);
	ASSERT_EQ(s.next_result, -ECANCELED);
}

static int
cancel_before_start(void *arg)
{
	scoped(task_group) *group = task_group_new();

	task_cancel(task_spawn(group, "sleeper", sleep_until, arg));
	return task_group_join(group, USEC_INFINITY);
}

TEST(a_task_cancelled_before_its_start_runs_and_cannot_wait)
{
	struct sleeper s = {.until = USEC_INFINITY};

	ASSERT_OK(task_run_virtual(cancel_before_start, &s));
	ASSERT_EQ(s.result, -ECANCELED);
}

static int
cancel_a_shielded_sleeper(void *arg)
{
	struct sleeper *s = arg;

	s->shielded = true;
	s->until = clock_after(USEC_PER_SEC);
	return cancel_a_sleeper(s);
}

TEST(a_shielded_wait_goes_on_until_its_deadline)
{
	struct sleeper s = {0};

	ASSERT_OK(task_run_virtual(cancel_a_shielded_sleeper, &s));
	ASSERT_EQ(s.result, -ETIMEDOUT);
	ASSERT_EQ(s.woke, s.until);
	ASSERT_EQ(s.next_result, -ECANCELED);
}

static int
shields_nest(void *arg)
{
	(void)arg;
	task_cancel(task_self());
	ASSERT(task_cancelled());
	task_shield();
	task_shield();
	task_unshield();
	ASSERT(!task_cancelled());
	ASSERT_OK(task_yield());
	task_unshield();
	ASSERT(task_cancelled());
	ASSERT_EQ(task_yield(), -ECANCELED);
	return 0;
}

TEST(shields_nest)
{
	ASSERT_OK(task_run(shields_nest, NULL));
}

/* Two sleepers with one deadline: the first to wake cancels the second, whose time-out is settled
 * but not yet seen. */
struct pair {
	struct sleeper first, second;
};

static void
sleep_then_cancel_second(void *arg)
{
	struct pair *p = arg;

	p->first.result = task_sleep_until(p->first.until);
	task_cancel(p->second.task);
}

static int
cancel_after_timeout(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct pair *p = arg;

	p->first.until = p->second.until = clock_after(5);
	task_spawn(group, "first", sleep_then_cancel_second, p);
	p->second.task = task_spawn(group, "second", sleep_until, &p->second);
	return task_group_join(group, USEC_INFINITY);
}

TEST(a_cancel_outranks_a_timeout)
{
	struct pair p = {0};

	ASSERT_OK(task_run_virtual(cancel_after_timeout, &p));
	ASSERT_EQ(p.first.result, 0);
	ASSERT_EQ(p.second.woke, p.second.until);
	ASSERT_EQ(p.second.result, -ECANCELED);
}

/* Many tasks; ThreadSanitizer's own book-keeping of so many stacks runs out of mappings. */

#ifdef TOOL_TSAN
enum { MANY = 500 };
#else
enum { MANY = 5000 };
#endif

static void
count_up(void *arg)
{
	int *n = arg;

	(*n)++;
	ASSERT_OK(task_sleep(10));
	(*n)++;
}

static int
spawn_many(void *arg)
{
	scoped(task_group) *group = task_group_new();

	for (int i = 0; i < MANY; i++)
		task_spawn(group, "counter", count_up, arg);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	return 0;
}

TEST(thousands_of_tasks_at_once_twice)
{
	int n = 0;

	ASSERT_OK(task_run(spawn_many, &n));
	ASSERT_OK(task_run(spawn_many, &n));
	ASSERT_EQ(n, 4 * MANY);
}

static void
use_stack(void *arg)
{
	volatile char frame[100 * 1024];

	memset((char *)frame, *(int *)arg, sizeof(frame));
	task_yield();
	for (size_t i = 0; i < sizeof(frame); i += 1000)
		ASSERT_EQ(frame[i], *(int *)arg);
}

static int
use_stacks(void *arg)
{
	scoped(task_group) *group = task_group_new();
	int values[10];

	(void)arg;
	for (int i = 0; i < 10; i++) {
		values[i] = i;
		task_spawn(group, "deep", use_stack, &values[i]);
	}
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	return 0;
}

TEST(each_task_has_a_stack_of_its_own)
{
	ASSERT_OK(task_run(use_stacks, NULL));
}

/* Fairness and stalls */

struct pingpong {
	struct cond turn;
	int rounds;
	bool stop;
};

static void
wake_each_other(void *arg)
{
	struct pingpong *p = arg;

	while (!p->stop) {
		p->rounds++;
		cond_signal(&p->turn);
		cond_wait(&p->turn, USEC_INFINITY);
	}
	cond_signal(&p->turn);
}

static int
sleep_beside_pingpong(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct pingpong *p = arg;

	cond_init(&p->turn);
	task_spawn(group, "ping", wake_each_other, p);
	task_spawn(group, "pong", wake_each_other, p);
	while (p->rounds <= 3 * 256)
		ASSERT_OK(task_sleep(USEC_PER_MSEC));
	p->stop = true;
	return task_group_join(group, USEC_INFINITY);
}

TEST(tasks_that_wake_each_other_do_not_starve_the_clock)
{
	struct pingpong p = {0};

	ASSERT_OK(task_run(sleep_beside_pingpong, &p));
}

/* Sanitizers stretch the limit tenfold. */
#define TOO_LONG (12 * TASK_STALL)

static usec_t
cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (usec_t)t.tv_sec * USEC_PER_SEC + (usec_t)t.tv_nsec / 1000;
}

static int
compute(void *arg)
{
	usec_t end = cpu_time() + *(usec_t *)arg;

	while (cpu_time() < end)
		;
	return 0;
}

static int
block(void *arg)
{
	usec_t *spell = arg;

	usleep((useconds_t)*spell);
	return 0;
}

TEST(a_task_that_holds_the_loop_is_counted)
{
	usec_t spell = 1;

	task_run(compute, &spell);
	task_run(block, &spell);
	ASSERT_EQ(task_stalls(), 0);
	spell = TOO_LONG;
	task_run(compute, &spell);
	ASSERT_EQ(task_stalls(), 1);
	task_run(block, &spell);
	ASSERT_EQ(task_stalls(), 2);
}
