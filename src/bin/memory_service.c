/* The memory back end as a service: its core, and what runs below it. */
#include "backend/memory/memory.h"
#include "base/alloc.h"
#include "base/dir.h"
#include "base/str.h"
#include "bin/services.h"
#include "core/core.h"
#include "core/metrics.h"

#include <stdlib.h>
#include <unistd.h>

const struct option_spec memory_options[] = {
	{"state", "SOCKERLESS_STATE", "DIR", NULL,
		"memory: where containers, volumes and records are kept", false},
	{"fetch-image-config", "SOCKERLESS_FETCH_IMAGE_CONFIG", NULL, "false",
		"memory: ask the registry for the real config of an image", false},
	{"insecure-registries", "SOCKERLESS_INSECURE_REGISTRIES", "HOST", NULL,
		"memory: ask the registry at this host[:port] without TLS; may be repeated", true},
	{NULL, NULL, NULL, NULL, NULL, false},
};

struct memory_service {
	struct memory *memory;
	struct core *core;
};

static char *
default_state_dir(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (geteuid() == 0)
		return xstrdup("/var/lib/sockerless");
	if (!str_empty(state))
		return xasprintf("%s/sockerless", state);
	return xasprintf("%s/.local/state/sockerless", str_or(home, "/tmp"));
}

static int
handle(struct call *call, void *context, struct error *e)
{
	struct memory_service *s = context;

	return core_handle(call, s->core, e);
}

static void
add_metrics(void *context, struct metrics *registry)
{
	struct memory_service *s = context;

	core_add_metrics(s->core, registry);
}

static void
stop(void *context)
{
	struct memory_service *s = context;

	core_stop(s->core);
}

static void
close_service(void *context)
{
	struct memory_service *s = context;

	if (s->core)
		core_close(s->core);
	if (s->memory)
		memory_close(s->memory);
	free(s);
}

static int
open_service(struct memory_service *s, const struct options *o, char *state_dir, struct error *e)
{
	struct memory_options memory = {
		.state_dir = state_dir,
		.fetch_image_config = option_true(o, "fetch-image-config"),
		.insecure_registries = option_list(o, "insecure-registries"),
	};
	struct core_options core = {.state_dir = state_dir};
	int r = dir_make_all(state_dir, 0700, e);

	if (r >= 0)
		r = memory_open(&memory, &s->memory, e);
	if (r < 0)
		return r;
	core.backend = memory_backend(s->memory);
	return core_open(&core, &s->core, e);
}

int
memory_service(const struct options *o, struct service *ret, struct error *e)
{
	scoped_free char *state_dir = option_given(o, "state") ? xstrdup(option_get(o, "state"))
							       : default_state_dir();
	struct memory_service *s = NEW(memory_service);
	int r = open_service(s, o, state_dir, e);

	if (r < 0) {
		close_service(s);
		return r;
	}
	*ret = (struct service){.handle = handle,
		.context = s,
		.add_metrics = add_metrics,
		.stop = stop,
		.close = close_service};
	return 0;
}
