/*
 * child.h: child processes and signals to ourselves.
 *
 * A child object that is dropped kills (SIGKILL) and reaps its process.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "base/time.h"
#include "task/task.h"

#include <sys/types.h>

struct child;

struct child_spec {
	const char *file; /* absolute path */
	char *const *argv;
	char *const *envp; /* NULL: ours */
	const int *fds;    /* fds[i] becomes descriptor i; -1 is /dev/null; all others are closed */
	size_t n_fds;
	bool new_session;
};

/* The program runs when this returns. The descriptors must stay open until then. */
int child_spawn(const struct child_spec *spec, struct child **ret, struct error *e) SUSPENDS;
pid_t child_pid(const struct child *c);
int child_kill(struct child *c, int signo); /* -ESRCH once it has ended */
/* The wait status (see wait(2)); may be called again. Any number of tasks may wait. */
int child_wait(struct child *c, usec_t until, int *ret_status) SUSPENDS;
void child_free(struct child *c) SUSPENDS;
SCOPED(child, child_free)

/* Waits for one of the signals in the zero-terminated list and returns it, or -errno. They are
 * blocked from their default action from the first call on. */
int signal_wait(const int *signals, usec_t until) SUSPENDS;
