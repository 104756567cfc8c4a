#include "core/lifecycle.h"

#include "base/str.h"
#include "core/core.h"
#include "core/events.h"
#include "core/image.h"
#include "core/mounts.h"
#include "docker/check.h"
#include "docker/config_merge.h"
#include "docker/stdmsg.h"
#include "json/read.h"

#include <errno.h>
#include <string.h>

#define DEFAULT_SHM_SIZE (64 << 20)
#define NAME_ATTEMPTS 20

/* What a guest of the sandbox cannot see or change, as the Engine lists it. */
static const char *const masked_paths[] = {"/proc/asound", "/proc/acpi", "/proc/kcore",
	"/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
	"/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap", NULL};
static const char *const readonly_paths[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", NULL};

static char **
copy_strings(struct arena *arena, const char *const *v)
{
	size_t n = strv_len((char *const *)(uintptr_t)v);
	char **copy = ARENA_ARRAY(arena, char *, n + 1);

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(arena, v[i]);
	return copy;
}

static void
set_default(struct container *c, char **member, const char *value)
{
	if (str_empty(*member))
		*member = arena_strdup(c->arena, value);
}

static void
apply_host_defaults(struct container *c)
{
	struct host_config *host = c->host_config;
	struct resources *r = &host->resources;

	set_default(c, &host->network_mode, "bridge");
	if (str_eq(host->network_mode, "default"))
		host->network_mode = arena_strdup(c->arena, "bridge");
	set_default(c, &host->log_config.type, "json-file");
	host->log_config.config.present = true;
	set_default(c, &host->restart_policy.name, "no");
	set_default(c, &host->ipc_mode, "private");
	set_default(c, &host->cgroupns_mode, "private");
	set_default(c, &host->runtime, "sockerless");
	if (!host->shm_size)
		host->shm_size = DEFAULT_SHM_SIZE;
	if (!host->masked_paths && !host->privileged)
		host->masked_paths = copy_strings(c->arena, masked_paths);
	if (!host->readonly_paths && !host->privileged)
		host->readonly_paths = copy_strings(c->arena, readonly_paths);
	if (!r->oom_kill_disable)
		r->oom_kill_disable = arena_alloc(c->arena, sizeof(bool));
	if (r->memory > 0 && r->memory_swap == 0)
		r->memory_swap = r->memory * 2;
}

/* Clients say "default" for the network that nobody chose, among the endpoints as in the mode. */
static void
name_default_endpoint(struct container *c, struct json_map *endpoints)
{
	for (size_t i = 0; i < endpoints->n; i++) {
		if (str_eq(endpoints->items[i].key, "default"))
			endpoints->items[i].key = arena_strdup(c->arena, "bridge");
	}
}

/* The network of the mode is always among the endpoints. */
static void
apply_network_defaults(struct container *c)
{
	struct json_map *endpoints = &c->networking->endpoints_config;
	const char *mode = c->host_config->network_mode;
	struct json_member *items;

	if (str_starts(mode, "container:"))
		return;
	endpoints->present = true;
	name_default_endpoint(c, endpoints);
	if (!json_map_has(endpoints, mode)) {
		items = ARENA_ARRAY(c->arena, struct json_member, endpoints->n + 1);
		if (endpoints->n)
			memcpy(items, endpoints->items, endpoints->n * sizeof(*items));
		items[endpoints->n++].key = arena_strdup(c->arena, mode);
		endpoints->items = items;
	}
	for (size_t i = 0; i < endpoints->n; i++) {
		if (!endpoints->items[i].value)
			endpoints->items[i].value = ARENA_NEW(c->arena, endpoint_settings);
	}
}

static void
set_argv(struct container *c)
{
	size_t entry = strv_len(c->config->entrypoint), cmd = strv_len(c->config->cmd);

	c->argv = ARENA_ARRAY(c->arena, char *, entry + cmd + 1);
	if (entry)
		memcpy(c->argv, c->config->entrypoint, entry * sizeof(char *));
	if (cmd)
		memcpy(c->argv + entry, c->config->cmd, cmd * sizeof(char *));
}

static bool
nothing_asked(const struct container_config *config)
{
	return str_empty(config->image) && !config->cmd && !config->entrypoint && !config->env &&
	       !config->labels.n;
}

static int
take_request(struct container *c, const struct container_create_request *request, struct error *e)
{
	scoped(image) *image = NULL;
	struct backend_info info = {0};
	int r;

	if (nothing_asked(&request->config))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"config cannot be empty in order to create a container");
	r = image_find(c->core, str_or(request->config.image, ""), &image, e);
	if (r < 0)
		return r;
	c->image_id = arena_strdup(c->arena, image->id);
	c->image_ref = arena_strdup(c->arena, request->config.image);
	c->config = ARENA_NEW(c->arena, container_config);
	c->host_config = ARENA_NEW(c->arena, host_config);
	c->networking = ARENA_NEW(c->arena, networking_config);
	json_copy(c->arena, &container_config_type, &request->config, c->config);
	if (request->host_config)
		json_copy(c->arena, &host_config_type, request->host_config, c->host_config);
	if (request->networking_config)
		json_copy(c->arena, &networking_config_type, request->networking_config,
			c->networking);
	r = check_config(c->config, e);
	if (r >= 0)
		r = check_host_config(c->host_config, e);
	if (r >= 0)
		r = c->core->backend.ops->info(c->core->backend.self, &info, e);
	if (r >= 0)
		r = check_resources(&c->host_config->resources, info.cpus, e);
	if (r >= 0)
		r = config_merge(c->arena, c->config, image->config, e);
	return r;
}

