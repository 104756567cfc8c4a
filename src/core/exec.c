#include "core/exec.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "core/console.h"
#include "core/container.h"
#include "core/core.h"
#include "core/events.h"
#include "core/run.h"
#include "docker/exec_types.h"
#include "docker/stdmsg.h"
#include "json/read.h"
#include "task/clock.h"

#include <errno.h>
#include <string.h>

#define REMEMBERED (5 * 60 * NSEC_PER_SEC) /* how long an ended exec can be inspected */
#define OUTPUT_GRACE \
	(2 * USEC_PER_SEC) /* for clients to take the output of one whose container ended */
#define START_PATIENCE \
	(10 * USEC_PER_SEC) /* for one that is resized before it has started, as in the Engine */
#define FAILED_EXIT_CODE \
	126 /* of one that could not start, whatever the reason, as in the Engine */

struct exec *
exec_ref(struct exec *x)
{
	x->refs++;
	return x;
}

void
exec_unref(struct exec *x)
{
	if (--x->refs > 0)
		return;
	bug_if(x->process);
	console_free(x->console);
	arena_free(x->arena);
	container_unref(x->container);
	free(x);
}

static void
forget(struct exec *x)
{
	map_remove(x->container->core->execs, x->id);
	list_del(&x->link);
	exec_unref(x);
}

/* Ended ones are looked through whenever a new one comes: no timer is needed to keep their number down. */
static void
forget_old(struct container *c)
{
	int64_t now = clock_wall_ns();

	list_each_safe (&c->execs, it) {
		struct exec *x = list_entry(it, struct exec, link);

		if (x->state == EXEC_ENDED && now - x->ended_ns > REMEMBERED)
			forget(x);
	}
}

int
exec_check_container(const struct container *c, struct error *e)
{
	if (c->state == CONTAINER_PAUSED)
		return container_is_paused(e, c->id);
	if (c->state == CONTAINER_RESTARTING)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"Container %s is restarting, wait until the container is running", c->id);
	/* One that has ended is shown running until its end is saved. */
	return c->state == CONTAINER_RUNNING && c->process ? 0 : container_not_running(e, c->id);
}

/* "exec_create: sh -c …" with the id, as the Engine's events have it. */
static void
emit(struct exec *x, const char *action)
{
	scoped_free char *command = strv_join(x->config->cmd, " "),
			 *text = xasprintf("%s: %s", action, command);

	events_container(x->container, text, (const char *[]){"execID", x->id, NULL});
}

int
exec_create(
	struct container *c, const struct exec_config *config, struct exec **ret, struct error *e)
{
	struct exec *x;
	int r;

	r = exec_check_container(c, e);
	if (r < 0)
		return r;
	forget_old(c);
	x = NEW(exec);
	x->refs = 1;
	x->container = container_ref(c);
	x->arena = arena_new(0);
	x->config = ARENA_NEW(x->arena, exec_config);
	json_copy(x->arena, &exec_config_type, config, x->config);
	x->env = run_environment(c, x->arena, x->config->env, x->config->tty);
	x->console = console_new(NULL, true);
	cond_init(&x->changed);
	id_generate(x->id);
	list_add(&c->execs, &x->link);
	map_set(c->core->execs, x->id, x);
	emit(x, "exec_create");
	*ret = exec_ref(x);
	return 0;
}

int
exec_find(struct core *core, const char *id, struct exec **ret, struct error *e)
{
	struct exec *x = map_get(core->execs, id);

	if (!x && id_valid_hex(id)) {
		map_each (core->execs, entry) {
			if (str_starts(entry->key, id))
				x = entry->value;
		}
	}
	if (!x)
		return no_such_exec(e, id);
	*ret = exec_ref(x);
	return 0;
}

static void
record_end(struct exec *x, int exit_code)
{
	x->exit_code = exit_code;
	x->has_exit_code = true;
	x->ended_ns = clock_wall_ns();
	x->state = EXEC_ENDED;
	cond_broadcast(&x->changed);
	console_close(x->console);
}

static void
emit_die(struct exec *x)
{
	char code[16];

	str_format(code, sizeof(code), "%d", x->exit_code);
	events_container(x->container, "exec_die",
		(const char *[]){"execID", x->id, "exitCode", code, NULL});
}

