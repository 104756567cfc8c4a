/*
 * cond.h: waiting for a change of state.
 *
 * As there is one thread, no lock goes with it; the idiom is
 *
 *	while (!ready)
 *		if ((r = cond_wait(&c, until)) < 0)
 *			return r;
 *
 * A cond is plain data inside its owner, who must not free it while somebody waits.
 */
#pragma once

#include "base/list.h"
#include "base/time.h"
#include "task/task.h"

struct cond {
	struct list waiters;
};

void cond_init(struct cond *c);
int cond_wait(struct cond *c, usec_t until) SUSPENDS;
void cond_signal(struct cond *c); /* wakes the one that waits longest */
void cond_broadcast(struct cond *c);

/* A bounded queue of pointers with back-pressure. Whoever owns the items drains it before the end.
 */
struct queue;
struct queue *queue_new(size_t capacity);
void queue_free(struct queue *q);
SCOPED(queue, queue_free)
/* -EPIPE once closed. */
int queue_put(struct queue *q, void *item, usec_t until) SUSPENDS;
/* -EPIPE once closed and empty. */
int queue_get(struct queue *q, void **ret, usec_t until) SUSPENDS;
void queue_close(struct queue *q);
