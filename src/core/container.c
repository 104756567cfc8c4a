#include "core/container.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/str.h"
#include "core/console.h"
#include "core/core.h"
#include "core/exec.h"
#include "core/journal.h"
#include "core/store/db.h"
#include "docker/stdmsg.h"
#include "json/read.h"
#include "json/write.h"
#include "task/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RECORD_KIND "container"

static const char *const state_names[CONTAINER_STATES] = {
	[CONTAINER_CREATED] = "created",
	[CONTAINER_RUNNING] = "running",
	[CONTAINER_PAUSED] = "paused",
	[CONTAINER_RESTARTING] = "restarting",
	[CONTAINER_REMOVING] = "removing",
	[CONTAINER_EXITED] = "exited",
	[CONTAINER_DEAD] = "dead",
};

/* -- record -------------------------------------------------------------------------------------- */

/* What is saved of a container. */
struct record {
	char *name, *image_ref, *image_id, *state, *error;
	int64_t created, exit_code, started, finished, restart_count;
	bool out_of_memory, stop_requested;
	char **argv;
	struct json_list mounts;
	struct container_config *config;
	struct host_config *host_config;
	struct networking_config *networking;
};

static const struct json_field mount_fields[] = {
	JSON_FIELD(struct container_mount, "Type", JSON_STRING, type, 0),
	JSON_FIELD(struct container_mount, "Name", JSON_STRING, name, 0),
	JSON_FIELD(struct container_mount, "Source", JSON_STRING, source, 0),
	JSON_FIELD(struct container_mount, "Destination", JSON_STRING, destination, 0),
	JSON_FIELD(struct container_mount, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(struct container_mount, "Mode", JSON_STRING, mode, 0),
	JSON_FIELD(struct container_mount, "Propagation", JSON_STRING, propagation, 0),
	JSON_FIELD(struct container_mount, "RW", JSON_BOOL, read_write, 0),
	JSON_FIELD(struct container_mount, "Anonymous", JSON_BOOL, anonymous, 0),
	JSON_FIELD(struct container_mount, "Populate", JSON_BOOL, populate, 0),
	JSON_END,
};
static const struct json_type mount_type = {
	"ContainerMount", sizeof(struct container_mount), mount_fields};

static const struct json_field record_fields[] = {
	JSON_FIELD(struct record, "Name", JSON_STRING, name, 0),
	JSON_FIELD(struct record, "Created", JSON_INT, created, 0),
	JSON_FIELD(struct record, "Image", JSON_STRING, image_ref, 0),
	JSON_FIELD(struct record, "ImageID", JSON_STRING, image_id, 0),
	JSON_FIELD(struct record, "State", JSON_STRING, state, 0),
	JSON_FIELD(struct record, "ExitCode", JSON_INT, exit_code, 0),
	JSON_FIELD(struct record, "Error", JSON_STRING, error, 0),
	JSON_FIELD(struct record, "OOMKilled", JSON_BOOL, out_of_memory, 0),
	JSON_FIELD(struct record, "Started", JSON_INT, started, 0),
	JSON_FIELD(struct record, "Finished", JSON_INT, finished, 0),
	JSON_FIELD(struct record, "RestartCount", JSON_INT, restart_count, 0),
	JSON_FIELD(struct record, "StopRequested", JSON_BOOL, stop_requested, 0),
	JSON_FIELD(struct record, "Argv", JSON_STRINGS, argv, 0),
	JSON_FIELD_OF(struct record, "Mounts", JSON_LIST, mounts, 0, mount_type),
	JSON_FIELD_OF(struct record, "Config", JSON_OBJECT_PTR, config, 0, container_config_type),
	JSON_FIELD_OF(
		struct record, "HostConfig", JSON_OBJECT_PTR, host_config, 0, host_config_type),
	JSON_FIELD_OF(struct record, "Networking", JSON_OBJECT_PTR, networking, 0,
		networking_config_type),
	JSON_END,
};
static const struct json_type record_type = {"Container", sizeof(struct record), record_fields};

static void
record_of(const struct container *c, enum container_state state, struct record *ret)
{
	*ret = (struct record){
		.name = c->name,
		.image_ref = c->image_ref,
		.image_id = c->image_id,
		.state = (char *)(uintptr_t)state_names[state],
		.error = c->error,
		.created = c->created_ns,
		.exit_code = c->exit_code,
		.started = c->started_ns,
		.finished = c->finished_ns,
		.restart_count = c->restart_count,
		.out_of_memory = c->out_of_memory,
		.stop_requested = c->stop_requested,
		.argv = c->argv,
		.mounts = c->mounts,
		.config = c->config,
		.host_config = c->host_config,
		.networking = c->networking,
	};
}

static int
record_apply(const struct record *record, struct container *c, struct error *e)
{
	size_t state = 0;

	while (state < ARRAY_LEN(state_names) && !str_eq(record->state, state_names[state]))
		state++;
	if (state == ARRAY_LEN(state_names) || !record->config || !record->host_config)
		return error_set(
			e, ERROR_INTERNAL, -EINVAL, "the saved record is not a container's");
	c->state = (enum container_state)state;
	c->name = record->name;
	c->image_ref = record->image_ref;
	c->image_id = record->image_id;
	container_set_error(c, record->error);
	c->created_ns = record->created;
	c->exit_code = (int)record->exit_code;
	c->started_ns = record->started;
	c->finished_ns = record->finished;
	c->restart_count = (int)record->restart_count;
	c->out_of_memory = record->out_of_memory;
	c->stop_requested = record->stop_requested;
	c->argv = record->argv;
	c->mounts = record->mounts;
	c->config = record->config;
	c->host_config = record->host_config;
	c->networking = record->networking ? record->networking
					   : ARENA_NEW(c->arena, networking_config);
	return 0;
}

int
container_save(struct container *c, struct error *e)
{
	return container_save_as(c, c->state, e);
}

int
container_save_as(struct container *c, enum container_state state, struct error *e)
{
	struct record record;
	scoped_free char *text = NULL;

	if (c->removed)
		return 0;
	record_of(c, state, &record);
	text = json_text(&record_type, &record, 0);
	return db_put(c->core->db, RECORD_KIND, c->id, text, e);
}

int
container_forget(struct container *c, struct error *e)
{
	return db_delete(c->core->db, RECORD_KIND, c->id, e);
}

static int
load(void *arg, const char *id, const char *body, struct error *e)
{
	struct core *core = arg;
	scoped(container) *c = container_new(core);
	struct record record = {0};
	int r;

	r = str_format(c->id, sizeof(c->id), "%s", id);
	if (r < 0)
		return error_errno(e, r, "container %s", id);
	r = json_read(c->arena, body, strlen(body), &record_type, &record, e);
	if (r >= 0)
		r = record_apply(&record, c, e);
	if (r >= 0)
		r = container_register(c, e);
	return r < 0 ? error_wrap(e, r, "container %s", id) : 0;
}

int
container_load_all(struct core *core, struct error *e)
{
	return db_each(core->db, RECORD_KIND, load, core, e);
}

/* -- life ----------------------------------------------------------------------------------------- */

struct container *
container_new(struct core *core)
{
	struct container *c = NEW(container);

	c->refs = 1;
	c->core = core;
	c->arena = arena_new(0);
	c->error = xstrdup("");
	c->created_ns = clock_wall_ns();
	list_init(&c->link);
	list_init(&c->execs);
	cond_init(&c->changed);
	id_generate(c->id);
	return c;
}

struct container *
container_ref(struct container *c)
{
	c->refs++;
	return c;
}

void
container_unref(struct container *c)
{
	if (--c->refs > 0)
		return;
	bug_if(c->process || !list_empty(&c->execs));
	if (c->console)
		console_free(c->console);
	if (c->journal)
		journal_free(c->journal);
	free(c->error);
	arena_free(c->arena);
	free(c);
}

void
container_path(const struct container *c, const char *file, char out[CONTAINER_PATH_SIZE])
{
	/* A state directory whose paths do not fit was refused by core_open. */
	bug_if(str_format(out, CONTAINER_PATH_SIZE, "%s/containers/%s%s%s", c->core->state_dir,
		       c->id, *file ? "/" : "", file) < 0);
}

/* -- registry -------------------------------------------------------------------------------------- */

int
container_register(struct container *c, struct error *e)
{
	struct core *core = c->core;
	struct container *holder = map_get(core->containers_by_name, c->name);

	if (holder)
		return container_name_taken(e, c->name, holder->id);
	map_set(core->containers_by_name, c->name, c);
	map_set(core->containers_by_id, c->id, c);
	list_add(&core->containers, &c->link);
	container_ref(c);
	return 0;
}

int
container_rename_registered(struct container *c, const char *name, struct error *e)
{
	struct core *core = c->core;
	struct container *holder = map_get(core->containers_by_name, name);

	if (holder && holder != c)
		return container_name_taken(e, name, holder->id);
	map_remove(core->containers_by_name, c->name);
	c->name = arena_strdup(c->arena, name);
	map_set(core->containers_by_name, c->name, c);
	return 0;
}

void
container_unregister(struct container *c)
{
	map_remove(c->core->containers_by_name, c->name);
	map_remove(c->core->containers_by_id, c->id);
	list_del(&c->link);
	c->removed = true;
	cond_broadcast(&c->changed);
	exec_forget_all(c);
	container_unref(c);
}

static struct container *
find_prefix(struct core *core, const char *prefix, bool *ret_ambiguous)
{
	struct container *found = NULL;

	list_each (&core->containers, it) {
		struct container *c = list_entry(it, struct container, link);

		if (!str_starts(c->id, prefix))
			continue;
		*ret_ambiguous = found != NULL;
		if (found)
			return NULL;
		found = c;
	}
	return found;
}

int
container_find(struct core *core, const char *what, struct container **ret, struct error *e)
{
	struct container *c = map_get(core->containers_by_id, what);
	bool ambiguous = false;

	if (!c)
		c = map_get(core->containers_by_name, *what == '/' ? what + 1 : what);
	if (!c && id_valid_hex(what))
		c = find_prefix(core, what, &ambiguous);
	if (ambiguous)
		return error_set(e, ERROR_INVALID, -ENOTUNIQ,
			"multiple IDs found with provided prefix: %s", what);
	if (!c && !*what)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid name or ID supplied: \"\"");
	if (!c)
		return no_such_container(e, what);
	*ret = container_ref(c);
	return 0;
}

