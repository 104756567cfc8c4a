#include "task/cond.h"

#include "task/scheduler.h"

struct waiter {
	struct list node;
	struct task *task;
};

void
cond_init(struct cond *c)
{
	list_init(&c->waiters);
}

int
cond_wait(struct cond *c, usec_t until)
{
	struct waiter w = {.task = task_self()};
	int r;

	list_add(&c->waiters, &w.node);
	r = task_wait(until, "a change of state");
	list_del(&w.node);
	return r;
}

/* A waiter that has timed out or was cancelled is passed over, so the signal is not lost on it. */
void
cond_signal(struct cond *c)
{
	list_each (&c->waiters, it)
		if (task_wake(list_entry(it, struct waiter, node)->task))
			return;
}

void
cond_broadcast(struct cond *c)
{
	list_each (&c->waiters, it)
		task_wake(list_entry(it, struct waiter, node)->task);
}
