/*
 * stall.h: who held the loop for too long.  Internal to task/.
 *
 * Time is real, and what the thread spent waiting for a processor is taken off: a task is not to
 * blame for the neighbours on a busy machine.
 */
#pragma once

#include "base/time.h"

/* Call at least before each stretch; cheap. */
void stall_watch(usec_t now);

/* The task ran for so long; logs and counts it if that was too much. */
void stall_check(const char *name, usec_t held);