/* -- state ------------------------------------------------------------------------------------------ */

bool
container_running(const struct container *c)
{
	return c->state == CONTAINER_RUNNING || c->state == CONTAINER_PAUSED;
}

const char *
container_state_name(enum container_state state)
{
	return state_names[state];
}

void
container_count_states(const struct core *core, size_t ret[CONTAINER_STATES])
{
	memset(ret, 0, CONTAINER_STATES * sizeof(*ret));
	list_each (&core->containers, it)
		ret[list_entry(it, struct container, link)->state]++;
}

static bool
move_allowed(enum container_state from, enum container_state to)
{
	switch (to) {
	case CONTAINER_CREATED:
		return false;
	case CONTAINER_RUNNING:
		return from != CONTAINER_REMOVING && from != CONTAINER_DEAD;
	case CONTAINER_PAUSED:
		return from == CONTAINER_RUNNING;
	case CONTAINER_RESTARTING:
	case CONTAINER_EXITED:
		return from != CONTAINER_REMOVING && from != CONTAINER_DEAD;
	case CONTAINER_REMOVING:
		return from != CONTAINER_RUNNING && from != CONTAINER_PAUSED;
	case CONTAINER_DEAD:
		return from == CONTAINER_REMOVING;
	}
	return false;
}

void
container_set_state(struct container *c, enum container_state state)
{
	bug_if(!move_allowed(c->state, state));
	c->state = state;
	cond_broadcast(&c->changed);
}

