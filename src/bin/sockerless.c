/* sockerless: the front end and one back end in one process. */
#include "backend/memory/memory.h"
#include "base/alloc.h"
#include "base/dir.h"
#include "base/log.h"
#include "base/option.h"
#include "base/str.h"
#include "core/core.h"
#include "frontend/frontend.h"
#include "http/server.h"
#include "net/notify.h"
#include "task/child.h"
#include "task/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#define LAST_ANSWERS (2 * USEC_PER_SEC) /* for calls that run when everything has stopped */

static const struct option_spec specs[] = {
	{"addr", "SOCKERLESS_ADDR", "ADDR", NULL,
		"listen on unix:///path, tcp://host:port or :port; may be repeated", true},
	{"backend", "SOCKERLESS_BACKEND", "NAME", "memory", "what runs the containers: memory",
		false},
	{"state", "SOCKERLESS_STATE", "DIR", NULL, "where containers, volumes and records are kept",
		false},
	{"fetch-image-config", "SOCKERLESS_FETCH_IMAGE_CONFIG", NULL, "false",
		"ask the registry for the real config of an image", false},
	{"insecure-registries", "SOCKERLESS_INSECURE_REGISTRIES", "HOST", NULL,
		"ask the registry at this host[:port] without TLS; may be repeated", true},
	{"insecure", "SOCKERLESS_INSECURE", NULL, "false",
		"allow plain TCP on addresses that are not loopback", false},
	{"log-level", "SOCKERLESS_LOG_LEVEL", "LEVEL", "info", "debug, info, warn or error", false},
	{"log-format", "SOCKERLESS_LOG_FORMAT", "FORMAT", "text", "text or json", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

struct program {
	const struct options *options;
	char *state_dir;
	struct listener **listeners;
	size_t n_listeners;
};

/* $XDG_RUNTIME_DIR/sockerless.sock for a user; the system's place for root. */
static char *
default_address(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0)
		return xstrdup("unix:///var/run/sockerless.sock");
	if (!str_empty(runtime))
		return xasprintf("unix://%s/sockerless.sock", runtime);
	return xasprintf("unix:///tmp/sockerless-%u.sock", (unsigned)geteuid());
}

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
listen_at(struct program *p, const char *text, struct error *e)
{
	struct address address;
	struct listener *l;
	int r = address_parse(text, &address, e);

	if (r < 0)
		return r;
	if (!address_is_local(&address) && !option_true(p->options, "insecure"))
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"%s can be reached from other machines, and whoever reaches it controls "
			"this daemon: use a loopback "
			"address or a Unix socket, or say --insecure",
			text);
	r = listener_open(&address, &l, e);
	if (r < 0)
		return r;
	p->listeners = xrealloc(p->listeners, (p->n_listeners + 1) * sizeof(struct listener *));
	p->listeners[p->n_listeners++] = l;
	return 0;
}

static int
listen_all(struct program *p, struct error *e)
{
	char *const *addresses = option_list(p->options, "addr");
	scoped_free char *fallback = NULL;
	int r = listener_inherited(&p->listeners, &p->n_listeners, e);

	if (r < 0)
		return r;
	for (; addresses && *addresses; addresses++) {
		r = listen_at(p, *addresses, e);
		if (r < 0)
			return r;
	}
	if (p->n_listeners)
		return 0;
	fallback = default_address();
	return listen_at(p, fallback, e);
}

/* On standard output, as it is for the person who typed the command; the log is on standard error.
 */
static void
print_welcome(const struct program *p)
{
	char address[300];

	address_format(listener_address(p->listeners[0]), address, sizeof(address));
	printf("Sockerless " SOCKERLESS_VERSION " is ready. Point a Docker client at it:\n\n"
	       "    export DOCKER_HOST=%s\n\n"
	       "or keep it as a context:\n\n"
	       "    docker context create sockerless --docker host=%s && docker context use "
	       "sockerless\n\n"
	       "then try:  docker run --rm alpine echo hello\n",
		address, address);
	fflush(stdout);
}

static int
serve(struct program *p, struct core *core, struct error *e)
{
	struct frontend frontend = {.next = core_handle, .context = core};
	struct http_server_options server_options = {
		.handler = frontend_handle, .context = &frontend};
	scoped(http_server) *server = http_server_new(&server_options);
	int r;

	for (size_t i = 0; i < p->n_listeners; i++) {
		r = http_server_listen(server, p->listeners[i]);
		if (r < 0)
			return error_errno(e, r, "cannot listen");
	}
	print_welcome(p);
	notify_service_manager("READY=1");
	r = signal_wait((const int[]){SIGTERM, SIGINT, 0}, USEC_INFINITY);
	notify_service_manager("STOPPING=1");
	log_info("stopping on %s", r > 0 ? strsignal(r) : "an error");
	core_stop(core);
	http_server_stop(server, clock_after(LAST_ANSWERS));
	return r < 0 ? r : 0;
}

static int
run_daemon(struct program *p, struct error *e)
{
	struct memory_options memory_options = {
		.state_dir = p->state_dir,
		.fetch_image_config = option_true(p->options, "fetch-image-config"),
		.insecure_registries = option_list(p->options, "insecure-registries"),
	};
	struct core_options core_options = {.state_dir = p->state_dir};
	scoped(memory) *memory = NULL;
	scoped(core) *core = NULL;
	int r;

	r = dir_make_all(p->state_dir, 0700, e);
	if (r >= 0)
		r = listen_all(p, e);
	if (r >= 0)
		r = memory_open(&memory_options, &memory, e);
	if (r < 0)
		return r;
	core_options.backend = memory_backend(memory);
	r = core_open(&core_options, &core, e);
	return r < 0 ? r : serve(p, core, e);
}

static int
main_task(void *arg)
{
	struct program *p = arg;
	scoped_error e = {0};
	int r = run_daemon(p, &e);

	if (r < 0)
		log_error("%s", error_message(&e));
	for (size_t i = 0; i < p->n_listeners; i++)
		listener_free(p->listeners[i]);
	free(p->listeners);
	return r < 0 ? 1 : 0;
}

static int
setup_log(const struct options *o)
{
	enum log_level level;
	const char *format = option_get(o, "log-format");

	if (log_level_parse(option_get(o, "log-level"), &level) < 0) {
		fprintf(stderr, "sockerless: --log-level must be debug, info, warn or error\n");
		return -EINVAL;
	}
	if (!str_eq(format, "text") && !str_eq(format, "json")) {
		fprintf(stderr, "sockerless: --log-format must be text or json\n");
		return -EINVAL;
	}
	log_setup(level, str_eq(format, "json"));
	return 0;
}

int
main(int argc, char **argv)
{
	struct options *o = options_parse("sockerless",
		"Serves the Docker API and runs containers without Docker, in WebAssembly "
		"sandboxes on this machine.",
		specs, argc, argv);
	struct program p = {.options = o};
	int status;

	if (setup_log(o) < 0)
		return 2;
	if (!str_eq(option_get(o, "backend"), "memory")) {
		fprintf(stderr, "sockerless: there is no back end \"%s\"; this build has: memory\n",
			option_get(o, "backend"));
		return 2;
	}
	p.state_dir = option_given(o, "state") ? xstrdup(option_get(o, "state"))
					       : default_state_dir();
	status = task_run(main_task, &p);
	free(p.state_dir);
	options_free(o);
	return status;
}
