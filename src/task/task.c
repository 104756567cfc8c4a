#include "task/task.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/list.h"
#include "base/log.h"
#include "task/clock.h"
#include "task/cond.h"
#include "task/deadline.h"
#include "task/fiber.h"
#include "task/scheduler.h"
#include "task/stall.h"

#include <errno.h>
#include <stdlib.h>

/* Switches before the loop polls again, so that tasks that wake each other cannot keep everybody
 * else out. */
#define TURN_SWITCHES 256

/* The names are those tools/gdb/tasks.py prints. */
enum task_state { TASK_READY, TASK_RUNNING, TASK_WAITING };

struct task {
	const char *name;
	task_fn fn;
	void *arg;
	struct task_group *group;
	struct list member;  /* of group->tasks */
	struct list all;     /* of all_tasks */
	struct list ready;   /* of ready_tasks or yielded_tasks */
	struct fiber *fiber; /* NULL until it first runs */
	struct deadline deadline;
	enum task_state state;
	const char *waits_for;
	int outcome; /* of the wait, while ready */
	unsigned shields;
	bool cancelled;
};

struct task_group {
	struct list tasks;
	size_t n;
	bool cancelled;
	struct cond empty;
};

static struct list all_tasks = {&all_tasks, &all_tasks};
static struct list ready_tasks = {&ready_tasks, &ready_tasks};
static struct list yielded_tasks = {&yielded_tasks, &yielded_tasks};
static struct task *current;
static size_t n_tasks;

/* Waiting and waking */

static bool
cancelled_now(const struct task *t)
{
	return t->cancelled && t->shields == 0;
}

static void
settle(struct task *t, int outcome)
{
	deadline_remove(&t->deadline);
	t->outcome = outcome;
	t->state = TASK_READY;
	list_add(&ready_tasks, &t->ready);
}

int
task_wait(usec_t until, const char *what)
{
	struct task *t = current;

	bug_if(!t);
	if (cancelled_now(t))
		return -ECANCELED;
	if (until != USEC_INFINITY)
		deadline_add(&t->deadline, until);
	t->waits_for = what;
	t->state = TASK_WAITING;
	fiber_suspend();
	return t->outcome;
}

bool
task_wake(struct task *t)
{
	if (t->state != TASK_WAITING)
		return false;
	settle(t, 0);
	return true;
}

void
task_cancel(struct task *t)
{
	t->cancelled = true;
	if (t->shields > 0)
		return;
	if (t->state == TASK_WAITING)
		settle(t, -ECANCELED);
	else if (t->state == TASK_READY && t->outcome == -ETIMEDOUT)
		t->outcome = -ECANCELED;
}

bool
task_cancelled(void)
{
	bug_if(!current);
	return cancelled_now(current);
}

void
task_shield(void)
{
	bug_if(!current);
	current->shields++;
}

void
task_unshield(void)
{
	bug_if(!current || current->shields == 0);
	current->shields--;
}

int
task_yield(void)
{
	struct task *t = current;

	bug_if(!t);
	if (cancelled_now(t))
		return -ECANCELED;
	t->waits_for = "its turn";
	t->outcome = 0;
	t->state = TASK_READY;
	list_add(&yielded_tasks, &t->ready);
	fiber_suspend();
	return 0;
}

int
task_sleep_until(usec_t until)
{
	int r = task_wait(until, "the clock");

	return r == -ETIMEDOUT ? 0 : r;
}

int
task_sleep(usec_t duration)
{
	return task_sleep_until(clock_after(duration));
}

/* Life */

struct task *
task_spawn(struct task_group *group, const char *name, task_fn fn, void *arg)
{
	struct task *t = NEW(task);

	t->name = name;
	t->fn = fn;
	t->arg = arg;
	t->group = group;
	t->cancelled = group->cancelled;
	t->waits_for = "its start";
	list_add(&group->tasks, &t->member);
	list_add(&all_tasks, &t->all);
	list_add(&ready_tasks, &t->ready);
	group->n++;
	n_tasks++;
	return t;
}

static void
finish(struct task *t)
{
	struct task_group *group = t->group;

	bug_if(t->shields > 0);
	list_del(&t->member);
	list_del(&t->all);
	free(t);
	n_tasks--;
	if (--group->n == 0)
		cond_broadcast(&group->empty);
}

static void
run_fn(void *arg)
{
	struct task *t = arg;

	t->fn(t->arg);
}

static usec_t
run(struct task *t, usec_t began)
{
	usec_t now;
	bool alive;

	if (!t->fiber)
		t->fiber = fiber_new(run_fn, t);
	t->state = TASK_RUNNING;
	current = t;
	alive = fiber_resume(t->fiber);
	current = NULL;
	now = clock_coarse();
	stall_check(t->name, now - began);
	stall_watch(now);
	if (!alive)
		finish(t);
	return now;
}

struct task *
task_self(void)
{
	return current;
}

const char *
task_name(const struct task *t)
{
	return t->name;
}

size_t
task_count(void)
{
	return n_tasks;
}

/* Groups */

struct task_group *
task_group_new(void)
{
	struct task_group *group = NEW(task_group);

	list_init(&group->tasks);
	cond_init(&group->empty);
	return group;
}

void
task_group_cancel(struct task_group *group)
{
	group->cancelled = true;
	list_each (&group->tasks, it)
		task_cancel(list_entry(it, struct task, member));
}

int
task_group_join(struct task_group *group, usec_t until)
{
	while (group->n > 0) {
		int r = cond_wait(&group->empty, until);

		if (r < 0)
			return r;
	}
	return 0;
}

void
task_group_end(struct task_group *group)
{
	if (group->n > 0) {
		task_shield();
		task_group_cancel(group);
		task_group_join(group, USEC_INFINITY);
		task_unshield();
	}
	bug_if(!list_empty(&group->empty.waiters));
	free(group);
}

size_t
task_group_size(const struct task_group *group)
{
	return group->n;
}

/* For the loop */

bool
task_any_ready(void)
{
	return !list_empty(&ready_tasks) || !list_empty(&yielded_tasks);
}

void
task_run_ready(void)
{
	usec_t now = clock_coarse();

	stall_watch(now);
	for (int i = 0; i < TURN_SWITCHES && !list_empty(&ready_tasks); i++) {
		struct list *first = ready_tasks.next;

		list_del(first);
		now = run(list_entry(first, struct task, ready), now);
	}
}

void
task_expire(usec_t now)
{
	struct deadline *d;

	while ((d = deadline_first()) && d->at <= now)
		settle(list_entry(d, struct task, deadline), -ETIMEDOUT);
}

void
task_end_turn(void)
{
	while (!list_empty(&yielded_tasks)) {
		struct list *first = yielded_tasks.next;

		list_del(first);
		list_add(&ready_tasks, first);
	}
}

void
task_log_waiting(void)
{
	list_each (&all_tasks, it) {
		const struct task *t = list_entry(it, struct task, all);

		log_error("task %s waits for %s", t->name, t->waits_for);
	}
}
