#include "backend/memory/private.h"

#include "base/alloc.h"
#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* -- what the platform is ---------------------------------------------------------------------------------------------- */

int
memory_info(void *self, struct backend_info *ret, struct error *e)
{
	static struct utsname host;
	struct memory *m = self;

	if (!*host.release && uname(&host) < 0)
		return error_errno(e, -errno, "uname");
	*ret = (struct backend_info){
		.kernel_version = host.release,
		.operating_system = "Sockerless built-in userland (WebAssembly)",
		.architecture = host.machine,
		.driver = "clone",
		.security_options = (const char *const *)m->security_options,
		.root_dir = m->state_dir,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
		.memory = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE),
		.memory_limit = true,
		.cpu_limit = m->cgroups != NULL,
		.pids_limit = true,
	};
	return 0;
}

/* "landlock=7" becomes "name=landlock,version=7": clients take options apart in that form. */
static void
add_security_option(struct memory *m, const char *word)
{
	size_t name = strcspn(word, "=");
	scoped_free char *option = xasprintf("name=%.*s%s%s", (int)name, word,
		word[name] ? ",version=" : "", word[name] ? word + name + 1 : "");

	strv_push(&m->security_options, option);
}

/*
 * A sandbox is started and ended once: so a machine on which none can start is told so now, and /info can say what confines
 * them here.
 */
static int
probe_sandbox(struct memory *m, struct error *e)
{
	struct workload_spec spec = {.root = m->state_dir, .hostname = "probe", .read_only = true};
	scoped(workload) *w = NULL;
	int r = workload_open(m->program, &spec, &w, e);

	if (r < 0)
		return error_wrap(e, r, "%s does not work here", m->program);
	strv_push(&m->security_options, "name=wasm");
	for (char *const *word = workload_confinement(w); word && *word; word++)
		add_security_option(m, *word);
	return 0;
}

/* -- opening -------------------------------------------------------------------------------------------------------------- */

int
memory_open(const struct memory_options *options, struct memory **ret, struct error *e)
{
	scoped(memory) *m = NEW(memory);
	int r;

	m->state_dir = xstrdup(options->state_dir);
	m->fetch_image_config = options->fetch_image_config;
	m->insecure_registries = strv_copy(options->insecure_registries);
	cond_init(&m->bridge_free);
	cond_init(&m->builtin.opened);
	m->tasks = task_group_new();
	m->quiet = map_new(NULL);
	r = runtime_sandbox_program(&m->program, e);
	if (r >= 0)
		r = probe_sandbox(m, e);
	if (r < 0)
		return r;
	cpu_open(m);
	*ret = take_ptr(m);
	return 0;
}

void
memory_close(struct memory *m)
{
	task_group_end(m->tasks);
	free(m->spare_dir);
	map_free(m->quiet);
	builtin_close(m);
	if (m->cgroups)
		cgroup_place_free(m->cgroups);
	strv_free(m->security_options);
	strv_free(m->insecure_registries);
	free(m->program);
	free(m->state_dir);
	free(m);
}

static const struct backend_ops ops = {
	.name = "memory",
	.missing = "it runs its built-in userland only, and keeps no image content",
	.info = memory_info,
	.create = memory_create,
	.start = memory_start,
	.exec = memory_exec,
	.pause = memory_pause,
	.limit = memory_limit,
	.usage = memory_usage,
	.tasks = memory_tasks,
	.stopped = memory_stopped,
	.salvage = memory_salvage,
	.archive_stat = memory_archive_stat,
	.archive_get = memory_archive_get,
	.archive_put = memory_archive_put,
	.export = memory_export,
	.changes = memory_changes,
	.size = memory_size,
	.pull = memory_pull,
	.volume_create = memory_volume_create,
	.volume_remove = memory_volume_remove,
	.volume_size = memory_volume_size,
};

struct backend
memory_backend(struct memory *m)
{
	return (struct backend){.ops = &ops, .self = m};
}
