#include "core/list.h"

#include "base/str.h"
#include "core/image.h"
#include "world.h"

#include <errno.h>

/* The names of what fits, newest first, separated by blanks. */
static const char *
listed(struct core *core, const char *filters, bool all, int limit)
{
	static char text[256];
	scoped(arena) *arena = arena_new(0);
	struct container_query q = {.all = all, .limit = limit};
	struct container **list;
	struct error e = {0};
	size_t n, used = 0;

	ASSERT_OK(filters_parse(arena, filters, &q.filters, NULL));
	if (container_query_resolve(core, arena, &q, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", filters, error_message(&e));
	list = container_query_run(core, &q, &n);
	*text = '\0';
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "%s%s", i ? " " : "", list[i]->name);
	container_list_free(list, n);
	return text;
}

static int
resolve(struct core *core, const char *filters, struct error *e)
{
	scoped(arena) *arena = arena_new(0);
	struct container_query q = {0};

	ASSERT_OK(filters_parse(arena, filters, &q.filters, NULL));
	return container_query_resolve(core, arena, &q, e);
}

static struct json_map
one(struct container *c, const char *key, void *value)
{
	struct json_member *m = ARENA_NEW(c->arena, json_member);

	*m = (struct json_member){TEXT(key), value};
	return (struct json_map){.items = m, .n = 1, .present = true};
}

/* Four, from the oldest to the newest: a runs, b has exited with 3, c is created, d runs and is paused. */
static void
populate(struct core *core)
{
	struct container *a = world_container(core, "a"), *b = world_container(core, "b"),
			 *c = world_container(core, "c"), *d = world_container(core, "d");

	a->config->labels = one(a, "k", TEXT("v"));
	a->config->exposed_ports = one(a, "80/tcp", NULL);
	world_add_endpoint(a, "bridge", NULL);
	world_start(a);
	b->config->labels = one(b, "k", TEXT("w"));
	world_start(b);
	world_stop(b);
	b->started_ns = 1;
	b->exit_code = 3;
	c->host_config->port_bindings = one(c, "8080/tcp", NULL);
	c->mounts = (struct json_list){.items = ARENA_NEW(c->arena, container_mount), .n = 1};
	*(struct container_mount *)c->mounts.items = (struct container_mount){
		.type = TEXT("volume"), .name = TEXT("data"), .destination = TEXT("/data")};
	world_start(d);
	container_set_state(d, CONTAINER_PAUSED);
}

static void
stop_all(struct core *core)
{
	list_each (&core->containers, it) {
		struct container *c = list_entry(it, struct container, link);

		if (container_running(c))
			world_stop(c);
	}
}

static void
ranges(void)
{
	struct core *core = world_open();

	populate(core);
	ASSERT_STR(listed(core, NULL, false, 0), "d a");
	ASSERT_STR(listed(core, NULL, true, 0), "d c b a");
	ASSERT_STR(listed(core, NULL, false, 2), "d c"); /* a limit means all */
	ASSERT_STR(listed(core, NULL, false, -1), "d a");
	ASSERT_STR(listed(core, "{\"before\":[\"c\"]}", true, 0), "b a");
	ASSERT_STR(listed(core, "{\"since\":[\"b\"]}", true, 0), "d c");
	ASSERT_STR(listed(core, "{\"before\":[\"d\"],\"since\":[\"a\"]}", true, 0), "c b");
	ASSERT_STR(listed(core, "{\"before\":[\"d\"]}", true, 1), "c");
	stop_all(core);
	core_close(core);
}

TEST(list_ranges)
{
	world_run(ranges);
}

static void
filters(void)
{
	struct core *core = world_open();

	populate(core);
	ASSERT_STR(listed(core, "{\"label\":[\"k\"]}", true, 0), "b a");
	ASSERT_STR(listed(core, "{\"label\":[\"k=v\"]}", true, 0), "a");
	ASSERT_STR(listed(core, "{\"name\":[\"[bc]\"]}", true, 0), "c b");
	ASSERT_STR(listed(core, "{\"name\":[\"^/a$\"]}", true, 0), "a");
	ASSERT_STR(
		listed(core, "{\"status\":[\"exited\"]}", false, 0), "b"); /* a status means all */
	ASSERT_STR(listed(core, "{\"status\":[\"paused\",\"created\"]}", false, 0), "d c");
	ASSERT_STR(listed(core, "{\"exited\":[\"3\"]}", true, 0), "b");
	ASSERT_STR(listed(core, "{\"exited\":[\"0\"]}", true, 0), "");
	ASSERT_STR(listed(core, "{\"network\":[\"bridge\"]}", true, 0), "a");
	ASSERT_STR(listed(core, "{\"network\":[\"nonesuch\"]}", true, 0), "");
	ASSERT_STR(listed(core, "{\"volume\":[\"data\"]}", true, 0), "c");
	ASSERT_STR(listed(core, "{\"volume\":[\"/data\"]}", true, 0), "c");
	ASSERT_STR(listed(core, "{\"expose\":[\"80\"]}", true, 0), "a");
	ASSERT_STR(listed(core, "{\"expose\":[\"70-90/tcp\"]}", true, 0), "a");
	ASSERT_STR(listed(core, "{\"expose\":[\"80/udp\"]}", true, 0), "");
	ASSERT_STR(listed(core, "{\"publish\":[\"8080/tcp\"]}", true, 0), ""); /* nothing is */
	ASSERT_STR(listed(core, "{\"ancestor\":[\"nonesuch\"]}", true, 0), "");
	ASSERT_STR(listed(core, "{\"is-task\":[\"true\"]}", true, 0), "");
	ASSERT_STR(listed(core, "{\"health\":[\"none\"]}", true, 1), "d");
	stop_all(core);
	core_close(core);
}

TEST(list_filters)
{
	world_run(filters);
}

static void
refused(void)
{
	struct core *core = world_open();

	ASSERT_REFUSED(resolve(core, "{\"nonesuch\":[\"1\"]}", &e), -EINVAL, ERROR_INVALID,
		"invalid filter 'nonesuch'");
	ASSERT_REFUSED(resolve(core, "{\"status\":[\"nonesuch\"]}", &e), -EINVAL, ERROR_INVALID,
		"invalid filter 'status=nonesuch'");
	ASSERT_REFUSED(resolve(core, "{\"exited\":[\"x\"]}", &e), -EINVAL, ERROR_INVALID,
		"invalid filter 'exited=x': strconv.Atoi: parsing \"x\": invalid syntax");
	ASSERT_REFUSED(resolve(core, "{\"before\":[\"nonesuch\"]}", &e), -ENOENT, ERROR_NOT_FOUND,
		"No such container: nonesuch");
	ASSERT_EQ(resolve(core, "{\"is-task\":[\"maybe\"]}", NULL), -EINVAL);
	ASSERT_EQ(resolve(core, "{\"publish\":[\"x\"]}", NULL), -EINVAL);
	core_close(core);
}

TEST(list_refused)
{
	world_run(refused);
}
