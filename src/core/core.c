#include "core/core.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "core/container.h"
#include "core/events.h"
#include "core/exec.h"
#include "core/image.h"
#include "core/lifecycle.h"
#include "core/network.h"
#include "core/store/db.h"
#include "core/volume.h"
#include "docker/version.h"
#include "json/read.h"
#include "rootfs/tree.h"
#include "task/clock.h"
#include "task/offload.h"
#include "wire/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define STATE_PATH_MAX 3000 /* leaves room for what is below it */
#define STOP_TIMEOUT (10 * USEC_PER_SEC)
#define SERVER_HEADER "Sockerless/" SOCKERLESS_VERSION " (linux)"

/* -- the state directory --------------------------------------------------------------------------------- */

static int
make_subdirectory(const struct core *core, const char *name, struct error *e)
{
	char path[CONTAINER_PATH_SIZE];

	if (str_format(path, sizeof(path), "%s/%s", core->state_dir, name) < 0)
		return error_set(
			e, ERROR_INVALID, -ENAMETOOLONG, "the state directory's path is too long");
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_errno(e, -errno, "cannot make %s", path);
	return 0;
}

static int
remove_tree(void *path)
{
	scoped_error e = {0};
	int r = tree_remove(path, &e);

	if (r < 0)
		log_warn("%s", error_message(&e));
	return r;
}

static void
remove_tree_run(void *arg)
{
	scoped_free char *path = arg;

	task_offload(remove_tree, path);
}

/* What the last run had no time to delete. */
static int
empty_directory(void *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		scoped_free char *inside = xasprintf("%s/%s", (const char *)path, entry->d_name);

		if (*entry->d_name != '.')
			remove_tree(inside);
	}
	if (dir)
		closedir(dir);
	return 0;
}

static void
empty_trash_run(void *arg)
{
	scoped_free char *path = arg;

	task_offload(empty_directory, path);
}

/* *ret is where it is now, malloc'ed; NULL if it was gone. */
static int
move_to_trash(struct core *core, const struct container *c, char **ret, struct error *e)
{
	char path[CONTAINER_PATH_SIZE];
	scoped_free char *trash = xasprintf("%s/trash/%s", core->state_dir, c->id);

	*ret = NULL;
	container_path(c, "", path);
	if (rename(path, trash) < 0)
		return errno == ENOENT ? 0 : error_errno(e, -errno, "cannot remove %s", path);
	*ret = take_ptr(trash);
	return 0;
}

int
core_discard(struct core *core, const struct container *c, struct error *e)
{
	const struct backend *b = &core->backend;
	char *trash;
	int r = move_to_trash(core, c, &trash, e);

	if (r >= 0 && b->ops->salvage)
		b->ops->salvage(b->self, c->id, trash);
	if (trash)
		task_spawn(core->tasks, "core.trash", remove_tree_run, trash);
	return r;
}

int
core_erase(struct core *core, const struct container *c, struct error *e)
{
	scoped_free char *trash = NULL;
	int r = move_to_trash(core, c, &trash, e);

	if (trash)
		task_offload(remove_tree, trash);
	return r;
}

