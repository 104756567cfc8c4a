/*
 * scheduler.h: what the files of task/ share and nobody else includes.
 *
 * task.c owns the tasks and says which are ready; loop.c owns libuv's loop and decides when to run
 * them.  A turn of the loop runs what is ready, polls once, then wakes those whose deadline has
 * passed.  libuv's callbacks only make tasks ready: no task ever runs in the middle of a batch of
 * events.
 *
 * A wait is settled exactly once, by the first of task_wake, deadline and cancel, except that a
 * cancel replaces a time-out that the task has not seen yet.
 */
#pragma once

#include "base/time.h"
#include "task/task.h"

#include <uv.h>

/* Suspends the current task until it is woken (0), `until` (-ETIMEDOUT) or a cancel (-ECANCELED). A
 * deadline in the past still lets one poll go by, so readiness wins over it. `what` is a literal,
 * for logs and debuggers. */
int task_wait(usec_t until, const char *what) SUSPENDS;

/* Ends the task's wait with 0. False if it was not waiting any more: then somebody else should have
 * the event. */
bool task_wake(struct task *task);

/* For the loop. */
bool task_any_ready(void);
void task_run_ready(void);    /* a bounded number of tasks */
void task_expire(usec_t now); /* wakes whose deadline has come */
void task_end_turn(void);     /* makes those ready that yielded */
void task_log_waiting(void);  /* one line for each task */

uv_loop_t *loop_uv(void); /* bug outside task_run */

/* While held, work goes on elsewhere that takes real time: a virtual clock stands still. */
void loop_hold(void);
void loop_release(void);

usec_t clock_coarse(void); /* real time, to a few ms, cheaply */
void clock_set_virtual(bool on);
bool clock_is_virtual(void);
void clock_advance(usec_t to);

void signal_close(void); /* ends the watching of signals; for the loop's end */
