#include "core/volume.h"

#include "base/alloc.h"
#include "base/id.h"
#include "base/str.h"
#include "core/container.h"
#include "core/core.h"
#include "core/events.h"
#include "core/store/db.h"
#include "docker/mount_spec.h"
#include "docker/stdmsg.h"
#include "json/read.h"
#include "json/write.h"
#include "task/clock.h"

#include <errno.h>
#include <string.h>

#define RECORD_KIND "volume"
#define DRIVER "local"

static const struct json_field record_fields[] = {
	JSON_FIELD(struct volume, "Name", JSON_STRING, name, 0),
	JSON_FIELD(struct volume, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(struct volume, "Mountpoint", JSON_STRING, mountpoint, 0),
	JSON_FIELD(struct volume, "Labels", JSON_STRING_MAP, labels, 0),
	JSON_FIELD(struct volume, "Options", JSON_STRING_MAP, options, 0),
	JSON_FIELD(struct volume, "Created", JSON_INT, created_ns, 0),
	JSON_FIELD(struct volume, "Anonymous", JSON_BOOL, anonymous, 0),
	JSON_END,
};
static const struct json_type record_type = {"Volume", sizeof(struct volume), record_fields};

static struct volume *
volume_new(void)
{
	struct volume *v = NEW(volume);

	v->refs = 1;
	v->arena = arena_new(0);
	list_init(&v->link);
	cond_init(&v->gone);
	return v;
}

struct volume *
volume_ref(struct volume *v)
{
	v->refs++;
	return v;
}

void
volume_unref(struct volume *v)
{
	if (--v->refs > 0)
		return;
	arena_free(v->arena);
	free(v);
}

struct list *
volume_list(struct core *core)
{
	return &core->volumes;
}

void
volume_describe(const struct volume *v, struct volume_resource *ret)
{
	static char scope[] = "local"; /* the API's structs are not const */

	*ret = (struct volume_resource){
		.created_at = v->created_ns,
		.driver = v->driver,
		.labels = v->labels,
		.mountpoint = v->mountpoint,
		.name = v->name,
		.options = v->options,
		.scope = scope,
	};
}

static struct volume *
find(struct core *core, const char *name)
{
	list_each (&core->volumes, it) {
		struct volume *v = list_entry(it, struct volume, link);

		if (str_eq(v->name, name))
			return v;
	}
	return NULL;
}

int
volume_find(struct core *core, const char *name, struct volume **ret, struct error *e)
{
	struct volume *v = find(core, name);

	if (!v || v->removing)
		return no_such_volume(e, name);
	*ret = volume_ref(v);
	return 0;
}

static int
load(void *arg, const char *id, const char *body, struct error *e)
{
	struct core *core = arg;
	struct volume *v = volume_new();
	int r = json_read(v->arena, body, strlen(body), &record_type, v, e);

	if (r < 0) {
		volume_unref(v);
		return error_wrap(e, r, "volume %s", id);
	}
	list_add(&core->volumes, &v->link);
	return 0;
}

int
volume_load_all(struct core *core, struct error *e)
{
	return db_each(core->db, RECORD_KIND, load, core, e);
}

void
volume_unload_all(struct core *core)
{
	list_each_safe (&core->volumes, it) {
		struct volume *v = list_entry(it, struct volume, link);

		list_del(&v->link);
		volume_unref(v);
	}
}

/* -- create ---------------------------------------------------------------------------------------- */

static int
check_request(const struct volume_create_request *request, struct error *e)
{
	const char *driver = str_or(request->driver, DRIVER);
	int r = str_empty(request->name) ? 0 : volume_name_check(request->name, e);

	if (r < 0)
		return r;
	if (!str_eq(driver, DRIVER))
		return error_set(e, ERROR_NOT_FOUND, -ENOENT,
			"create %s: error looking up volume plugin %s: plugin \"%s\" not found",
			request->name, driver, driver);
	if (request->driver_opts.n)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"create %s: invalid option: \"%s\": the local driver takes no options here",
			request->name, request->driver_opts.items[0].key);
	return 0;
}

