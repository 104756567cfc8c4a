#include "core/lifecycle.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "core/console.h"
#include "core/core.h"
#include "core/events.h"
#include "core/list.h"
#include "core/mounts.h"
#include "core/network.h"
#include "core/run.h"
#include "docker/signame.h"
#include "docker/stdmsg.h"
#include "task/clock.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

#define STOP_SECONDS 10                  /* the Engine's default */
#define KILL_TIMEOUT (30 * USEC_PER_SEC) /* for a killed container to be gone */
#define OUTPUT_GRACE (2 * USEC_PER_SEC)  /* for clients to take a killed container's output */

/* -- start -------------------------------------------------------------------------------------- */

static int
start_leased(struct container *c, struct error *e)
{
	scoped_lease lease = {0};
	int r = lease_take(c, "start", &lease);

	if (r < 0)
		return error_errno(e, r, "start");
	if (c->removed)
		return no_such_container(e, c->id);
	if (c->state == CONTAINER_PAUSED)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"cannot start a paused container, try unpause instead");
	if (c->state == CONTAINER_RUNNING)
		return error_set(e, ERROR_NOT_MODIFIED, -EALREADY, "it runs");
	if (c->state == CONTAINER_REMOVING || c->state == CONTAINER_DEAD)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"container is marked for removal and cannot be started");
	c->stop_requested = false;
	c->restart_count = 0;
	c->restart_delay = 0;
	return run_start(c, e);
}

int
lifecycle_start(struct container *c, struct error *e)
{
	scoped_error local = {0};
	int r = start_leased(c, &local);

	/* One that is to be removed when it ends is removed when it cannot start, too. */
	if (r < 0 && c->host_config->auto_remove && !c->removed && !container_running(c))
		lifecycle_remove(c, false, true, NULL);
	if (r < 0)
		error_move(e, &local);
	return r;
}

/* -- stop and kill ------------------------------------------------------------------------------- */

/* Waits for the running process's end. -ETIMEDOUT when it does not come. */
static int
await_exit(struct container *c, unsigned long exits, usec_t until)
{
	while (c->exits == exits && container_running(c)) {
		int r = cond_wait(&c->changed, until);

		if (r < 0)
			return r;
	}
	return 0;
}

static int
resume(struct container *c, struct error *e)
{
	const struct backend *b = &c->core->backend;
	scoped_error why = {0};
	int r;

	if (c->state != CONTAINER_PAUSED)
		return 0;
	r = b->ops->pause(b->self, c, false, &why);
	if (r == -ESRCH)
		return 0; /* the signal has ended it already */
	if (r < 0)
		error_move(e, &why);
	else if (c->state == CONTAINER_PAUSED)
		container_set_state(c, CONTAINER_RUNNING);
	return r;
}

/* Signals the container and says so; a paused one is resumed, so that it can obey. */
static int
send_signal(struct container *c, int signo, struct error *e)
{
	char text[16];
	int r;

	if (!container_running(c) || !c->process)
		return container_not_running(e, c->id);
	r = process_signal(c->process, signo, e);
	if (r < 0)
		return r;
	str_format(text, sizeof(text), "%d", signo);
	events_container(c, "kill", (const char *[]){"signal", text, NULL});
	return resume(c, e);
}

/* A container has ended when its output is delivered: who does not take it must not keep a killed one alive. */
static int
await_killed(struct container *c, unsigned long exits, usec_t until)
{
	int r = -ETIMEDOUT;

	while (r == -ETIMEDOUT && clock_now() < until) {
		usec_t grace = clock_after(OUTPUT_GRACE);

		r = await_exit(c, exits, grace < until ? grace : until);
		if (r == -ETIMEDOUT && c->console)
			console_cut(c->console);
	}
	return r;
}

/* One that ended by itself in the meantime is waited for, too. -ETIMEDOUT, without a message, when it does not end until then.
 */
static int
signal_and_wait(struct container *c, int signo, usec_t until, struct error *e)
{
	scoped_error why = {0};
	unsigned long exits = c->exits;
	int r = send_signal(c, signo, &why);

	if (r >= 0 || r == -ESRCH)
		return signo == SIGKILL ? await_killed(c, exits, until)
					: await_exit(c, exits, until);
	if (r != -ETIMEDOUT)
		error_move(e, &why);
	return r;
}

static int
kill_and_wait(struct container *c, struct error *e)
{
	int r = signal_and_wait(c, SIGKILL, clock_after(KILL_TIMEOUT), e);

	if (r == -ETIMEDOUT)
		return error_set(e, ERROR_INTERNAL, r,
			"tried to kill container, but did not receive an exit event");
	return r;
}

