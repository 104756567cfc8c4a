#include "world.h"

#include "base/alloc.h"
#include "base/str.h"
#include "core/image.h"
#include "core/network.h"
#include "core/volume.h"
#include "scratch.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int world_failure;

/* -- the back end ----------------------------------------------------------------------------------------------- */

static int
fail_once(struct error *e)
{
	int r = world_failure;

	world_failure = 0;
	return r < 0 ? error_set(e, ERROR_INTERNAL, r, "the back end failed") : 0;
}

static int
info(void *self UNUSED, struct backend_info *ret, struct error *e UNUSED)
{
	*ret = (struct backend_info){.kernel_version = "6.1", .architecture = "x86_64", .cpus = 2};
	return 0;
}

/* The image's id tells its name's first letter, so that several names can have one image. */
static int
pull(void *self UNUSED, struct image *i, const struct pull_options *options UNUSED,
	const struct pull_progress *progress, struct error *e)
{
	const char *name = strrchr(i->wanted, '/');

	progress->status(progress->arg, NULL, "pretending");
	i->id = arena_printf(i->arena, "sha256:%064x", (unsigned)(name ? name[1] : i->wanted[0]));
	i->config = ARENA_NEW(i->arena, container_config);
	i->size = 10;
	return fail_once(e);
}

static int
make_volume(void *self UNUSED, struct volume *v, struct error *e)
{
	v->mountpoint = arena_printf(v->arena, "/volumes/%s", v->name);
	return fail_once(e);
}

/* Long enough for others to do something meanwhile. */
static int
drop_volume(void *self UNUSED, struct volume *v UNUSED, struct error *e)
{
	task_sleep(50 * USEC_PER_MSEC);
	return fail_once(e);
}

static const struct backend_ops ops = {
	.name = "pretended",
	.missing = "it only pretends",
	.info = info,
	.pull = pull,
	.volume_create = make_volume,
	.volume_remove = drop_volume,
};

struct core *
world_open(void)
{
	struct core_options options = {.state_dir = "state", .backend = {.ops = &ops}};
	struct error e = {0};
	struct core *core;
	int r;

	make_dir("state");
	r = core_open(&options, &core, &e);
	if (r < 0)
		test_fail(__FILE__, __LINE__, "core_open: %s", error_message(&e));
	return core;
}

/* -- running ---------------------------------------------------------------------------------------------------- */

static int
run(void *arg)
{
	void (*fn)(void) = *(void (**)(void))arg;

	fn();
	return 0;
}

void
world_run(void (*fn)(void))
{
	scratch_enter();
	ASSERT_EQ(task_run(run, &fn), 0);
}

void
world_run_virtual(void (*fn)(void))
{
	scratch_enter();
	ASSERT_EQ(task_run_virtual(run, &fn), 0);
}

const char *
world_text(const char *fmt, ...)
{
	static char texts[8][512];
	static unsigned next;
	char *text = texts[next++ % ARRAY_LEN(texts)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(texts[0]), fmt, ap);
	va_end(ap);
	return text;
}

/* -- containers ------------------------------------------------------------------------------------------------- */

struct container *
world_container(struct core *core, const char *name)
{
	struct container *c = container_new(core);

	c->name = arena_strdup(c->arena, name);
	c->config = ARENA_NEW(c->arena, container_config);
	c->config->image = arena_strdup(c->arena, "alpine");
	c->host_config = ARENA_NEW(c->arena, host_config);
	c->host_config->network_mode = arena_strdup(c->arena, "bridge");
	c->host_config->restart_policy.name = arena_strdup(c->arena, "no");
	c->networking = ARENA_NEW(c->arena, networking_config);
	c->image_ref = arena_strdup(c->arena, "alpine");
	c->image_id = arena_strdup(c->arena, "");
	c->argv = ARENA_ARRAY(c->arena, char *, 1);
	ASSERT_OK(container_register(c, NULL));
	container_unref(c);
	return c;
}

void
world_add_endpoint(struct container *c, const char *network, struct endpoint_settings *settings)
{
	struct json_map *map = &c->networking->endpoints_config;
	struct json_member *items = ARENA_ARRAY(c->arena, struct json_member, map->n + 1);

	if (map->n)
		memcpy(items, map->items, map->n * sizeof(*items));
	items[map->n].key = arena_strdup(c->arena, network);
	items[map->n++].value = settings ? settings : ARENA_NEW(c->arena, endpoint_settings);
	map->items = items;
}

void
world_start(struct container *c)
{
	ASSERT_OK(network_attach_all(c, NULL));
	container_set_state(c, CONTAINER_RUNNING);
}

void
world_stop(struct container *c)
{
	network_detach_all(c);
	container_set_state(c, CONTAINER_EXITED);
}
