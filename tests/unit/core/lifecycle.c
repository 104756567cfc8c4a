#include "core/lifecycle.h"

#include "base/alloc.h"
#include "base/str.h"
#include "core/exec.h"
#include "docker/container_types.h"
#include "docker/exec_types.h"
#include "scratch.h"
#include "task/clock.h"
#include "task/task.h"
#include "world.h"

#include <errno.h>
#include <signal.h>

/* -- a back end whose processes end when the test says so, or when they are killed ------------------------------- */

struct fake {
	struct process process;
	bool ended;
	int exit_code;
	struct cond changed;
};

static struct fake *newest; /* the last one started */
static unsigned starts;
static int start_failure; /* the next start fails with this */

static void
fake_end(struct fake *f, int exit_code)
{
	f->ended = true;
	f->exit_code = exit_code;
	cond_broadcast(&f->changed);
}

static int
fake_wait(struct process *p, usec_t until, struct process_end *ret, struct error *e)
{
	struct fake *f = container_of(p, struct fake, process);

	while (!f->ended) {
		int r = cond_wait(&f->changed, until);

		if (r < 0)
			return error_errno(e, r, "wait");
	}
	*ret = (struct process_end){.exit_code = f->exit_code, .at_ns = clock_wall_ns()};
	return 0;
}

static int
fake_signal(struct process *p, int signo, struct error *e UNUSED)
{
	if (signo == SIGKILL)
		fake_end(container_of(p, struct fake, process), 137);
	return 0;
}

static void
fake_free(struct process *p)
{
	struct fake *f = container_of(p, struct fake, process);

	if (newest == f)
		newest = NULL;
	free(f);
}

static const struct process_ops fake_ops = {
	.wait = fake_wait,
	.signal = fake_signal,
	.free = fake_free,
};

static int
start(void *self UNUSED, struct container *c UNUSED, const struct process_spec *spec UNUSED,
	struct process **ret, struct process_failure *failure, struct error *e)
{
	int r = start_failure;

	starts++;
	start_failure = 0;
	if (r < 0) {
		failure->exit_code = 127;
		return error_set(e, ERROR_INVALID, r, "it does not start");
	}
	newest = NEW(fake);
	newest->process.ops = &fake_ops;
	newest->process.pid = 1;
	newest->process.started_ns = clock_wall_ns();
	cond_init(&newest->changed);
	*ret = &newest->process;
	return 0;
}

static int
info(void *self UNUSED, struct backend_info *ret, struct error *e UNUSED)
{
	*ret = (struct backend_info){.cpus = 1};
	return 0;
}

static const struct backend_ops ops = {
	.name = "fake",
	.info = info,
	.start = start,
	.exec = start,
};

static struct core *
open_core(void)
{
	struct core_options options = {.state_dir = "state", .backend = {.ops = &ops}};
	struct core *core;

	make_dir("state");
	ASSERT_OK(core_open(&options, &core, NULL));
	return core;
}

static struct container *
make(struct core *core, const char *policy)
{
	struct container *c = world_container(core, "one");
	char path[CONTAINER_PATH_SIZE];

	container_path(c, "", path);
	make_dir(path);
	c->host_config->restart_policy.name = arena_strdup(c->arena, policy);
	ASSERT_OK(container_save(c, NULL));
	return c;
}

static void
await_state(struct container *c, enum container_state state)
{
	while (c->state != state)
		ASSERT_OK(cond_wait(&c->changed, clock_after(USEC_PER_SEC)));
}

/* -- tests -------------------------------------------------------------------------------------------------------- */

/* The delay doubles while runs stay short; a stop in between is the end of it. */
static void
back_off(void)
{
	struct core *core = open_core();
	struct container *c = make(core, "always");

	ASSERT_OK(lifecycle_start(c, NULL));
	for (usec_t delay = 100 * USEC_PER_MSEC; delay < USEC_PER_SEC; delay *= 2) {
		usec_t ended;

		fake_end(newest, 1);
		await_state(c, CONTAINER_RESTARTING);
		ended = clock_now();
		await_state(c, CONTAINER_RUNNING);
		ASSERT(clock_now() - ended >= delay && clock_now() - ended < 2 * delay);
	}
	ASSERT_EQ(c->restart_count, 4);
	fake_end(newest, 1);
	await_state(c, CONTAINER_RESTARTING);
	ASSERT_EQ(lifecycle_remove(c, false, false, NULL), -EBUSY);
	ASSERT_OK(lifecycle_stop(c, NULL, INT_MIN, NULL));
	ASSERT_EQ(c->state, CONTAINER_EXITED);
	ASSERT_OK(lifecycle_remove(c, false, false, NULL));
	core_close(core);
}