static int
stop_signal(const struct container *c, const char *signal, int *ret, struct error *e)
{
	return signame_parse(str_or(signal, str_or(c->config->stop_signal, "SIGTERM")), ret, e);
}

static usec_t
stop_deadline(const struct container *c, int seconds)
{
	if (seconds == INT_MIN)
		seconds = c->config->stop_timeout ? (int)*c->config->stop_timeout : STOP_SECONDS;
	return seconds < 0 ? USEC_INFINITY : clock_after((usec_t)(unsigned)seconds * USEC_PER_SEC);
}

static int
stop_running(struct container *c, const char *signal, int seconds, struct error *e)
{
	usec_t until = stop_deadline(c, seconds);
	int signo = 0, r;

	r = stop_signal(c, signal, &signo, e);
	if (r < 0)
		return r;
	c->stop_requested = true;
	r = signal_and_wait(c, signo, until, e);
	if (r == -ETIMEDOUT)
		r = kill_and_wait(c, e);
	if (r < 0)
		return error_wrap(e, r, "cannot stop container: %s", c->id);
	events_container(c, "stop", NULL);
	return 0;
}

/* Between two runs: it is enough that nothing starts again. When this returns it may have begun to, and run. */
static int
stop_restarting(struct container *c)
{
	int r = 0;

	while (c->state == CONTAINER_RESTARTING && r == 0) {
		c->stop_requested = true;
		cond_broadcast(&c->changed);
		r = cond_wait(&c->changed, USEC_INFINITY);
	}
	return r;
}

int
lifecycle_stop(struct container *c, const char *signal, int seconds, struct error *e)
{
	bool restarting = c->state == CONTAINER_RESTARTING;
	int r = stop_restarting(c);

	if (r < 0)
		return error_errno(e, r, "stop");
	if (container_running(c))
		return stop_running(c, signal, seconds, e);
	return restarting ? 0 : error_set(e, ERROR_NOT_MODIFIED, -EALREADY, "it does not run");
}

int
lifecycle_restart(struct container *c, const char *signal, int seconds, struct error *e)
{
	scoped_lease lease = {0};
	int r = lease_take(c, "restart", &lease);

	if (r < 0)
		return error_errno(e, r, "restart");
	if (c->removed)
		return no_such_container(e, c->id);
	if (container_running(c))
		r = stop_running(c, signal, seconds, e);
	if (r < 0)
		return r;
	c->stop_requested = false;
	c->restart_delay = 0;
	r = run_start(c, e);
	if (r < 0)
		return error_wrap(e, r, "Cannot restart container %s", c->name);
	events_container(c, "restart", NULL);
	return 0;
}

int
lifecycle_kill(struct container *c, const char *signal, struct error *e)
{
	int signo = SIGKILL, r = 0;

	if (!str_empty(signal))
		r = signame_parse(signal, &signo, e);
	if (r >= 0 && signo == SIGKILL)
		c->stop_requested = true;
	if (r >= 0 && c->state == CONTAINER_RESTARTING)
		r = signo == SIGKILL ? stop_restarting(c) : 0;
	else if (r >= 0 && (signo != SIGKILL || !container_running(c) || !c->process))
		r = send_signal(c, signo, e);
	else if (r >= 0) /* the Engine answers a SIGKILL when the container is gone */
		r = kill_and_wait(c, e);
	return r < 0 ? error_wrap(e, r, "cannot kill container: %s", c->id) : 0;
}

/* -- pause, resize --------------------------------------------------------------------------------- */

int
lifecycle_pause(struct container *c, bool pause, struct error *e)
{
	const struct backend *b = &c->core->backend;
	scoped_lease lease = {0};
	int r = lease_take(c, pause ? "pause" : "unpause", &lease);

	if (r < 0)
		return error_errno(e, r, "pause");
	if (!container_running(c) && pause)
		return container_not_running(e, c->id);
	if (pause && c->state == CONTAINER_PAUSED)
		return error_set(
			e, ERROR_CONFLICT, -EALREADY, "Container %s is already paused", c->id);
	if (!pause && c->state != CONTAINER_PAUSED)
		return error_set(e, ERROR_INTERNAL, -EALREADY, "Container %s is not paused", c->id);
	if (!b->ops->pause)
		return core_missing(c->core, "pause", e);
	r = b->ops->pause(b->self, c, pause, e);
	if (r < 0)
		return error_wrap(
			e, r, "Cannot %s container %s", pause ? "pause" : "unpause", c->id);
	if (container_running(c))
		container_set_state(c, pause ? CONTAINER_PAUSED : CONTAINER_RUNNING);
	events_container(c, pause ? "pause" : "unpause", NULL);
	return container_save(c, e);
}

