#include "base/error.h"
#include "task/clock.h"
#include "task/deadline.h"
#include "task/fiber.h"
#include "task/scheduler.h"

#include <signal.h>

static struct {
	bool running;
	uv_loop_t uv;
	uv_timer_t timer;
	usec_t armed; /* when the timer fires; USEC_INFINITY: it is off */
	unsigned holds;
} loop;

uv_loop_t *
loop_uv(void)
{
	bug_if(!loop.running);
	return &loop.uv;
}

void
loop_hold(void)
{
	loop.holds++;
}

void
loop_release(void)
{
	bug_if(loop.holds == 0);
	loop.holds--;
}

/* libuv runs due timers first and then polls, without an end if no other timer is left; stopping
 * makes it not block. */
static void
timer_fired(uv_timer_t *timer)
{
	loop.armed = USEC_INFINITY;
	uv_stop(timer->loop);
}

/* Deadlines are mostly taken back long before they come (each request has one), so the timer is
 * only ever moved forwards in time; one that fires too early costs a turn. */
static void
arm_timer(void)
{
	const struct deadline *first = deadline_first();
	uint64_t at_ms, now_ms = uv_now(&loop.uv);

	if (!first || first->at >= loop.armed)
		return;
	loop.armed = first->at;
	at_ms = first->at / USEC_PER_MSEC + (first->at % USEC_PER_MSEC != 0);
	uv_timer_start(&loop.timer, timer_fired, at_ms > now_ms ? at_ms - now_ms : 0, 0);
}

/* Blocks until something happens. If nothing can, the tasks wait for each other, which is a bug. */
static void
poll_blocking(void)
{
	bool deadlock = !uv_loop_alive(&loop.uv);

	if (deadlock)
		task_log_waiting();
	bug_if(deadlock);
	uv_run(&loop.uv, UV_RUN_ONCE);
}

static void
poll_virtual(void)
{
	const struct deadline *first;

	uv_run(&loop.uv, UV_RUN_NOWAIT);
	if (task_any_ready())
		return;
	first = deadline_first();
	if (!first || loop.holds > 0)
		poll_blocking();
	else if (first->at > clock_now())
		clock_advance(first->at);
}

static void
turn(void)
{
	task_run_ready();
	if (task_any_ready() || task_count() == 0) {
		uv_run(&loop.uv, UV_RUN_NOWAIT);
	} else if (clock_is_virtual()) {
		poll_virtual();
	} else {
		arm_timer();
		poll_blocking();
	}
	if (deadline_first())
		task_expire(clock_now());
	task_end_turn();
}

static void
open_loop(void)
{
	bug_if(loop.running);
	bug_if(uv_loop_init(&loop.uv) < 0);
	uv_timer_init(&loop.uv, &loop.timer);
	loop.armed = USEC_INFINITY;
	loop.running = true;
}

static void
must_be_closing(uv_handle_t *handle, void *arg)
{
	(void)arg;
	bug_if(!uv_is_closing(handle));
}

static void
close_loop(void)
{
	signal_close();
	uv_close((uv_handle_t *)&loop.timer, NULL);
	uv_walk(&loop.uv, must_be_closing, NULL);
	uv_run(&loop.uv, UV_RUN_DEFAULT);
	bug_if(uv_loop_close(&loop.uv) < 0);
	fiber_trim();
	deadline_trim();
	loop.running = false;
}

struct first_task {
	int (*fn)(void *arg);
	void *arg;
	int result;
};

static void
run_first(void *arg)
{
	struct first_task *first = arg;

	first->result = first->fn(first->arg);
}

/* A peer that is gone is an errno to us, never a signal: pipes have no MSG_NOSIGNAL. */
static int
run(int (*fn)(void *arg), void *arg)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	struct first_task first = {fn, arg, 0};
	struct task_group *group = task_group_new();

	open_loop();
	sigaction(SIGPIPE, &ignore, &before);
	task_spawn(group, "main", run_first, &first);
	while (task_count() > 0)
		turn();
	task_group_end(group);
	sigaction(SIGPIPE, &before, NULL);
	close_loop();
	return first.result;
}

int
task_run(int (*fn)(void *arg), void *arg)
{
	return run(fn, arg);
}

int
task_run_virtual(int (*fn)(void *arg), void *arg)
{
	int r;

	clock_set_virtual(true);
	r = run(fn, arg);
	clock_set_virtual(false);
	return r;
}
