#include "base/alloc.h"
#include "base/error.h"
#include "task/cond.h"

#include <errno.h>
#include <stdlib.h>

struct queue {
	void **ring;
	size_t capacity, head, n;
	bool closed;
	struct cond not_full, not_empty;
};

struct queue *
queue_new(size_t capacity)
{
	struct queue *q = NEW(queue);

	bug_if(capacity == 0);
	q->ring = xcalloc(capacity, sizeof(void *));
	q->capacity = capacity;
	cond_init(&q->not_full);
	cond_init(&q->not_empty);
	return q;
}

void
queue_free(struct queue *q)
{
	bug_if(!list_empty(&q->not_full.waiters) || !list_empty(&q->not_empty.waiters));
	free(q->ring);
	free(q);
}

int
queue_put(struct queue *q, void *item, usec_t until)
{
	while (q->n == q->capacity && !q->closed) {
		int r = cond_wait(&q->not_full, until);

		if (r < 0)
			return r;
	}
	if (q->closed)
		return -EPIPE;
	q->ring[(q->head + q->n++) % q->capacity] = item;
	cond_signal(&q->not_empty);
	return 0;
}

int
queue_get(struct queue *q, void **ret, usec_t until)
{
	while (q->n == 0) {
		int r;

		if (q->closed)
			return -EPIPE;
		r = cond_wait(&q->not_empty, until);
		if (r < 0)
			return r;
	}
	*ret = q->ring[q->head];
	q->head = (q->head + 1) % q->capacity;
	q->n--;
	cond_signal(&q->not_full);
	return 0;
}

void
queue_close(struct queue *q)
{
	q->closed = true;
	cond_broadcast(&q->not_full);
	cond_broadcast(&q->not_empty);
}