static struct volume *
volume_of(const struct volume_create_request *request)
{
	struct volume *v = volume_new();
	struct volume_create_request copy = {0};
	char id[ID_SIZE];

	json_copy(v->arena, &volume_create_request_type, request, &copy);
	id_generate(id);
	v->anonymous = str_empty(request->name);
	v->name = v->anonymous ? arena_strdup(v->arena, id) : copy.name;
	v->driver = arena_strdup(v->arena, DRIVER);
	v->labels = copy.labels;
	v->options = copy.driver_opts;
	v->created_ns = clock_wall_ns();
	return v;
}

static int
save(struct core *core, const struct volume *v, struct error *e)
{
	scoped_free char *text = json_text(&record_type, v, 0);

	return db_put(core->db, RECORD_KIND, v->name, text, e);
}

static int
await_removal(struct core *core, const char *name, struct error *e)
{
	struct volume *old;

	while ((old = find(core, name)) && old->removing) {
		scoped(volume) *held = volume_ref(old);
		int r = cond_wait(&held->gone, USEC_INFINITY);

		if (r < 0)
			return error_errno(e, r, "waiting for the removal of volume %s", name);
	}
	return 0;
}

int
volume_create(struct core *core, const struct volume_create_request *request, struct volume **ret,
	struct error *e)
{
	const struct backend *b = &core->backend;
	scoped(volume) *v = NULL;
	int r = check_request(request, e);

	if (r >= 0 && !str_empty(request->name))
		r = await_removal(core, request->name, e);
	if (r < 0)
		return r;
	if (!str_empty(request->name) && volume_find(core, request->name, ret, NULL) == 0)
		return 0;
	if (!b->ops->volume_create)
		return core_missing(core, "volume create", e);
	v = volume_of(request);
	/* In the list first: a second request for the name must find it while this one is being made. */
	list_add(&core->volumes, &v->link);
	volume_ref(v);
	r = b->ops->volume_create(b->self, v, e);
	if (r >= 0)
		r = save(core, v, e);
	if (r < 0) {
		list_del(&v->link);
		volume_unref(v);
		return r;
	}
	events_emit(core->events, "volume", "create", v->name,
		(const char *[]){"driver", v->driver, NULL});
	*ret = take_ptr(v);
	return 0;
}

/* -- remove ---------------------------------------------------------------------------------------- */

static bool
uses(const struct container *c, const struct volume *v)
{
	const struct container_mount *mounts = c->mounts.items;

	for (size_t i = 0; i < c->mounts.n; i++) {
		if (str_eq(mounts[i].type, "volume") && str_eq(mounts[i].name, v->name))
			return true;
	}
	return false;
}

char **
volume_users(struct core *core, const struct volume *v)
{
	char **users = NULL;

	list_each (&core->containers, it) {
		const struct container *c = list_entry(it, struct container, link);

		if (uses(c, v))
			strv_push(&users, c->id);
	}
	return users;
}

int
volume_remove(struct core *core, struct volume *v, struct error *e)
{
	const struct backend *b = &core->backend;
	scoped_strv users = volume_users(core, v);
	int r = 0;

	if (users) {
		scoped_free char *text = strv_join(users, ", ");

		return error_set(e, ERROR_CONFLICT, -EBUSY, "remove %s: volume is in use - [%s]",
			v->name, text);
	}
	if (v->removing)
		return no_such_volume(e, v->name);
	/* Its name stays taken until files and record are gone: a new one of the name would lose both. */
	v->removing = true;
	if (b->ops->volume_remove)
		r = b->ops->volume_remove(b->self, v, e);
	if (r >= 0)
		r = db_delete(core->db, RECORD_KIND, v->name, e);
	v->removing = false;
	cond_broadcast(&v->gone);
	if (r < 0)
		return error_wrap(e, r, "remove %s", v->name);
	list_del(&v->link);
	events_emit(core->events, "volume", "destroy", v->name,
		(const char *[]){"driver", v->driver, NULL});
	volume_unref(v);
	return 0;
}