static void
watch_run(void *arg)
{
	scoped(exec) *x = arg;
	struct process_end end = {.exit_code = 0};
	scoped_error e = {0};
	int r;

	task_shield();
	r = process_wait(x->process, USEC_INFINITY, &end, &e);
	if (r < 0)
		log_error("exec %s: %s", x->id, error_message(&e));
	console_drain(x->console);
	process_free(take_ptr(x->process));
	/* Its container may be ending, which kills it: then the end is known though nobody told it. */
	record_end(x, r < 0 ? 128 + 9 : end.exit_code);
	emit_die(x);
	task_unshield();
}

static int
start_process(struct exec *x, unsigned rows, unsigned columns, struct error *e)
{
	const struct backend *b = &x->container->core->backend;
	const struct exec_config *config = x->config;
	struct process_failure failure = {0};
	struct process_spec spec = {
		.argv = config->cmd,
		.env = x->env,
		.cwd = str_or(config->working_dir, x->container->config->working_dir),
		.user = str_or(config->user, x->container->config->user),
		.tty = config->tty,
		.open_stdin = config->attach_stdin,
		.privileged = config->privileged,
		.rows = rows ? rows : (unsigned)config->console_size[0],
		.columns = columns ? columns : (unsigned)config->console_size[1],
	};

	return b->ops->exec(b->self, x->container, &spec, &x->process, &failure, e);
}

/* The Engine's words around a runtime's complaint. */
static int
failed_to_start(struct error *e, int r)
{
	scoped_error why = {0};

	if (e)
		error_move(&why, e);
	return error_set(e, why.kind, r,
		"OCI runtime exec failed: exec failed: unable to start container process: %s: "
		"unknown",
		error_message(&why));
}

int
exec_start(struct exec *x, unsigned rows, unsigned columns, struct error *e)
{
	int r;

	if (x->state != EXEC_CREATED)
		return error_set(e, ERROR_CONFLICT, -EALREADY, "Error: Exec command %s %s", x->id,
			x->state == EXEC_ENDED ? "has already run" : "is already running");
	r = exec_check_container(x->container, e);
	if (r < 0)
		return r;
	x->state = EXEC_STARTING;
	emit(x, "exec_start");
	r = start_process(x, rows, columns, e);
	if (r < 0) {
		record_end(x, FAILED_EXIT_CODE);
		return failed_to_start(e, r);
	}
	x->state = EXEC_RUNNING;
	x->pid = x->process->pid;
	cond_broadcast(&x->changed);
	console_start(x->console, x->process);
	task_spawn(x->container->core->tasks, "exec.watch", watch_run, exec_ref(x));
	return 0;
}

int
exec_resize(struct exec *x, unsigned rows, unsigned columns, struct error *e)
{
	usec_t until = clock_after(START_PATIENCE);

	while (x->state == EXEC_CREATED || x->state == EXEC_STARTING) {
		if (cond_wait(&x->changed, until) == -ETIMEDOUT)
			return error_set(e, ERROR_INTERNAL, -ETIMEDOUT,
				"timeout waiting for exec session ready");
	}
	if (x->state != EXEC_RUNNING || !x->process)
		return error_set(
			e, ERROR_CONFLICT, -EBUSY, "Exec command %s is not running", x->id);
	return process_resize(x->process, rows, columns, e);
}

static struct exec *
find_unfinished(struct container *c)
{
	list_each (&c->execs, it) {
		struct exec *x = list_entry(it, struct exec, link);

		if (x->state == EXEC_STARTING || x->state == EXEC_RUNNING)
			return x;
	}
	return NULL;
}

void
exec_end_all(struct container *c)
{
	usec_t until = clock_after(OUTPUT_GRACE);
	struct exec *x;

	while ((x = find_unfinished(c))) {
		scoped(exec) *kept = exec_ref(x);

		/* Its processes are gone: only a client that does not take its output can hold it up. */
		if (cond_wait(&kept->changed, until) == -ETIMEDOUT) {
			console_cut(kept->console);
			until = clock_after(OUTPUT_GRACE);
		}
	}
}

void
exec_forget_all(struct container *c)
{
	while (!list_empty(&c->execs))
		forget(list_entry(c->execs.next, struct exec, link));
}