static void
complete(struct container *c)
{
	char hostname[13];

	str_format(hostname, sizeof(hostname), "%.12s", c->id);
	set_default(c, &c->config->hostname, hostname);
	apply_host_defaults(c);
	apply_network_defaults(c);
	set_argv(c);
}

static int
choose_name(struct container *c, const char *name, struct error *e)
{
	char generated[ID_NAME_SIZE];

	if (!str_empty(name)) {
		if (*name == '/')
			name++;
		if (!id_valid_name(name))
			return container_name_invalid(e, name);
		c->name = arena_strdup(c->arena, name);
		return container_register(c, e);
	}
	for (unsigned i = 0; i < NAME_ATTEMPTS; i++) {
		id_generate_name(generated, i);
		c->name = arena_strdup(c->arena, generated);
		if (container_register(c, NULL) == 0)
			return 0;
	}
	c->name = arena_strdup(c->arena, c->id);
	return container_register(c, e);
}

static int
build(struct container *c, char ***ret_warnings, struct error *e)
{
	const struct backend *b = &c->core->backend;
	int r;

	r = mounts_decide(c, e);
	if (r >= 0)
		r = b->ops->create(b->self, c, ret_warnings, e);
	if (r >= 0)
		r = container_save(c, e);
	return r;
}

static void
undo(struct container *c)
{
	const struct backend *b = &c->core->backend;

	task_shield();
	container_set_state(c, CONTAINER_REMOVING);
	if (b->ops->remove)
		b->ops->remove(b->self, c, NULL);
	core_discard(c->core, c, NULL);
	container_unregister(c);
	mounts_undo(c);
	task_unshield();
}

int
lifecycle_create(struct core *core, const char *name,
	const struct container_create_request *request, struct container **ret,
	char ***ret_warnings, struct error *e)
{
	scoped(container) *c = container_new(core);
	scoped_lease lease = {0};
	int r;

	r = take_request(c, request, e);
	if (r < 0)
		return r;
	complete(c);
	/* Held from the moment others can find it until it is whole. */
	lease_take(c, "create", &lease);
	r = choose_name(c, name, e);
	if (r < 0)
		return r;
	r = build(c, ret_warnings, e);
	if (r < 0) {
		undo(c);
		return r;
	}
	events_container(c, "create", NULL);
	*ret = container_ref(c);
	return 0;
}
