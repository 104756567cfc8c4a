#include "core/describe.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/core.h"
#include "core/exec.h"
#include "core/journal.h"
#include "core/run.h"
#include "docker/port.h"

#include <string.h>

#define COMMAND_MAX (64 * 1024)

/* Members of the API's structs are char *, but they are only read from here on. */
static char *
text(const char *s)
{
	return (char *)(uintptr_t)str_or(s, "");
}

static struct json_list
describe_mounts(const struct container *c, struct arena *arena)
{
	const struct container_mount *mounts = c->mounts.items;
	struct mount_point *points = ARENA_ARRAY(arena, struct mount_point, c->mounts.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < c->mounts.n; i++) {
		/* What --tmpfs asks for is in HostConfig.Tmpfs only, as in the Engine. */
		if (json_map_has(&c->host_config->tmpfs, mounts[i].destination))
			continue;
		points[n++] = (struct mount_point){
			.type = mounts[i].type,
			.name = mounts[i].name,
			.source = mounts[i].source,
			.destination = mounts[i].destination,
			.driver = mounts[i].driver,
			.mode = mounts[i].mode,
			.rw = mounts[i].read_write,
			.propagation = mounts[i].propagation,
		};
	}
	return (struct json_list){.items = points, .n = n, .present = true};
}

/* -- inspect ------------------------------------------------------------------------------------------------ */

static void
describe_state(const struct container *c, struct arena *arena, struct container_state_answer *ret)
{
	*ret = (struct container_state_answer){
		.status = text(container_state_name(c->state)),
		.running = container_running(c) || c->state == CONTAINER_RESTARTING,
		.paused = c->state == CONTAINER_PAUSED,
		.restarting = c->state == CONTAINER_RESTARTING,
		.oom_killed = c->out_of_memory,
		.dead = c->state == CONTAINER_DEAD,
		.pid = c->pid,
		.exit_code = c->exit_code,
		.error = arena_strdup(arena, c->error),
		.started_at = c->started_ns,
		.finished_at = c->finished_ns,
	};
}

/* Exposed ports of a running container; none is published yet, so each is null. */
static struct json_map
describe_ports(const struct container *c, struct arena *arena)
{
	const struct json_map *exposed = &c->config->exposed_ports;
	struct json_map ports = {.present = true};

	if (!container_running(c) || exposed->n == 0)
		return ports;
	ports.items = ARENA_ARRAY(arena, struct json_member, exposed->n);
	for (size_t i = 0; i < exposed->n; i++)
		ports.items[ports.n++].key = exposed->items[i].key;
	return ports;
}

static void
describe_network(const struct container *c, struct arena *arena, struct network_settings *ret)
{
	const struct json_map *endpoints = &c->networking->endpoints_config;
	const struct endpoint_settings *bridge = json_map_get(endpoints, "bridge");

	memset(ret, 0, sizeof(*ret));
	ret->ports = describe_ports(c, arena);
	ret->networks = *endpoints;
	ret->networks.present = true;
	if (!bridge)
		return;
	ret->endpoint_id = bridge->endpoint_id;
	ret->gateway = bridge->gateway;
	ret->ip_address = bridge->ip_address;
	ret->ip_prefix_len = bridge->ip_prefix_len;
	ret->mac_address = bridge->mac_address;
}

static char **
describe_execs(const struct container *c, struct arena *arena)
{
	size_t n = 0;
	char **ids;

	list_each (&c->execs, it)
		n++;
	if (n == 0)
		return NULL;
	ids = ARENA_ARRAY(arena, char *, n + 1);
	n = 0;
	list_each (&c->execs, it) {
		const struct exec *x = list_entry(it, struct exec, link);

		if (x->state == EXEC_RUNNING)
			ids[n++] = text(x->id);
	}
	return n ? ids : NULL;
}

static char *
file_path(struct container *c, struct arena *arena, const char *file)
{
	char path[CONTAINER_PATH_SIZE];

	if (!c->started_ns && (!c->exit_code || c->exit_code == RUN_NOT_TRIED))
		return text("");
	container_path(c, file, path);
	return arena_strdup(arena, path);
}

void
describe_container(struct container *c, struct arena *arena, struct container_inspect *ret)
{
	const struct backend *b = &c->core->backend;
	struct backend_info info = {0};

	(void)b->ops->info(b->self, &info, NULL);
	*ret = (struct container_inspect){
		.id = c->id,
		.created = c->created_ns,
		.path = text(c->argv[0]),
		.args = c->argv[0] ? c->argv + 1 : c->argv,
		.image = c->image_id,
		.resolv_conf_path = file_path(c, arena, "resolv.conf"),
		.hostname_path = file_path(c, arena, "hostname"),
		.hosts_path = file_path(c, arena, "hosts"),
		.log_path = file_path(c, arena, "log"),
		.name = arena_printf(arena, "/%s", c->name),
		.restart_count = c->restart_count,
		.driver = text(info.driver),
		.platform = text("linux"),
		.mount_label = text(""),
		.process_label = text(""),
		.app_armor_profile = text(""),
		.exec_ids = describe_execs(c, arena),
		.host_config = c->host_config,
		.graph_driver = {.name = text(info.driver)},
		.mounts = describe_mounts(c, arena),
		.config = c->config,
	};
	describe_state(c, arena, &ret->state);
	describe_network(c, arena, &ret->network_settings);
}

/* -- list --------------------------------------------------------------------------------------------------- */

/* As the Engine does: words with a blank in quotes, nothing else escaped. */
static char *
command_line(const struct container *c, struct arena *arena)
{
	scoped_buf line;

	buf_init(&line, COMMAND_MAX);
	for (char **word = c->argv; *word; word++) {
		bool quoted = word != c->argv && strchr(*word, ' ');

		buf_printf(&line, "%s%s%s%s", word == c->argv ? "" : " ", quoted ? "'" : "", *word,
			quoted ? "'" : "");
	}
	return arena_strdup(arena, line.data);
}

static struct json_list
summary_ports(const struct container *c, struct arena *arena)
{
	const struct json_map *exposed = &c->config->exposed_ports;
	struct json_list ports = {.present = true};
	struct port_summary *items;

	if (!container_running(c) || exposed->n == 0)
		return ports;
	items = ARENA_ARRAY(arena, struct port_summary, exposed->n);
	for (size_t i = 0; i < exposed->n; i++) {
		struct port port;

		if (port_parse(exposed->items[i].key, &port, NULL) < 0)
			continue;
		items[ports.n++] = (struct port_summary){
			.private_port = port.first,
			.type = arena_strdup(arena, port.protocol),
		};
	}
	ports.items = items;
	return ports;
}

void
describe_summary(struct container *c, struct arena *arena, struct container_summary *ret)
{
	char status[CONTAINER_STATUS_SIZE];
	char **names = ARENA_ARRAY(arena, char *, 2);

	names[0] = arena_printf(arena, "/%s", c->name);
	container_status(c, status);
	*ret = (struct container_summary){
		.id = c->id,
		.names = names,
		.image = c->image_ref,
		.image_id = c->image_id,
		.command = command_line(c, arena),
		.created = c->created_ns / NSEC_PER_SEC,
		.ports = summary_ports(c, arena),
		.labels = c->config->labels,
		.state = text(container_state_name(c->state)),
		.status = arena_strdup(arena, status),
		.host_config = {.network_mode = c->host_config->network_mode},
		.network_settings = {.networks = c->networking->endpoints_config},
		.mounts = describe_mounts(c, arena),
	};
	ret->labels.present = true;
	ret->network_settings.networks.present = true;
}
