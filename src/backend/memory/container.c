#include "backend/memory/private.h"

#include "base/alloc.h"
#include "base/str.h"
#include "docker/stdmsg.h"
#include "rootfs/tree.h"
#include "task/offload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define GENERATED_FILES 3

/* -- create -------------------------------------------------------------------------------------------------------- */

struct populate {
	char *from, *to;
};

struct create_job {
	struct populate *volumes;
	size_t n_volumes;
	struct error error;
};

static bool
directory_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool empty = dir != NULL;

	while (dir && (entry = readdir(dir))) {
		if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, ".."))
			empty = false;
	}
	if (dir)
		closedir(dir);
	return empty;
}

/* An empty volume gets what the image has at its place: the directory is replaced by a clone. */
static int
populate(const struct populate *p, struct error *e)
{
	struct stat st;

	if (stat(p->from, &st) < 0 || !S_ISDIR(st.st_mode) || directory_empty(p->from) ||
		!directory_empty(p->to))
		return 0;
	if (rmdir(p->to) < 0)
		return error_errno(e, -errno, "cannot fill the volume %s", p->to);
	return tree_clone(p->from, p->to, e);
}

static int
fill_volumes(void *arg)
{
	struct create_job *job = arg;
	int r = 0;

	for (size_t i = 0; i < job->n_volumes && r >= 0; i++)
		r = populate(&job->volumes[i], &job->error);
	return r;
}

static void
warn_about_cpu(const struct memory *m, const struct container *c, char ***warnings)
{
	struct cpu_limits limits;

	cpu_limits_of(c, &limits);
	if (!m->cgroups && (limits.quota > 0 || limits.shares))
		strv_push(warnings, "The memory back end cannot limit processor time on this host: "
				    "no cgroup is delegated to it.");
}

static void
warn_about(const struct container *c, char ***warnings)
{
	const struct host_config *host = c->host_config;

	if (host->port_bindings.n || host->publish_all_ports)
		strv_push(warnings, "The memory back end does not publish ports yet: nothing "
				    "listens on the host.");
	if (host->privileged || strv_len(host->cap_add) || host->resources.devices.n)
		strv_push(warnings, "The sandbox has no privileges to give: --privileged, "
				    "--cap-add and --device have no effect.");
}

/* Kept in the record and shown by inspect, but without effect in a sandbox. */
static void
warn_ignored(const struct container *c, char ***warnings)
{
	const struct host_config *host = c->host_config;
	const char *log = host->log_config.type;
	const struct health_config *health = c->config->healthcheck;
	const struct {
		bool given;
		const char *option;
	} options[] = {
		{strv_len(host->group_add) > 0, "--group-add"},
		{strv_len(host->security_opt) > 0, "--security-opt"},
		{strv_len(host->links) > 0, "--link"},
		{host->sysctls.n > 0, "--sysctl"},
		{host->storage_opt.n > 0, "--storage-opt"},
		{host->resources.device_requests.n > 0, "--gpus"},
		{!str_empty(host->resources.cpuset_cpus), "--cpuset-cpus"},
		{str_eq(host->pid_mode, "host"), "--pid host"},
		{str_eq(host->ipc_mode, "host"), "--ipc host"},
		{str_eq(host->uts_mode, "host"), "--uts host"},
		{health && strv_len(health->test) > 0 && !str_eq(health->test[0], "NONE"),
			"--health-cmd"},
		{!str_eq(log, "json-file") && !str_eq(log, "local") && !str_eq(log, "none"),
			"--log-driver"},
	};
	scoped_strv given = NULL;

	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (options[i].given)
			strv_push(&given, options[i].option);
	}
	if (given) {
		scoped_free char *list = strv_join(given, ", ");
		scoped_free char *text = xasprintf("The memory back end ignores %s.", list);

		strv_push(warnings, text);
	}
}

int
memory_create(void *self, struct container *c, char ***warnings, struct error *e)
{
	struct memory *m = self;
	const struct container_mount *mounts = c->mounts.items;
	scoped(arena) *arena = arena_new(0);
	char root[CONTAINER_PATH_SIZE];
	struct create_job job = {0};
	int r = builtin_need(m, e);

	if (r < 0)
		return r;
	container_path(c, "", root);
	job.volumes = ARENA_ARRAY(arena, struct populate, c->mounts.n + 1);
	for (size_t i = 0; i < c->mounts.n; i++) {
		if (!mounts[i].populate)
			continue;
		job.volumes[job.n_volumes].from = arena_printf(
			arena, "%s%s", m->builtin.root, mounts[i].destination);
		job.volumes[job.n_volumes++].to = mounts[i].source;
	}
	r = spare_take(m, root, e);
	if (r >= 0 && job.n_volumes) {
		r = task_offload(fill_volumes, &job);
		if (r < 0)
			error_move(e, &job.error);
	}
	if (r < 0)
		return error_wrap(e, r, "cannot make the container's file system");
	map_set(m->quiet, c->id, m);
	tmpfs_warn(m, c, warnings);
	warn_about_cpu(m, c, warnings);
	warn_about(c, warnings);
	warn_ignored(c, warnings);
	return 0;
}

