#include "net/relay.h"

#include "base/alloc.h"
#include "task/clock.h"
#include "task/cond.h"

#include <errno.h>

#define CHUNK (256 * 1024)
/* How often it is seen whether one that half-closed has closed since. */
#define PRESENCE_CHECK (30 * USEC_PER_SEC)
#define LAST_CHECK USEC_PER_SEC /* once b has ended */

struct direction {
	struct stream *from, *to;
	struct cond *changed; /* one of the two is over */
	unsigned long turns;  /* how often something was passed on */
	bool over;
	int read_error, write_error;
};

static void
pass_on(struct direction *d)
{
	scoped_free char *chunk = xmalloc(CHUNK);
	ssize_t n;

	while ((n = stream_read(d->from, chunk, CHUNK, USEC_INFINITY)) > 0) {
		d->write_error = stream_write(d->to, chunk, (size_t)n, USEC_INFINITY);
		if (d->write_error < 0)
			return;
		d->turns++;
	}
	d->read_error = (int)n;
	if (n == 0)
		stream_shutdown(d->to, USEC_INFINITY);
}

static void
run(void *arg)
{
	struct direction *d = arg;

	pass_on(d);
	d->over = true;
	cond_broadcast(d->changed);
}

/* What it sends has ended, and it takes nothing any more. */
static bool
is_gone(const struct direction *d)
{
	return d->over && stream_closed(d->from);
}

static bool
goes_on(const struct direction *forth, const struct direction *back)
{
	if (forth->read_error < 0 || back->read_error < 0 || back->write_error < 0)
		return false;
	if (is_gone(forth) || is_gone(back))
		return false;
	return !forth->over || !back->over;
}

/* Waits for a change; false if there is nothing to wait for any more. */
static bool
await(const struct direction *forth, const struct direction *back)
{
	unsigned long turns = forth->turns;
	usec_t until = back->over ? clock_after(RELAY_PATIENCE) : USEC_INFINITY;
	usec_t look = back->over ? LAST_CHECK : PRESENCE_CHECK;
	int r;

	do
		r = cond_wait(forth->changed, clock_after(look));
	while (r == -ETIMEDOUT && clock_now() < until && !is_gone(forth) && !is_gone(back));
	return r == 0 || (r == -ETIMEDOUT && forth->turns != turns);
}

void
stream_relay(struct stream *a, struct stream *b)
{
	scoped(task_group) *group = task_group_new();
	struct cond changed;
	struct direction forth = {.from = a, .to = b, .changed = &changed};
	struct direction back = {.from = b, .to = a, .changed = &changed};

	cond_init(&changed);
	task_spawn(group, "relay", run, &forth);
	task_spawn(group, "relay", run, &back);
	while (goes_on(&forth, &back) && await(&forth, &back))
		;
}
