#include "task/deadline.h"

#include "base/alloc.h"
#include "base/error.h"

#include <stdlib.h>

/* A binary heap in heap[1 … n]; the parent of slot i is i / 2. */
static struct {
	struct deadline **heap;
	size_t n, capacity;
	uint64_t order;
} set;

static bool
before(const struct deadline *a, const struct deadline *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void
put(size_t slot, struct deadline *d)
{
	set.heap[slot] = d;
	d->slot = slot;
}

static void
sift_up(size_t slot, struct deadline *d)
{
	for (; slot > 1 && before(d, set.heap[slot / 2]); slot /= 2)
		put(slot, set.heap[slot / 2]);
	put(slot, d);
}

static void
sift_down(size_t slot, struct deadline *d)
{
	for (;;) {
		size_t child = slot * 2;

		if (child < set.n && before(set.heap[child + 1], set.heap[child]))
			child++;
		if (child > set.n || !before(set.heap[child], d))
			break;
		put(slot, set.heap[child]);
		slot = child;
	}
	put(slot, d);
}

void
deadline_add(struct deadline *d, usec_t at)
{
	bug_if(d->slot);
	if (set.n + 1 >= set.capacity) {
		set.capacity = set.capacity ? set.capacity * 2 : 64;
		set.heap = xrealloc(set.heap, set.capacity * sizeof(struct deadline *));
	}
	d->at = at;
	d->order = set.order++;
	sift_up(++set.n, d);
}

void
deadline_remove(struct deadline *d)
{
	struct deadline *last;
	size_t slot = d->slot;

	if (!slot)
		return;
	d->slot = 0;
	last = set.heap[set.n--];
	if (last == d)
		return;
	if (before(last, d))
		sift_up(slot, last);
	else
		sift_down(slot, last);
}

struct deadline *
deadline_first(void)
{
	return set.n ? set.heap[1] : NULL;
}

void
deadline_trim(void)
{
	bug_if(set.n);
	free(set.heap);
	set.heap = NULL;
	set.capacity = 0;
}