/* One daemon a state directory: the lock is the kernel's, so a killed daemon leaves none behind. */
static int
lock_state(struct core *core, struct error *e)
{
	scoped_free char *path = xasprintf("%s/lock", core->state_dir);

	core->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (core->lock_fd < 0)
		return error_errno(e, -errno, "cannot open %s", path);
	if (flock(core->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"another sockerless uses %s: stop it, or choose another directory with "
			"--state",
			core->state_dir);
	return 0;
}

static int
open_state(struct core *core, struct error *e)
{
	scoped_free char *trash = xasprintf("%s/trash", core->state_dir);
	scoped_free char *db = xasprintf("%s/sockerless.db", core->state_dir);
	int r;

	if (strlen(core->state_dir) > STATE_PATH_MAX)
		return error_set(
			e, ERROR_INVALID, -ENAMETOOLONG, "the state directory's path is too long");
	r = lock_state(core, e);
	if (r >= 0)
		r = make_subdirectory(core, "trash", e);
	if (r >= 0)
		task_spawn(core->tasks, "core.trash", empty_trash_run, take_ptr(trash));
	if (r >= 0)
		r = make_subdirectory(core, "containers", e);
	if (r >= 0)
		r = make_subdirectory(core, "volumes", e);
	if (r >= 0)
		r = db_open(db, &core->db, e);
	return r;
}

static int
take_id(void *arg, const char *id, const char *body, struct error *e)
{
	struct core *core = arg;

	(void)body;
	(void)e;
	free(core->id);
	core->id = xstrdup(id);
	return 0;
}

/* The installation's id is made once. */
static int
load_id(struct core *core, struct error *e)
{
	char id[ID_SIZE];
	int r = db_each(core->db, "installation", take_id, core, e);

	if (r < 0 || core->id)
		return r;
	id_generate(id);
	core->id = xasprintf("%.8s-%.4s-%.4s-%.4s-%.12s", id, id + 8, id + 12, id + 16, id + 20);
	return db_put(core->db, "installation", core->id, "{}", e);
}

/* -- opening and closing ----------------------------------------------------------------------------------- */

static struct core *
core_new(const struct core_options *options)
{
	struct core *core = NEW(core);

	core->backend = options->backend;
	core->state_dir = xstrdup(options->state_dir);
	core->started_ns = clock_wall_ns();
	core->lock_fd = -1;
	core->events = events_new();
	core->tasks = task_group_new();
	core->containers_by_id = map_new(NULL);
	core->containers_by_name = map_new(NULL);
	core->execs = map_new(NULL);
	list_init(&core->containers);
	list_init(&core->images);
	list_init(&core->networks);
	list_init(&core->volumes);
	core->router = router_new();
	router_add(core->router, container_routes);
	router_add(core->router, container_list_routes);
	router_add(core->router, container_usage_routes);
	router_add(core->router, container_stream_routes);
	router_add(core->router, container_file_routes);
	router_add(core->router, exec_routes);
	router_add(core->router, image_routes);
	router_add(core->router, network_routes);
	router_add(core->router, volume_routes);
	router_add(core->router, system_routes);
	return core;
}

/* A daemon that is killed while it makes or removes a container leaves files that no record speaks of. */
static int
clear_leftovers(struct core *core, struct error *e)
{
	scoped_free char *containers = xasprintf("%s/containers", core->state_dir);
	DIR *dir = opendir(containers);
	struct dirent *entry;

	if (!dir)
		return error_errno(e, -errno, "cannot read %s", containers);
	while ((entry = readdir(dir))) {
		scoped_free char *left = xasprintf("%s/%s", containers, entry->d_name),
				 *trash = xasprintf("%s/trash/%s", core->state_dir, entry->d_name);

		if (*entry->d_name == '.' || map_has(core->containers_by_id, entry->d_name))
			continue;
		if (rename(left, trash) < 0)
			log_warn("%s belongs to no container and cannot be moved: %m", left);
		else
			task_spawn(core->tasks, "core.trash", remove_tree_run, take_ptr(trash));
	}
	closedir(dir);
	return 0;
}

static int
load_records(struct core *core, struct error *e)
{
	int r = load_id(core, e);

	if (r >= 0)
		r = image_load_all(core, e);
	if (r >= 0)
		r = network_load_all(core, e);
	if (r >= 0)
		r = volume_load_all(core, e);
	if (r >= 0)
		r = container_load_all(core, e);
	if (r >= 0)
		r = clear_leftovers(core, e);
	if (r >= 0)
		r = lifecycle_recover(core, e);
	return r;
}

int
core_open(const struct core_options *options, struct core **ret, struct error *e)
{
	scoped(core) *core = core_new(options);
	int r = open_state(core, e);

	if (r >= 0)
		r = load_records(core, e);
	if (r < 0)
		return error_wrap(e, r, "cannot open the state in %s", options->state_dir);
	*ret = take_ptr(core);
	return 0;
}

void
core_stop(struct core *core)
{
	core->stopping = true;
	lifecycle_stop_all(core, clock_after(STOP_TIMEOUT));
}

static void
free_records(struct core *core)
{
	while (!list_empty(&core->containers))
		container_unregister(list_entry(core->containers.next, struct container, link));
	image_unload_all(core);
	network_unload_all(core);
	volume_unload_all(core);
}

void
core_close(struct core *core)
{
	task_shield();
	core_stop(core);
	/* What had begun to start when the stop came may run by now: its monitor ends with it. */
	if (task_group_join(core->tasks, clock_after(STOP_TIMEOUT)) < 0)
		core_stop(core);
	task_group_end(core->tasks);
	free_records(core);
	if (core->db)
		db_close(core->db);
	task_unshield();
	router_free(core->router);
	map_free(core->execs);
	map_free(core->containers_by_id);
	map_free(core->containers_by_name);
	events_free(core->events);
	if (core->lock_fd >= 0)
		close(core->lock_fd);
	free(core->state_dir);
	free(core->id);
	free(core);
}

/* -- requests ----------------------------------------------------------------------------------------------- */

/* Those that every answer of the Engine has. */
static void
set_headers(struct call *call)
{
	http_set_header(call, "Api-Version", API_VERSION_MAX_TEXT);
	http_set_header(call, "Docker-Experimental", "false");
	http_set_header(call, "Ostype", "linux");
	http_set_header(call, "Server", SERVER_HEADER);
}

int
core_handle(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	const char *version = str_or(http_header(call, INTERNAL_VERSION_HEADER), "");
	int r;

	set_headers(call);
	if (!str_starts(call->request.path, INTERNAL_PREFIX "/"))
		return error_set(e, ERROR_NOT_FOUND, -ENOENT, "page not found");
	r = api_version_check(version, &call->api_version, e);
	if (r < 0)
		return r;
	return router_handle(
		core->router, call, call->request.path + strlen(INTERNAL_PREFIX), core, e);
}

int
core_missing(struct core *core, const char *operation, struct error *e)
{
	return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
		"%s is not supported by the %s back end: %s", operation, core->backend.ops->name,
		core->backend.ops->missing);
}

static bool
is_json(const char *content_type)
{
	return str_starts(content_type, "application/json") &&
	       (content_type[16] == '\0' || content_type[16] == ';');
}

int
core_read_json(struct call *call, const struct json_type *type, void *object, bool optional,
	struct error *e)
{
	const char *content_type = http_header(call, "Content-Type");
	char *text;
	size_t n;
	int r;

	r = http_read_all(call, CORE_MAX_BODY, &text, &n, e);
	if (r < 0)
		return r;
	if (n == 0 && optional)
		return 0;
	if (!is_json(str_or(content_type, "")))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"unsupported Content-Type header (%s): must be 'application/json'",
			str_or(content_type, ""));
	if (n == 0)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"invalid JSON: got EOF while reading request body");
	r = json_read(call->arena, text, n, type, object, e);
	return r < 0 ? error_wrap(e, r, "invalid JSON") : 0;
}
