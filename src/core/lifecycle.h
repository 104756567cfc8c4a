/*
 * lifecycle.h: what can be done with a container. Each function takes the lease it needs, moves the
 * state, saves, and emits the events of the Engine in the Engine's order (kill → die → stop →
 * destroy; die before waiters are released).
 */
#pragma once

#include "core/container.h"

int lifecycle_create(struct core *core, const char *name,
	const struct container_create_request *request, struct container **ret,
	char ***ret_warnings, struct error *e) SUSPENDS;
int lifecycle_start(struct container *c, struct error *e) SUSPENDS; /* NOT_MODIFIED if it runs */
/* seconds < 0: wait forever; INT_MIN: the container's own stop timeout. signal NULL: the
 * container's own. */
int lifecycle_stop(struct container *c, const char *signal, int seconds, struct error *e) SUSPENDS;
int lifecycle_restart(struct container *c, const char *signal, int seconds, struct error *e)
	SUSPENDS;
int lifecycle_kill(struct container *c, const char *signal, struct error *e) SUSPENDS;
int lifecycle_pause(struct container *c, bool pause, struct error *e) SUSPENDS;
int lifecycle_resize(struct container *c, unsigned rows, unsigned columns, struct error *e)
	SUSPENDS;
/* `warnings` (strv): what cannot be honoured here. */
int lifecycle_update(struct container *c, const struct container_update_request *request,
	char ***warnings, struct error *e) SUSPENDS;
int lifecycle_rename(struct container *c, const char *name, struct error *e) SUSPENDS;
int lifecycle_remove(struct container *c, bool force, bool volumes, struct error *e) SUSPENDS;

enum wait_condition { WAIT_NOT_RUNNING, WAIT_NEXT_EXIT, WAIT_REMOVED };
/* Where the wait stands before anything is awaited; taken in the same turn in which the headers go
 * out. */
struct wait_point {
	enum wait_condition condition;
	unsigned long exits;
};
int wait_parse(const char *condition, struct container *c, struct wait_point *ret, struct error *e);
int lifecycle_wait(struct container *c, const struct wait_point *at, int *ret_exit_code,
	const char **ret_error) SUSPENDS;

/* At start-up: containers that the record shows running are marked exited with an honest reason, or
 * started again by their restart policy. */
int lifecycle_recover(struct core *core, struct error *e) SUSPENDS;
/* At shutdown: stops what runs, within the deadline. */
void lifecycle_stop_all(struct core *core, usec_t until) SUSPENDS;
