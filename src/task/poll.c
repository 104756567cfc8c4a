#include "task/poll.h"

#include "base/alloc.h"
#include "base/error.h"
#include "task/scheduler.h"

#include <errno.h>
#include <stdlib.h>

/*
 * Changing what libuv watches costs two epoll_ctl calls, so it stays as it is after an event, in
 * the expectation that the same will be waited for again: a connection that serves request after
 * request costs none.  As epoll is level-triggered, an event nobody wants would come back at once
 * for ever; the first such event ends its watching.
 *
 * The peer's hang-up is watched along with reading from the start, since most of those who read ask
 * for it later.
 *
 * Regular files cannot be watched and are always ready: an idle handle stands in, which runs at
 * each turn of the loop.
 */

_Static_assert(
	POLL_READ == (int)UV_READABLE && POLL_WRITE == (int)UV_WRITABLE, "events are passed on");

struct waiter {
	struct task *task;
	int result; /* the ready set, or -errno */
};

struct watch {
	void (*fn)(void *arg);
	void *arg;
};

struct poll {
	union {
		uv_handle_t any;
		uv_poll_t poll;
		uv_idle_t idle;
	} handle;
	bool always_ready; /* the handle is idle */
	int armed;         /* what libuv watches, UV_READABLE | UV_WRITABLE | UV_DISCONNECT */
	struct waiter *reader, *writer;
	struct watch readable, hangup;
};

static void on_poll(uv_poll_t *handle, int status, int events);
static void on_idle(uv_idle_t *handle);

static void
set_armed(struct poll *p, int events)
{
	p->armed = events;
	if (p->always_ready) {
		if (events)
			uv_idle_start(&p->handle.idle, on_idle);
		else
			uv_idle_stop(&p->handle.idle);
	} else if (events) {
		uv_poll_start(&p->handle.poll, events, on_poll);
	} else {
		uv_poll_stop(&p->handle.poll);
	}
}

static void
arm(struct poll *p, int events)
{
	if ((p->armed & events) == events)
		return;
	if (p->always_ready)
		events &= UV_READABLE | UV_WRITABLE;
	else if (events & UV_READABLE)
		events |= UV_DISCONNECT;
	set_armed(p, p->armed | events);
}

static void
hand_over(struct waiter **slot, int result)
{
	struct waiter *w = *slot;

	*slot = NULL;
	w->result = result < 0 ? result : w->result | result;
	task_wake(w->task);
}

static void
fire(struct watch *watch)
{
	struct watch once = *watch;

	watch->fn = NULL;
	once.fn(once.arg);
}

/* The functions come last: they may close p, which takes them back and frees p only at the end
 * of the turn. */
static void
deliver(struct poll *p, int events)
{
	bool readable = (events & UV_READABLE) && p->readable.fn;
	bool hangup = (events & UV_DISCONNECT) && p->hangup.fn;
	bool taken = readable || hangup;

	if ((events & UV_READABLE) && p->reader) {
		hand_over(&p->reader, POLL_READ);
		taken = true;
	}
	if ((events & UV_WRITABLE) && p->writer) {
		hand_over(&p->writer, POLL_WRITE);
		taken = true;
	}
	if (!taken && p->armed)
		set_armed(p, p->armed & ~events);
	if (readable)
		fire(&p->readable);
	if (hangup && p->hangup.fn)
		fire(&p->hangup);
}

/* An error is told once, after which libuv watches nothing; it counts as everything being ready. */
static void
on_poll(uv_poll_t *handle, int status, int events)
{
	struct poll *p = handle->data;

	if (status < 0) {
		p->armed = 0;
		events = UV_READABLE | UV_WRITABLE | UV_DISCONNECT;
	}
	deliver(p, events);
}

static void
on_idle(uv_idle_t *handle)
{
	struct poll *p = handle->data;
	int events = p->armed;

	set_armed(p, 0);
	deliver(p, events);
}

int
poll_open(int fd, struct poll **ret)
{
	struct poll *p = NEW(poll);
	int r = uv_poll_init(loop_uv(), &p->handle.poll, fd);

	if (r == UV_EPERM) {
		p->always_ready = true;
		r = uv_idle_init(loop_uv(), &p->handle.idle);
	}
	if (r < 0) {
		free(p);
		return r;
	}
	p->handle.any.data = p;
	*ret = p;
	return 0;
}

static void
free_poll(uv_handle_t *handle)
{
	free(handle->data);
}

void
poll_close(struct poll *p)
{
	if (p->reader)
		hand_over(&p->reader, -ECANCELED);
	if (p->writer)
		hand_over(&p->writer, -ECANCELED);
	p->readable.fn = NULL;
	p->hangup.fn = NULL;
	p->armed = 0;
	uv_close(&p->handle.any, free_poll);
}

static void
leave(struct waiter **slot, const struct waiter *w)
{
	if (*slot == w)
		*slot = NULL;
}

int
poll_wait(struct poll *p, int events, usec_t until)
{
	struct waiter w = {.task = task_self()};
	int r;

	bug_if((events & POLL_READ && p->reader) || (events & POLL_WRITE && p->writer));
	if (events & POLL_READ)
		p->reader = &w;
	if (events & POLL_WRITE)
		p->writer = &w;
	arm(p, events);
	r = task_wait(until, "a descriptor");
	if (w.result < 0)
		return w.result; /* p is gone */
	leave(&p->reader, &w);
	leave(&p->writer, &w);
	return r < 0 ? r : w.result;
}

void
poll_notify(struct poll *p, void (*fn)(void *arg), void *arg)
{
	p->readable = (struct watch){fn, arg};
	if (fn)
		arm(p, UV_READABLE);
}

void
poll_notify_hangup(struct poll *p, void (*fn)(void *arg), void *arg)
{
	p->hangup = (struct watch){fn, arg};
	if (fn)
		arm(p, UV_DISCONNECT);
}
