/*
 * task.h: stackful coroutines on one libuv loop thread.
 *
 * A task runs until it waits; between two waits nothing else runs, so state that belongs to the
 * loop thread needs no locks.  Every wait takes a deadline (a point of clock_now(),
 * USEC_INFINITY for none) and ends with 0 or
 *
 *	-ECANCELED   the task was cancelled; every later wait returns it too
 *	-ETIMEDOUT   the deadline passed; a cancel outranks it
 *
 * A task belongs to a group.  The group's end cancels and joins what is left in it; nobody
 * detaches.  Clean-up that must wait although the task is cancelled runs between task_shield()
 * and task_unshield().
 *
 * A stack is 256 KiB of address space with a guard page; only touched pages cost.  At most
 * TASK_IDLE_STACKS stay mapped without a task.  Nothing here may be called from another thread.
 *
 * A task that holds the loop for over 50 ms (TASK_STALL) is named in the log and counted; tests
 * assert that task_stalls() is 0.  Waiting for a processor does not count; sanitizers stretch the
 * limit tenfold, Valgrind a hundredfold.
 *
 * While the loop runs, SIGPIPE is ignored.
 */
#pragma once

#include "base/attr.h"
#include "base/scope.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>

#define TASK_STACK_SIZE (256 * 1024)
#define TASK_IDLE_STACKS 256
#define TASK_STALL (50 * USEC_PER_MSEC)

struct task;
struct task_group;
typedef void (*task_fn)(void *arg);

/* Runs the loop with one first task; returns that task's result when all is done. Once per
 * process at a time. */
int task_run(int (*fn)(void *arg), void *arg);

/* The same on a virtual clock: whenever every task waits and nothing is ready, time jumps to the
 * next deadline. */
int task_run_virtual(int (*fn)(void *arg), void *arg);

struct task_group *task_group_new(void);
/* Cancels and joins whatever is left; then frees. Shielded. */
void task_group_end(struct task_group *group) SUSPENDS;
SCOPED(task_group, task_group_end)
/* Cancels those in it, and those that are spawned into it from now on. */
void task_group_cancel(struct task_group *group);
int task_group_join(struct task_group *group, usec_t until) SUSPENDS; /* waits until it is empty */
size_t task_group_size(const struct task_group *group);

/* Starts fn(arg) in group at the next turn of the loop. The name (a literal) appears in logs and
 * in gdb. The returned task is valid until fn returns. */
struct task *task_spawn(struct task_group *group, const char *name, task_fn fn, void *arg);

void task_cancel(struct task *task);
bool task_cancelled(void); /* the current one; false while shielded */
void task_shield(void);    /* nests */
void task_unshield(void);
struct task *task_self(void); /* NULL outside a task */
const char *task_name(const struct task *task);

int task_yield(void) SUSPENDS;
int task_sleep(usec_t duration) SUSPENDS;
int task_sleep_until(usec_t until) SUSPENDS;

size_t task_count(void);
unsigned long task_stalls(void);
