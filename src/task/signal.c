#include "base/alloc.h"
#include "base/error.h"
#include "task/child.h"
#include "task/cond.h"
#include "task/scheduler.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

/*
 * Through libuv's handlers rather than signalfd(2): that would need the signals blocked in every
 * thread, and the pool's threads may have started before.  A signal that comes while nobody waits
 * stays pending, as the kernel's do.
 */

struct signal_watch {
	uv_signal_t handle;
	bool pending;
};

static struct signal_watch *watches[NSIG];
static struct cond arrived = {{&arrived.waiters, &arrived.waiters}};

static void
on_signal(uv_signal_t *handle, int signo)
{
	struct signal_watch *watch = handle->data;

	(void)signo;
	watch->pending = true;
	cond_broadcast(&arrived);
}

static void
free_watch(uv_handle_t *handle)
{
	free(handle->data);
}

static int
watch_signal(int signo)
{
	struct signal_watch *watch;
	int r;

	if (signo < 1 || signo >= NSIG)
		return -EINVAL;
	if (watches[signo])
		return 0;
	watch = NEW(signal_watch);
	uv_signal_init(loop_uv(), &watch->handle);
	watch->handle.data = watch;
	r = uv_signal_start(&watch->handle, on_signal, signo);
	if (r < 0) {
		uv_close((uv_handle_t *)&watch->handle, free_watch);
		return r;
	}
	watches[signo] = watch;
	return 0;
}

static int
take_pending(const int *signals)
{
	for (; *signals; signals++) {
		if (!watches[*signals]->pending)
			continue;
		watches[*signals]->pending = false;
		return *signals;
	}
	return 0;
}

int
signal_wait(const int *signals, usec_t until)
{
	int r;

	for (const int *signo = signals; *signo; signo++) {
		r = watch_signal(*signo);
		if (r < 0)
			return r;
	}
	while ((r = take_pending(signals)) == 0) {
		r = cond_wait(&arrived, until);
		if (r < 0)
			return r;
	}
	return r;
}

void
signal_close(void)
{
	for (int signo = 1; signo < NSIG; signo++) {
		if (!watches[signo])
			continue;
		uv_close((uv_handle_t *)&watches[signo]->handle, free_watch);
		watches[signo] = NULL;
	}
}
