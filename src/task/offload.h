/*
 * offload.h: blocking or long work on libuv's thread pool.
 *
 * fn sees only what arg points to, calls nothing of this room, and always runs to its end: the
 * wait for it is shielded, so arg may live on the caller's stack.  Returns what fn returned, or
 * -ECANCELED if the task was cancelled before fn began (then fn did not run).
 */
#pragma once

#include "task/task.h"

int task_offload(int (*fn)(void *arg), void *arg) SUSPENDS;
