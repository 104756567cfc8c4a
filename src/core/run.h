/*
 * run.h: a container's process from its start to its end: what is started, who watches it, what is recorded when it ends, and
 * whether it is started again.
 */
#pragma once

#include "core/container.h"

#define RUN_NOT_TRIED \
	128 /* exit code after a start that failed before there was a program to start */

/* With the lease held. On failure the record shows why, as after a failed start in the Engine. */
int run_start(struct container *c, struct error *e) SUSPENDS;

/* The log and the console exist from when somebody first asks for them; with the log driver "none" there is no log. */
void run_prepare_journal(struct container *c);
void run_prepare_console(struct container *c);

/* What an exec in this container starts with: its environment. */
char **run_environment(struct container *c, struct arena *arena, char *const *more, bool tty);
