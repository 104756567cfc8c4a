/*
 * fiber.h: stacks, and the switch between them.  Internal to task/; it knows nothing of tasks,
 * waiting or libuv.
 *
 * A fiber is a function on a stack of its own.  Only the loop resumes fibers, and a fiber only ever
 * suspends to the loop. makecontext(3) gets onto a new stack once; from then on _setjmp and
 * _longjmp switch, which make no system call.  A stack whose function has returned waits in a cache
 * for the next one, entry frame and all; the cache is bounded so that a burst of tasks does not
 * leave its peak behind.
 *
 * AddressSanitizer, ThreadSanitizer and Valgrind are told about every switch.
 */
#pragma once

#include <stdbool.h>

struct fiber;

/* A fiber that calls fn(arg) when it is first resumed. Without memory for a stack the program ends.
 */
struct fiber *fiber_new(void (*fn)(void *arg), void *arg);

/* Runs the fiber until it suspends (true) or its function returns (false; then the fiber is gone).
 */
bool fiber_resume(struct fiber *f);

/* From within a fiber: back to who resumed it. */
void fiber_suspend(void);

/* Unmaps the cached stacks. */
void fiber_trim(void);
