#include "core/info.h"

#include "base/self.h"
#include "base/str.h"
#include "core/container.h"
#include "core/core.h"
#include "core/events.h"
#include "docker/version.h"
#include "task/clock.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Members of the API's structs are char *, but they are only read from here on. */
static char *
text(const char *s)
{
	return (char *)(uintptr_t)str_or(s, "");
}

static char **
list_of(struct arena *arena, const char *const *items)
{
	size_t n = 0;
	char **list;

	while (items && items[n])
		n++;
	list = ARENA_ARRAY(arena, char *, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = text(items[i]);
	return list;
}

/* -- version --------------------------------------------------------------------------------------------- */

/* Go's names for what uname calls a machine, which are the API's. */
static const char *
go_architecture(const char *machine)
{
	if (str_eq(machine, "x86_64"))
		return "amd64";
	return str_eq(machine, "aarch64") ? "arm64" : machine;
}

/* When this program was made: its file's time. */
static char *
build_time(struct arena *arena)
{
	char out[TIME_TEXT_SIZE];
	struct stat st;

	if (stat("/proc/self/exe", &st) < 0)
		return text("");
	time_rfc3339((int64_t)st.st_mtim.tv_sec * NSEC_PER_SEC, out);
	return arena_strdup(arena, out);
}

static void
add_detail(struct json_map *details, const char *key, char *value)
{
	details->items[details->n].key = text(key);
	details->items[details->n++].value = value;
}

static struct json_list
describe_components(const struct version_answer *v, struct arena *arena)
{
	struct version_component *engine = ARENA_NEW(arena, version_component);
	struct json_map *details = &engine->details;

	engine->name = text("Engine");
	engine->version = v->version;
	details->items = ARENA_ARRAY(arena, struct json_member, 9);
	add_detail(details, "ApiVersion", v->api_version);
	add_detail(details, "Arch", v->arch);
	add_detail(details, "BuildTime", v->build_time);
	add_detail(details, "Experimental", text("false"));
	add_detail(details, "GitCommit", v->git_commit);
	add_detail(details, "GoVersion", v->go_version);
	add_detail(details, "KernelVersion", v->kernel_version);
	add_detail(details, "MinAPIVersion", v->min_api_version);
	add_detail(details, "Os", v->os);
	return (struct json_list){.items = engine, .n = 1, .present = true};
}

int
info_version(struct core *core, struct arena *arena, struct version_answer *ret, struct error *e)
{
	struct backend_info info = {0};
	int r = core->backend.ops->info(core->backend.self, &info, e);

	if (r < 0)
		return r;
	*ret = (struct version_answer){
		.platform = {.name = text("Sockerless")},
		.version = text(SOCKERLESS_VERSION),
		.api_version = text(API_VERSION_MAX_TEXT),
		.min_api_version = text(API_VERSION_MIN_TEXT),
		.git_commit = text(""),
		.go_version = text(""), /* there is no Go in here */
		.os = text("linux"),
		.arch = text(go_architecture(info.architecture)),
		.kernel_version = text(info.kernel_version),
		.build_time = build_time(arena),
	};
	ret->components = describe_components(ret, arena);
	return 0;
}

/* -- info ------------------------------------------------------------------------------------------------ */

static void
count_containers(struct core *core, struct system_info *ret)
{
	size_t in[CONTAINER_STATES], all = 0;

	container_count_states(core, in);
	for (size_t i = 0; i < CONTAINER_STATES; i++)
		all += in[i];
	ret->containers = (int64_t)all;
	ret->containers_paused = (int64_t)in[CONTAINER_PAUSED];
	ret->containers_running = (int64_t)(in[CONTAINER_RUNNING] + in[CONTAINER_RESTARTING]);
	ret->containers_stopped = ret->containers - ret->containers_paused -
				  ret->containers_running;
	list_each (&core->images, it)
		ret->images++;
}

/* A switch in /proc/sys; off where the kernel does not have it. */
static bool
sysctl_on(const char *path)
{
	FILE *f = fopen(path, "re");
	int c;

	if (!f)
		return false;
	c = fgetc(f);
	fclose(f);
	return c == '1';
}

static char *
host_name(struct arena *arena)
{
	char name[HOST_NAME_MAX + 1] = "";

	(void)gethostname(name, sizeof(name) - 1);
	return arena_strdup(arena, name);
}

static void
describe_limits(const struct backend_info *info, struct system_info *ret)
{
	ret->memory_limit = info->memory_limit;
	ret->cpu_cfs_period = info->cpu_limit;
	ret->cpu_cfs_quota = info->cpu_limit;
	ret->pids_limit = info->pids_limit;
	ret->cpu_shares = info->cpu_limit;
	/* Other limits are kept without control groups; the version is the host's all the same. */
	ret->cgroup_driver = text(info->cpu_limit ? "cgroupfs" : "none");
	ret->cgroup_version = text(
		access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0 ? "2" : "1");
	ret->ipv4_forwarding = sysctl_on("/proc/sys/net/ipv4/ip_forward");
	ret->bridge_nf_iptables = sysctl_on("/proc/sys/net/bridge/bridge-nf-call-iptables");
	ret->bridge_nf_ip6tables = sysctl_on("/proc/sys/net/bridge/bridge-nf-call-ip6tables");
}

static void
describe_plugins(struct arena *arena, struct info_plugins *ret)
{
	ret->volume = list_of(arena, (const char *const[]){"local", NULL});
	ret->network = list_of(arena, (const char *const[]){"bridge", "host", "null", NULL});
	ret->log = list_of(arena, (const char *const[]){"json-file", NULL});
}

static void
describe_registry(struct arena *arena, struct registry_config *ret)
{
	struct index_info *hub = ARENA_NEW(arena, index_info);
	struct json_member *member = ARENA_NEW(arena, json_member);

	hub->name = text("docker.io");
	hub->secure = true;
	hub->official = true;
	member->key = hub->name;
	member->value = hub;
	ret->index_configs = (struct json_map){.items = member, .n = 1, .present = true};
}

static struct json_map
describe_runtimes(struct arena *arena, char *name)
{
	struct json_member *member = ARENA_NEW(arena, json_member);

	member->key = name;
	member->value = ARENA_NEW(arena, info_runtime);
	return (struct json_map){.items = member, .n = 1, .present = true};
}

/* What the daemon has, whatever the back end. */
static void
describe_daemon(struct core *core, struct arena *arena, struct system_info *ret)
{
	ret->id = core->id;
	ret->name = host_name(arena);
	ret->server_version = text(SOCKERLESS_VERSION);
	ret->system_time = clock_wall_ns();
	ret->nfd = self_open_files();
	ret->ngoroutines = (int64_t)task_count();
	ret->n_events_listener = events_listeners(core->events);
	ret->logging_driver = text("json-file");
	ret->os_type = text("linux");
	ret->index_server_address = text("https://index.docker.io/v1/");
	ret->http_proxy = text(getenv("HTTP_PROXY"));
	ret->https_proxy = text(getenv("HTTPS_PROXY"));
	ret->no_proxy = text(getenv("NO_PROXY"));
	ret->default_runtime = text("sockerless");
	ret->runtimes = describe_runtimes(arena, ret->default_runtime);
	ret->swarm.local_node_state = text("inactive");
	describe_plugins(arena, &ret->plugins);
	describe_registry(arena, &ret->registry_config);
}

int
info_system(struct core *core, struct arena *arena, struct system_info *ret, struct error *e)
{
	struct backend_info info = {0};
	int r = core->backend.ops->info(core->backend.self, &info, e);

	if (r < 0)
		return r;
	*ret = (struct system_info){
		.driver = text(info.driver),
		.driver_status = ARENA_ARRAY(arena, char **, 1),
		.kernel_version = text(info.kernel_version),
		.operating_system = text(info.operating_system),
		.architecture = text(info.architecture),
		.ncpu = info.cpus,
		.mem_total = info.memory,
		.docker_root_dir = text(info.root_dir),
		.security_options = list_of(arena, info.security_options),
		.warnings = info.warnings ? list_of(arena, info.warnings) : NULL,
	};
	describe_daemon(core, arena, ret);
	describe_limits(&info, ret);
	count_containers(core, ret);
	return 0;
}
