#include "core/run.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "core/console.h"
#include "core/core.h"
#include "core/events.h"
#include "core/exec.h"
#include "core/journal.h"
#include "core/lifecycle.h"
#include "core/network.h"
#include "docker/config_merge.h"
#include "task/clock.h"

#include <errno.h>
#include <string.h>

#define RESTART_DELAY_MIN (100 * USEC_PER_MSEC)
#define RESTART_DELAY_MAX (60 * USEC_PER_SEC)
#define RESTART_DELAY_FORGIVEN (10 * NSEC_PER_SEC) /* a run this long was no failure to start */
#define UNKNOWN_EXIT_CODE 255 /* shown with an error text: the real one is not known */

static void monitor_run(void *arg);

/* -- start ------------------------------------------------------------------------------------------ */

char **
run_environment(struct container *c, struct arena *arena, char *const *more, bool tty)
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		    term[] = "TERM=xterm";
	char *base[4] = {path, arena_printf(arena, "HOSTNAME=%s", str_or(c->config->hostname, "")),
		NULL, NULL};

	if (tty)
		base[2] = term;
	return env_merge(arena, env_merge(arena, base, c->config->env), more);
}

void
run_prepare_journal(struct container *c)
{
	char path[CONTAINER_PATH_SIZE];

	if (c->journal || str_eq(c->host_config->log_config.type, "none"))
		return;
	container_path(c, "log", path);
	c->journal = journal_new(path);
}

void
run_prepare_console(struct container *c)
{
	run_prepare_journal(c);
	if (!c->console)
		c->console = console_new(c->journal, c->config->stdin_once);
}

static int
start_process(struct container *c, struct process_failure *failure, struct error *e)
{
	const struct backend *b = &c->core->backend;
	scoped(arena) *arena = arena_new(0);
	struct process_spec spec = {
		.argv = c->argv,
		.env = run_environment(c, arena, NULL, c->config->tty),
		.cwd = c->config->working_dir,
		.user = c->config->user,
		.tty = c->config->tty,
		.open_stdin = c->config->open_stdin,
		.privileged = c->host_config->privileged,
		.rows = (unsigned)c->host_config->console_size[0],
		.columns = (unsigned)c->host_config->console_size[1],
	};

	return b->ops->start(b->self, c, &spec, &c->process, failure, e);
}

/* The record of a start that failed; attached clients are let go. */
static int
start_failed(struct container *c, const struct process_failure *failure, struct error *e)
{
	scoped_free char *text = NULL;
	/* The Engine's words around a runtime's complaint. */
	int r = error_wrap(e, e->code,
		"failed to create task for container: failed to create shim task: OCI runtime "
		"create failed: "
		"runc create failed: unable to start container process");

	c->exit_code = failure->exit_code;
	text = xasprintf("%s: unknown", error_message(e));
	container_set_error(c, text);
	error_clear(e);
	return error_set(e, ERROR_INVALID, r, "%s", text);
}

static void
release(struct container *c)
{
	const struct backend *b = &c->core->backend;
	scoped_error e = {0};

	network_detach_all(c);
	if (c->journal)
		journal_close(c->journal);
	if (b->ops->stopped && b->ops->stopped(b->self, c, &e) < 0)
		log_warn("container %s: %s", c->id, error_message(&e));
}

static int
start_or_explain(struct container *c, struct error *e)
{
	struct process_failure failure = {.exit_code = RUN_NOT_TRIED};
	int r;

	r = network_attach_all(c, e);
	if (r < 0)
		return r;
	run_prepare_console(c);
	if (c->journal)
		r = journal_begin(c->journal, e);
	if (r >= 0) {
		r = start_process(c, &failure, e);
		if (r < 0 && e)
			r = start_failed(c, &failure, e);
	}
	if (r < 0)
		release(c);
	return r;
}

/* "mount" or "unmount" for each of its volumes. */
static void
emit_volumes(struct container *c, const char *action, bool with_place)
{
	const struct container_mount *mounts = c->mounts.items;

	for (size_t i = 0; i < c->mounts.n; i++) {
		const struct container_mount *m = &mounts[i];
		const char *attributes[] = {"container", c->id, "driver", m->driver, NULL, NULL,
			NULL, NULL, NULL, NULL, NULL};

		if (!str_eq(m->type, "volume"))
			continue;
		if (with_place) {
			const char *place[] = {"destination", m->destination, "propagation",
				m->propagation, "read/write", m->read_write ? "true" : "false"};

			memcpy(attributes + 4, place, sizeof(place));
		}
		events_emit(c->core->events, "volume", action, m->name, attributes);
	}
}

/* What has happened is not undone when it cannot be saved: a daemon that is killed now will not know of it. */
static void
save_or_log(struct container *c, enum container_state state)
{
	scoped_error e = {0};

	if (container_save_as(c, state, &e) < 0)
		log_error("container %s: what became of it could not be saved: %s", c->id,
			error_message(&e));
}

/* Attached clients and waiters are let go; nobody tries to start it again. */
static void
not_started(struct container *c)
{
	if (c->state == CONTAINER_RESTARTING)
		container_set_state(c, CONTAINER_EXITED);
	if (c->console)
		console_close(c->console);
	save_or_log(c, c->state);
	cond_broadcast(&c->changed);
}