void
container_set_error(struct container *c, const char *text)
{
	char *old = c->error;

	c->error = xstrdup(str_or(text, ""));
	free(old);
}

void
container_status(const struct container *c, char out[CONTAINER_STATUS_SIZE])
{
	int64_t now = clock_wall_ns();
	char since[TIME_HUMAN_SIZE];

	switch (c->state) {
	case CONTAINER_RUNNING:
	case CONTAINER_PAUSED:
		time_human(now - c->started_ns, since);
		snprintf(out, CONTAINER_STATUS_SIZE, "Up %s%s", since,
			c->state == CONTAINER_PAUSED ? " (Paused)" : "");
		return;
	case CONTAINER_RESTARTING:
		time_human(now - c->finished_ns, since);
		snprintf(out, CONTAINER_STATUS_SIZE, "Restarting (%d) %s ago", c->exit_code, since);
		return;
	case CONTAINER_EXITED:
		time_human(now - c->finished_ns, since);
		snprintf(out, CONTAINER_STATUS_SIZE, "Exited (%d) %s ago", c->exit_code, since);
		return;
	case CONTAINER_CREATED:
		snprintf(out, CONTAINER_STATUS_SIZE, "Created");
		return;
	case CONTAINER_REMOVING:
		snprintf(out, CONTAINER_STATUS_SIZE, "Removal In Progress");
		return;
	case CONTAINER_DEAD:
		snprintf(out, CONTAINER_STATUS_SIZE, "Dead");
		return;
	}
}

/* -- lease ------------------------------------------------------------------------------------------ */

int
lease_take(struct container *c, const char *verb, struct lease *ret)
{
	while (c->verb) {
		int r = cond_wait(&c->changed, USEC_INFINITY);

		if (r < 0)
			return r;
	}
	c->verb = verb;
	ret->container = container_ref(c);
	return 0;
}

void
lease_drop(struct lease *l)
{
	struct container *c = l->container;

	if (!c)
		return;
	l->container = NULL;
	c->verb = NULL;
	cond_broadcast(&c->changed);
	container_unref(c);
}
