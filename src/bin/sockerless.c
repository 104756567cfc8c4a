/* sockerless: the front end and one back end in one process. */
#include "base/alloc.h"
#include "base/str.h"
#include "base/url.h"
#include "bin/services.h"
#include "daemon/daemon.h"
#include "frontend/frontend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option_spec specs[] = {
	{"backend", "SOCKERLESS_BACKEND", "NAME", "memory",
		"what runs the containers: memory or docker", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

static const struct option_spec *const options[] = {specs, memory_options, docker_options, NULL};

static const struct {
	const char *name;
	service_open open;
} backends[] = {{"memory", memory_service}, {"docker", docker_service}};

/* The back end's service behind the front end. */
struct both {
	struct frontend frontend;
	struct service backend;
};

static int
check(void *context, struct error *e)
{
	struct both *b = context;

	return b->backend.check ? b->backend.check(b->backend.context, e) : 0;
}

static int
handle(struct call *call, void *context, struct error *e)
{
	struct both *b = context;

	return frontend_handle(call, &b->frontend, e);
}

static int
reload(void *context, struct error *e)
{
	struct both *b = context;

	return b->backend.reload ? b->backend.reload(b->backend.context, e) : 0;
}

static void
add_metrics(void *context, struct metrics *registry)
{
	struct both *b = context;

	if (b->backend.add_metrics)
		b->backend.add_metrics(b->backend.context, registry);
}

static void
stop(void *context)
{
	struct both *b = context;

	if (b->backend.stop)
		b->backend.stop(b->backend.context);
}

static void
close_both(void *context)
{
	struct both *b = context;

	b->backend.close(b->backend.context);
	free(b);
}

static int
open_backend(const struct options *o, struct service *ret, struct error *e)
{
	const char *name = option_get(o, "backend");

	for (size_t i = 0; i < ARRAY_LEN(backends); i++)
		if (str_eq(backends[i].name, name))
			return backends[i].open(o, ret, e);
	return error_set(e, ERROR_INVALID, -EINVAL,
		"there is no back end \"%s\"; this build has: memory, docker", name);
}

static int
open_both(const struct options *o, struct service *ret, struct error *e)
{
	struct both *b = NEW(both);
	int r = open_backend(o, &b->backend, e);

	if (r < 0) {
		free(b);
		return r;
	}
	b->frontend = (struct frontend){.next = b->backend.handle, .context = b->backend.context};
	*ret = (struct service){.handle = handle,
		.context = b,
		.check = check,
		.add_metrics = add_metrics,
		.reload = reload,
		.stop = stop,
		.close = close_both};
	return 0;
}

/* On standard output, as it is for the person who typed the command; the log is on standard error. */
static void
print_welcome(const struct address *at, bool tls)
{
	char address[300];

	address_format(at, address, sizeof(address));
	printf("Sockerless " SOCKERLESS_VERSION " is ready. Point a Docker client at it:\n\n"
	       "    export DOCKER_HOST=%s\n\n"
	       "or keep it as a context:\n\n"
	       "    docker context create sockerless --docker host=%s%s && docker context use "
	       "sockerless\n\n"
	       "%s"
	       "then try:  docker run --rm alpine echo hello\n",
		address, address, tls ? ",ca=ca.pem,cert=cert.pem,key=key.pem" : "",
		tls ? "It speaks TLS: export DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, a folder "
		      "with ca.pem, cert.pem and key.pem,\n"
		    : "");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static const struct daemon daemon = {
		.name = "sockerless",
		.about =
			"Serves the Docker API and runs containers: without Docker, in WebAssembly "
			"sandboxes on this machine (memory), or in a Docker daemon (docker).",
		.options = options,
		.open = open_both,
		.welcome = print_welcome,
	};

	return daemon_main(&daemon, argc, argv);
}
