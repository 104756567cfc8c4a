#include "core/volume.h"

#include "base/str.h"
#include "world.h"

#include <errno.h>

static int
make(struct core *core, const char *name, const char *driver, struct error *e)
{
	struct volume_create_request request = {.name = TEXT(name), .driver = TEXT(driver)};
	scoped(volume) *v = NULL;

	return volume_create(core, &request, &v, e);
}

static struct volume *
found(struct core *core, const char *name)
{
	struct volume *v;

	ASSERT_OK(volume_find(core, name, &v, NULL));
	volume_unref(v);
	return v;
}

static void
kept(void)
{
	struct core *core = world_open();
	struct json_member label = {TEXT("k"), TEXT("v")};
	struct volume_create_request request = {
		.name = TEXT("data"), .labels = {.items = &label, .n = 1}};
	scoped(volume) *v = NULL, *again = NULL;

	ASSERT_OK(volume_create(core, &request, &v, NULL));
	ASSERT_OK(volume_create(core, &request, &again, NULL));
	ASSERT(v == again);
	core_close(core);
	core = world_open();
	ASSERT_STR(found(core, "data")->mountpoint, "/volumes/data");
	ASSERT_STR(json_map_get(&found(core, "data")->labels, "k"), "v");
	ASSERT(!found(core, "data")->anonymous);
	ASSERT_EQ(found(core, "data")->created_ns, v->created_ns);
	ASSERT_OK(volume_remove(core, found(core, "data"), NULL));
	core_close(core);
	core = world_open();
	ASSERT_REFUSED(volume_find(core, "data", &v, &e), -ENOENT, ERROR_NOT_FOUND,
		"get data: no such volume");
	core_close(core);
}

TEST(volume_survives_a_restart_and_its_removal_too)
{
	world_run(kept);
}

static void
remove_run(void *core)
{
	ASSERT_OK(volume_remove(core, found(core, "data"), NULL));
}

/* Begins in the turn in which the removal waits for its record. */
static void
make_again_run(void *core)
{
	struct volume_create_request request = {.name = TEXT("data")};
	scoped(volume) *v = NULL, *none = NULL;

	ASSERT_REFUSED(volume_find(core, "data", &none, &e), -ENOENT, ERROR_NOT_FOUND,
		"get data: no such volume");
	ASSERT_OK(volume_create(core, &request, &v, NULL));
	ASSERT(found(core, "data") == v);
}

/* The second volume has a record of its own, which the removal of the first does not take. */
static void
made_while_removed(void)
{
	struct core *core = world_open();
	scoped(task_group) *group = task_group_new();

	ASSERT_OK(make(core, "data", "", NULL));
	task_spawn(group, "test.remove", remove_run, core);
	task_spawn(group, "test.make", make_again_run, core);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	core_close(core);
	core = world_open();
	(void)found(core, "data");
	core_close(core);
}

TEST(volume_of_a_name_that_is_being_removed_is_made_anew)
{
	world_run(made_while_removed);
}

static void
anonymous(void)
{
	struct core *core = world_open();
	struct volume_create_request request = {.name = TEXT("")};
	scoped(volume) *a = NULL, *b = NULL;

	ASSERT_OK(volume_create(core, &request, &a, NULL));
	ASSERT_OK(volume_create(core, &request, &b, NULL));
	ASSERT_EQ(strlen(a->name), 64);
	ASSERT(!str_eq(a->name, b->name));
	ASSERT(a->anonymous);
	core_close(core);
}

TEST(volume_without_a_name)
{
	world_run(anonymous);
}

static void
refused(void)
{
	struct core *core = world_open();
	struct volume *v;

	ASSERT_REFUSED(make(core, "!", NULL, &e), -EINVAL, ERROR_INVALID,
		"create !: volume name is too short, names should be at least two alphanumeric "
		"characters");
	ASSERT_EQ(make(core, "a/b", NULL, NULL), -EINVAL);
	ASSERT_REFUSED(make(core, "x1", "nonesuch", &e), -ENOENT, ERROR_NOT_FOUND,
		"create x1: error looking up volume plugin nonesuch: plugin \"nonesuch\" not "
		"found");
	world_failure = -ENOSPC;
	ASSERT_REFUSED(make(core, "x1", NULL, &e), -ENOSPC, ERROR_INTERNAL, "the back end failed");
	ASSERT_EQ(volume_find(core, "x1", &v, NULL), -ENOENT);
	ASSERT_OK(make(core, "x1", "local", NULL));
	core_close(core);
}

TEST(volume_create_refused)
{
	world_run(refused);
}

static void
mount(struct container *c, const char *type, const char *name)
{
	struct container_mount *m = ARENA_NEW(c->arena, container_mount);

	*m = (struct container_mount){.type = TEXT(type), .name = TEXT(name)};
	c->mounts = (struct json_list){.items = m, .n = 1};
}

static void
used(void)
{
	struct core *core = world_open();
	struct container *c = world_container(core, "c");

	ASSERT_OK(make(core, "data", NULL, NULL));
	mount(c, "bind", "data"); /* no volume of that name */
	ASSERT(!volume_users(core, found(core, "data")));
	mount(c, "volume", "data");
	ASSERT_REFUSED(volume_remove(core, found(core, "data"), &e), -EBUSY, ERROR_CONFLICT,
		arena_printf(c->arena, "remove data: volume is in use - [%s]", c->id));
	container_unregister(c);
	ASSERT_OK(volume_remove(core, found(core, "data"), NULL));
	core_close(core);
}

TEST(volume_in_use_stays)
{
	world_run(used);
}

static void
remove_fails(void)
{
	struct core *core = world_open();

	ASSERT_OK(make(core, "data", NULL, NULL));
	world_failure = -EIO;
	ASSERT_EQ(volume_remove(core, found(core, "data"), NULL), -EIO);
	ASSERT_OK(volume_remove(core, found(core, "data"), NULL));
	core_close(core);
}

TEST(volume_stays_when_the_back_end_fails_to_remove_it)
{
	world_run(remove_fails);
}