int
lifecycle_resize(struct container *c, unsigned rows, unsigned columns, struct error *e)
{
	char height[16], width[16];
	int r;

	if (!container_running(c) || !c->process)
		return container_not_running(e, c->id);
	r = process_resize(c->process, rows, columns, e);
	if (r < 0)
		return r;
	str_format(height, sizeof(height), "%u", rows);
	str_format(width, sizeof(width), "%u", columns);
	events_container(c, "resize", (const char *[]){"height", height, "width", width, NULL});
	return 0;
}

/* -- rename ----------------------------------------------------------------------------------------- */

int
lifecycle_rename(struct container *c, const char *name, struct error *e)
{
	const char *old = c->name;
	int r;

	if (*name == '/')
		name++;
	if (!*name)
		return error_set(
			e, ERROR_INVALID, -EINVAL, "Neither old nor new names may be empty");
	if (!id_valid_name(name)) {
		scoped_free char *slashed = xasprintf("/%s", name);

		r = container_name_invalid(e, slashed);
		return error_wrap(e, r, "Error when allocating new name");
	}
	if (str_eq(name, old))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"Renaming a container with the same name as its current name");
	r = container_rename_registered(c, name, e);
	if (r < 0)
		return error_wrap(e, r, "Error when allocating new name");
	r = container_save(c, e);
	if (r < 0) {
		/* Two records with one name could not both be loaded again. */
		container_rename_registered(c, old, NULL);
		return r;
	}
	events_container(
		c, "rename", (const char *[]){"oldName", arena_printf(c->arena, "/%s", old), NULL});
	return 0;
}

/* -- remove ---------------------------------------------------------------------------------------- */

/* One that waits to be restarted counts as running, as in the Engine. */
static bool
is_up(const struct container *c)
{
	return container_running(c) || c->state == CONTAINER_RESTARTING;
}

static int
refuse_running(const struct container *c, struct error *e)
{
	if (c->state == CONTAINER_PAUSED)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"cannot remove container \"/%s\": container is paused and must be unpaused "
			"first",
			c->name);
	return error_set(e, ERROR_CONFLICT, -EBUSY,
		"cannot remove container \"/%s\": container is %s: stop the container before "
		"removing or force "
		"remove",
		c->name, container_state_name(c->state));
}

/* On a full disk not even a record can be deleted: then the files go first, and make room. */
static int
forget(struct container *c, struct error *e)
{
	scoped_error why = {0};
	int r = container_forget(c, &why);

	if (r == -ENOSPC) {
		error_clear(&why);
		r = core_erase(c->core, c, &why);
		if (r >= 0)
			r = container_forget(c, &why);
	}
	if (r < 0)
		error_move(e, &why);
	return r;
}

/* With the lease held and nothing running. */
static int
remove_stopped(struct container *c, bool volumes, struct error *e)
{
	const struct backend *b = &c->core->backend;
	int r = 0;

	container_set_state(c, CONTAINER_REMOVING);
	if (b->ops->remove)
		r = b->ops->remove(b->self, c, e);
	/* In this order: files without a record are cleared away at the next start. */
	if (r >= 0)
		r = forget(c, e);
	if (r >= 0)
		r = core_discard(c->core, c, e);
	if (r < 0) {
		container_set_state(c, CONTAINER_DEAD);
		return error_wrap(e, r,
			"container %s: driver \"%s\" failed to remove root filesystem", c->id,
			b->ops->name);
	}
	events_container(c, "destroy", NULL);
	container_unregister(c);
	if (c->console)
		console_close(c->console);
	if (volumes)
		mounts_undo(c);
	return 0;
}

int
lifecycle_remove(struct container *c, bool force, bool volumes, struct error *e)
{
	scoped_lease lease = {0};
	int r;

	if (str_eq(c->verb, "remove"))
		return error_set(e, ERROR_CONFLICT, -EALREADY,
			"removal of container %s is already in progress", c->id);
	if (is_up(c) && !force)
		return refuse_running(c, e);
	r = lease_take(c, "remove", &lease);
	if (r < 0)
		return error_errno(e, r, "remove");
	if (c->removed)
		return no_such_container(e, c->id);
	if (is_up(c) && !force)
		return refuse_running(c, e);
	task_shield();
	c->stop_requested = true;
	cond_broadcast(&c->changed);
	if (container_running(c))
		r = kill_and_wait(c, e);
	if (r >= 0)
		r = remove_stopped(c, volumes, e);
	task_unshield();
	return r;
}

/* -- wait ------------------------------------------------------------------------------------------ */