int
run_start(struct container *c, struct error *e)
{
	scoped_error local = {0};
	int r;

	if (c->core->stopping)
		return error_set(e, ERROR_UNAVAILABLE, -ECONNABORTED, "the daemon is stopping");
	container_set_error(c, "");
	r = start_or_explain(c, &local);
	if (r < 0) {
		if (str_empty(c->error)) {
			c->exit_code = RUN_NOT_TRIED;
			container_set_error(c, error_message(&local));
		}
		error_move(e, &local);
		not_started(c);
		return r;
	}
	c->exit_code = 0;
	c->exit_unknown = false;
	c->out_of_memory = false;
	c->pid = c->process->pid;
	c->started_ns = c->process->started_ns;
	container_set_state(c, CONTAINER_RUNNING);
	console_start(c->console, c->process);
	emit_volumes(c, "mount", true);
	events_container(c, "start", NULL);
	task_spawn(c->core->tasks, "container.monitor", monitor_run, container_ref(c));
	save_or_log(c, c->state);
	return 0;
}

/* -- end -------------------------------------------------------------------------------------------- */

static bool
wants_restart(const struct container *c)
{
	const struct restart_policy *policy = &c->host_config->restart_policy;

	if (c->stop_requested || c->core->stopping || c->removed)
		return false;
	if (str_eq(policy->name, "always") || str_eq(policy->name, "unless-stopped"))
		return true;
	if (!str_eq(policy->name, "on-failure") || c->exit_code == 0)
		return false;
	return policy->maximum_retry_count == 0 || c->restart_count < policy->maximum_retry_count;
}

static void
emit_die(struct container *c)
{
	char code[16], duration[32];

	str_format(code, sizeof(code), "%d", c->exit_code);
	str_format(duration, sizeof(duration), "%lld",
		(c->finished_ns - c->started_ns) / NSEC_PER_SEC);
	if (c->out_of_memory)
		events_container(c, "oom", NULL);
	events_container(
		c, "die", (const char *[]){"execDuration", duration, "exitCode", code, NULL});
}

/* Waits for the process's end and for its output to be delivered; then the record shows it. */
static void
await_end(struct container *c)
{
	struct process_end end = {.exit_code = UNKNOWN_EXIT_CODE};
	scoped_error e = {0};

	task_shield();
	if (process_wait(c->process, USEC_INFINITY, &end, &e) < 0) {
		log_error("container %s: %s", c->id, error_message(&e));
		container_set_error(c, error_message(&e));
		c->exit_unknown = true;
		end.at_ns = clock_wall_ns();
	}
	console_drain(c->console);
	exec_end_all(c);
	process_free(take_ptr(c->process));
	release(c);
	c->exit_code = end.exit_code;
	c->out_of_memory = end.out_of_memory;
	c->finished_ns = end.at_ns;
	c->pid = 0;
	task_unshield();
}

/* It is shown ended only when that is saved; then all of it happens at once, so nobody can come in between. */
static void
record_end(struct container *c)
{
	enum container_state state = wants_restart(c) ? CONTAINER_RESTARTING : CONTAINER_EXITED;

	save_or_log(c, state);
	container_set_state(c, state);
	emit_die(c);
	emit_volumes(c, "unmount", false);
	/* Clients see the end of the streams, and waiters wake, only now. */
	c->exits++;
	cond_broadcast(&c->changed);
	console_close(c->console);
}

static usec_t
next_delay(const struct container *c, usec_t delay)
{
	if (c->finished_ns - c->started_ns >= RESTART_DELAY_FORGIVEN || !delay)
		return RESTART_DELAY_MIN;
	return delay * 2 > RESTART_DELAY_MAX ? RESTART_DELAY_MAX : delay * 2;
}

/* Starts it again after the delay, unless somebody else does so or wants it to rest. */
static void
restart(struct container *c, usec_t delay)
{
	usec_t until = clock_after(delay);
	unsigned long exits = c->exits;
	scoped_lease lease = {0};
	scoped_error e = {0};

	while (wants_restart(c) && c->state == CONTAINER_RESTARTING) {
		int r = cond_wait(&c->changed, until);

		if (r == -ETIMEDOUT)
			break;
		if (r < 0)
			return;
	}
	if (lease_take(c, "restart", &lease) < 0)
		return;
	/* Started by somebody else; it may even have ended since then, which is another monitor's business. */
	if (c->state != CONTAINER_RESTARTING || c->exits != exits)
		return;
	if (!wants_restart(c)) {
		save_or_log(c, CONTAINER_EXITED);
		container_set_state(c, CONTAINER_EXITED);
		return;
	}
	c->restart_count++;
	if (run_start(c, &e) < 0)
		log_warn("container %s is not restarted: %s", c->id, error_message(&e));
}

static void
monitor_run(void *arg)
{
	scoped(container) *c = arg;
	scoped_error e = {0};

	await_end(c);
	record_end(c);
	if (c->state == CONTAINER_RESTARTING) {
		/* A monitor of its own watches the next run; the delay doubles while runs stay short. */
		c->restart_delay = next_delay(c, c->restart_delay);
		restart(c, c->restart_delay);
		return;
	}
	if (c->host_config->auto_remove && !c->core->stopping && !str_eq(c->verb, "remove") &&
		lifecycle_remove(c, false, true, &e) < 0 && e.kind != ERROR_NOT_FOUND &&
		e.kind != ERROR_CONFLICT)
		log_warn("container %s stays: %s", c->id, error_message(&e));
}