/* -- start ----------------------------------------------------------------------------------------------------------- */

static char *
path_in(const struct container *c, struct arena *arena, const char *file)
{
	char path[CONTAINER_PATH_SIZE];

	container_path(c, file, path);
	return arena_strdup(arena, path);
}

static void
add_mounts(const struct container *c, struct arena *arena, struct workload_spec *spec)
{
	static const char *const generated[GENERATED_FILES] = {"hosts", "hostname", "resolv.conf"};
	const struct container_mount *from = c->mounts.items;
	struct workload_mount *to = ARENA_ARRAY(
		arena, struct workload_mount, c->mounts.n + GENERATED_FILES + 1);
	size_t n = 0;

	for (size_t i = 0; i < GENERATED_FILES; i++) {
		to[n].type = "bind";
		to[n].source = path_in(c, arena, generated[i]);
		to[n++].target = arena_printf(arena, "/etc/%s", generated[i]);
	}
	for (size_t i = 0; i < c->mounts.n; i++) {
		char name[TMPFS_NAME_SIZE];

		tmpfs_name(i, name);
		to[n].type = from[i].type;
		to[n].source = str_eq(from[i].type, "tmpfs") ? path_in(c, arena, name)
							     : from[i].source;
		to[n].target = from[i].destination;
		to[n++].read_only = !from[i].read_write;
	}
	spec->mounts = to;
	spec->n_mounts = n;
}

static void
add_ulimits(const struct container *c, struct arena *arena, struct workload_spec *spec)
{
	const struct json_list *list = &c->host_config->resources.ulimits;
	const struct ulimit_config *from = list->items;
	struct workload_ulimit *to = ARENA_ARRAY(arena, struct workload_ulimit, list->n + 1);

	for (size_t i = 0; i < list->n; i++)
		to[i] = (struct workload_ulimit){
			.name = from[i].name, .soft = from[i].soft, .hard = from[i].hard};
	spec->ulimits = to;
	spec->n_ulimits = list->n;
}

static int64_t
pids_limit(const struct container *c)
{
	const int64_t *limit = c->host_config->resources.pids_limit;

	return limit && *limit > 0 ? *limit : 0;
}

static int
open_workload(struct memory *m, struct container *c, struct error *e)
{
	scoped(arena) *arena = arena_new(0);
	struct workload_spec spec = {
		.root = path_in(c, arena, "rootfs"),
		.hostname = c->config->hostname,
		.read_only = c->host_config->readonly_rootfs,
		.memory = c->host_config->resources.memory,
		.pids = pids_limit(c),
		.cgroups = m->cgroups,
		.name = c->id,
	};
	struct workload *w;
	int r = etc_write(c, e);

	if (r >= 0)
		r = tmpfs_make(m, c, arena, &spec, e);
	if (r < 0)
		return r;
	add_mounts(c, arena, &spec);
	add_ulimits(c, arena, &spec);
	cpu_limits_of(c, &spec.cpu);
	r = workload_open(m->program, &spec, &w, e);
	if (r >= 0)
		c->workload = w;
	return r;
}

int
memory_start(void *self, struct container *c, const struct process_spec *spec, struct process **ret,
	struct process_failure *failure, struct error *e)
{
	struct memory *m = self;
	bool init = c->host_config->init && *c->host_config->init;
	int r;

	map_remove(m->quiet, c->id);
	r = open_workload(m, c, e);
	return r < 0 ? r : workload_run(c->workload, spec, init, ret, failure, e);
}

/* One that has ended is shown running for another moment. */
static int
running(const struct container *c, struct error *e)
{
	return c->workload ? 0 : container_not_running(e, c->id);
}

/* Its sandbox may end while it is asked: that is no failure of the sandbox, but the container's end. */
static int
answer(const struct container *c, int r, struct error *why, struct error *e)
{
	if (r == -EPIPE)
		return container_not_running(e, c->id);
	if (r < 0)
		error_move(e, why);
	return r;
}