int
wait_parse(const char *condition, struct container *c, struct wait_point *ret, struct error *e)
{
	ret->exits = c->exits;
	if (str_empty(condition) || str_eq(condition, "not-running"))
		ret->condition = WAIT_NOT_RUNNING;
	else if (str_eq(condition, "next-exit"))
		ret->condition = WAIT_NEXT_EXIT;
	else if (str_eq(condition, "removed"))
		ret->condition = WAIT_REMOVED;
	else
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid condition: \"%s\"", condition);
	return 0;
}

static bool
wait_over(const struct container *c, const struct wait_point *at)
{
	switch (at->condition) {
	case WAIT_NOT_RUNNING:
		return !container_running(c) && c->state != CONTAINER_RESTARTING;
	case WAIT_NEXT_EXIT:
		return c->exits != at->exits || c->removed;
	case WAIT_REMOVED:
		return c->removed;
	}
	return true;
}

int
lifecycle_wait(struct container *c, const struct wait_point *at, int *ret_exit_code,
	const char **ret_error)
{
	while (!wait_over(c, at)) {
		int r = cond_wait(&c->changed, USEC_INFINITY);

		if (r < 0)
			return r;
	}
	*ret_exit_code = c->exit_code;
	*ret_error = c->exit_unknown ? c->error : NULL;
	return 0;
}

/* -- the daemon's start and end ---------------------------------------------------------------------- */

/* The daemon was killed, and its sandboxes ended with it. True if the record has changed. */
static bool
recover_state(struct container *c)
{
	if (c->state == CONTAINER_CREATED || c->state == CONTAINER_EXITED ||
		c->state == CONTAINER_DEAD)
		return false;
	if (container_running(c)) {
		c->exit_code = 128 + SIGKILL;
		c->exit_unknown = true;
		container_set_error(c, "the daemon ended while this container was running, and its "
				       "processes were killed with it");
		c->finished_ns = clock_wall_ns();
	}
	c->state = CONTAINER_EXITED;
	network_detach_all(c);
	return true;
}

static bool
starts_with_daemon(const struct container *c)
{
	const struct restart_policy *policy = &c->host_config->restart_policy;

	if (c->state != CONTAINER_EXITED)
		return false;
	if (str_eq(policy->name, "always"))
		return true;
	if (str_eq(policy->name, "unless-stopped"))
		return !c->stop_requested;
	return str_eq(policy->name, "on-failure") && !c->stop_requested && c->exit_code != 0 &&
	       (policy->maximum_retry_count == 0 || c->restart_count < policy->maximum_retry_count);
}

static int
recover_one(struct container *c, struct error *e)
{
	bool auto_remove = c->host_config->auto_remove;
	scoped_error why = {0};
	int r = recover_state(c) ? container_save(c, e) : 0;

	if (r < 0)
		return r;
	if (c->state == CONTAINER_DEAD || (c->state == CONTAINER_EXITED && auto_remove))
		r = lifecycle_remove(c, false, auto_remove, &why);
	else if (starts_with_daemon(c))
		r = run_start(c, &why);
	if (r < 0)
		log_warn("container %s: %s", c->id, error_message(&why));
	return 0;
}

int
lifecycle_recover(struct core *core, struct error *e)
{
	struct container_query all = {.all = true};
	size_t n;
	struct container **list = container_query_run(core, &all, &n);
	int r = 0;

	for (size_t i = n; i > 0 && r >= 0; i--)
		r = recover_one(list[i - 1], e);
	container_list_free(list, n);
	return r;
}

/* All are asked at once. Those that wait to be restarted see that they will not be. */
static void
signal_all(struct container **list, size_t n, bool kill)
{
	for (size_t i = 0; i < n; i++) {
		int signo = SIGKILL;

		if (kill || stop_signal(list[i], NULL, &signo, NULL) >= 0)
			(void)send_signal(list[i], signo, NULL);
		cond_broadcast(&list[i]->changed);
	}
}

static int
await_all(struct container **list, size_t n, bool killed, usec_t until)
{
	for (size_t i = 0; i < n; i++) {
		struct container *c = list[i];
		int r = killed ? await_killed(c, c->exits, until) : await_exit(c, c->exits, until);

		if (r < 0)
			return r;
	}
	return 0;
}

void
lifecycle_stop_all(struct core *core, usec_t until)
{
	struct container_query all = {.all = true};
	size_t n;
	struct container **list = container_query_run(core, &all, &n);

	signal_all(list, n, false);
	if (await_all(list, n, false, until) < 0) {
		signal_all(list, n, true);
		await_all(list, n, true, clock_after(KILL_TIMEOUT));
	}
	container_list_free(list, n);
}