TEST(lifecycle_restart_backs_off)
{
	world_run_virtual(back_off);
}

/* One that cannot be started again is not left waiting for it. */
static void
failed_restart(void)
{
	struct core *core = open_core();
	struct container *c = make(core, "always");

	ASSERT_OK(lifecycle_start(c, NULL));
	start_failure = -ENOENT;
	fake_end(newest, 1);
	await_state(c, CONTAINER_RESTARTING);
	await_state(c, CONTAINER_EXITED);
	ASSERT_EQ(c->exit_code, 127);
	ASSERT(strstr(c->error, "it does not start"));
	core_close(core);
}

TEST(lifecycle_restart_that_fails)
{
	world_run_virtual(failed_restart);
}

/* An exec ends with its container, can be asked for afterwards, and goes when the container does. */
static void
exec_and_end(void)
{
	struct core *core = open_core();
	struct container *c = make(core, "no");
	struct exec_config config = {.cmd = (char *[]){(char[]){"true"}, NULL}};
	struct exec *x, *late, *found;
	struct fake *main_process;

	ASSERT_OK(lifecycle_start(c, NULL));
	main_process = newest;
	ASSERT_OK(exec_create(c, &config, &x, NULL));
	ASSERT_OK(exec_create(c, &config, &late, NULL));
	ASSERT_OK(exec_start(x, 0, 0, NULL));
	fake_end(newest, 7);
	fake_end(main_process, 3);
	await_state(c, CONTAINER_EXITED);
	ASSERT_EQ(c->exit_code, 3);
	ASSERT_OK(exec_find(core, x->id, &found, NULL));
	ASSERT(found == x && x->has_exit_code && x->exit_code == 7);
	exec_unref(found);
	ASSERT(exec_start(late, 0, 0, NULL) < 0);
	container_ref(c);
	ASSERT_OK(lifecycle_remove(c, false, false, NULL));
	ASSERT_EQ(exec_find(core, x->id, &found, NULL), -ENOENT);
	ASSERT(list_empty(&c->execs));
	container_unref(c);
	exec_unref(x);
	exec_unref(late);
	core_close(core);
}

TEST(lifecycle_execs_of_an_ended_container)
{
	world_run(exec_and_end);
}

/* The daemon's stop is not the user's: what runs unless stopped runs again. */
static void
daemon_restarts(void)
{
	struct core *core = open_core();
	struct container *c = make(core, "unless-stopped");

	starts = 0;
	ASSERT_OK(lifecycle_start(c, NULL));
	core_close(core);
	core = open_core();
	ASSERT_OK(container_find(core, "one", &c, NULL));
	ASSERT_EQ(c->state, CONTAINER_RUNNING);
	ASSERT_EQ(starts, 2);
	ASSERT_OK(lifecycle_stop(c, NULL, 0, NULL));
	container_unref(c);
	core_close(core);
	core = open_core();
	ASSERT_OK(container_find(core, "one", &c, NULL));
	ASSERT_EQ(c->state, CONTAINER_EXITED);
	ASSERT_EQ(starts, 2);
	container_unref(c);
	core_close(core);
}

TEST(lifecycle_unless_stopped)
{
	world_run_virtual(daemon_restarts);
}

/* Files that no record speaks of are those of a container that was being made or removed. */
static void
leftovers(void)
{
	struct core *core = open_core();
	struct container *c = make(core, "no");
	char path[CONTAINER_PATH_SIZE];

	container_path(c, "", path);
	make_dir("state/containers/half-made");
	core_close(core);
	core = open_core();
	ASSERT(access("state/containers/half-made", F_OK) < 0);
	ASSERT_OK(access(path, F_OK));
	core_close(core);
}

TEST(lifecycle_leftovers_are_cleared_away)
{
	world_run(leftovers);
}