int
memory_exec(void *self, struct container *c, const struct process_spec *spec, struct process **ret,
	struct process_failure *failure, struct error *e)
{
	scoped_error why = {0};
	int r = running(c, &why);

	(void)self;
	if (r >= 0)
		r = workload_run(c->workload, spec, false, ret, failure, &why);
	return answer(c, r, &why, e);
}

int
memory_stopped(void *self, struct container *c, struct error *e)
{
	struct memory *m = self;
	struct workload *w = take_ptr(c->workload);

	if (w) {
		if (workload_end(w))
			map_set(m->quiet, c->id, m);
		workload_free(w);
	}
	return tmpfs_remove(c, e);
}

/* -- while it runs ------------------------------------------------------------------------------------------------------ */

int
memory_pause(void *self, struct container *c, bool paused, struct error *e)
{
	scoped_error why = {0};
	int r = running(c, &why);

	(void)self;
	if (r >= 0)
		r = workload_pause(c->workload, paused, &why);
	return answer(c, r, &why, e);
}

int
memory_limit(void *self, struct container *c, char ***warnings, struct error *e)
{
	const struct memory *m = self;
	struct workload_spec spec = {
		.memory = c->host_config->resources.memory,
		.pids = pids_limit(c),
	};
	scoped_error why = {0};
	int r;

	warn_about_cpu(m, c, warnings);
	if (!container_running(c))
		return 0;
	cpu_limits_of(c, &spec.cpu);
	r = running(c, &why);
	if (r >= 0)
		r = workload_limit(c->workload, &spec, &why);
	return answer(c, r, &why, e);
}

int
memory_usage(void *self, struct container *c, struct backend_usage *ret, struct error *e)
{
	struct memory *m = self;
	struct backend_info info;
	struct sandbox_usage usage;
	scoped_error why = {0};
	int r = memory_info(m, &info, &why);

	if (r >= 0)
		r = running(c, &why);
	if (r >= 0)
		r = workload_usage(c->workload, &usage, &why);
	if (r < 0)
		return answer(c, r, &why, e);
	*ret = (struct backend_usage){
		.cpu_user_ns = usage.cpu_user_ns,
		.cpu_system_ns = usage.cpu_system_ns,
		.memory = usage.memory,
		.memory_peak = usage.memory_peak,
		.memory_limit = (uint64_t)(c->host_config->resources.memory
						   ? c->host_config->resources.memory
						   : info.memory),
		.read_bytes = usage.read_bytes,
		.write_bytes = usage.write_bytes,
		.pids = usage.pids,
		.pids_limit = (uint64_t)pids_limit(c),
	};
	return 0;
}

/* "/bin/sleep 300" → "sleep", as the kernel names a process. */
static void
program_name(const char *command, char out[16])
{
	size_t n = strcspn(command, " ");
	const char *start = command;

	for (size_t i = 0; i < n; i++) {
		if (command[i] == '/')
			start = command + i + 1;
	}
	n -= (size_t)(start - command);
	str_format(out, 16, "%.*s", (int)(n < 15 ? n : 15), start);
}

/* The parent as the host numbers it: 0 for one outside the container. */
static int32_t
host_parent(const struct sandbox_process *list, size_t n, const struct sandbox_process *p)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].pid == p->ppid)
			return list[i].host_pid;
	}
	return 0;
}

static int
deliver_task(const struct sandbox_process *p, int32_t parent,
	int (*fn)(void *arg, const struct backend_task *task), void *arg)
{
	char user[16], comm[16];
	struct backend_task task = {
		.pid = p->host_pid,
		.ppid = parent,
		.user = user,
		.tty = p->tty,
		.command = p->command,
		.comm = comm,
		.start_ns = (int64_t)p->start_ns,
		.cpu_ns = p->cpu_ns,
		.rss = p->rss,
		.state = p->state,
	};

	str_format(user, sizeof(user), p->uid ? "%u" : "root", p->uid);
	program_name(p->command, comm);
	return fn(arg, &task);
}

int
memory_tasks(void *self, struct container *c, int (*fn)(void *arg, const struct backend_task *task),
	void *arg, struct error *e)
{
	scoped_free struct sandbox_process *list = NULL;
	scoped_error why = {0};
	size_t n = 0;
	int r = running(c, &why);

	if (r >= 0)
		r = workload_processes(c->workload, &list, &n, &why);
	if (r < 0)
		return answer(c, r, &why, e);

	(void)self;
	for (size_t i = 0; i < n && r >= 0; i++)
		r = deliver_task(&list[i], host_parent(list, n, &list[i]), fn, arg);
	return r;
}
