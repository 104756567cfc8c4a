#include "daemon/daemon.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "daemon/listen.h"
#include "daemon/metrics.h"
#include "daemon/options.h"
#include "daemon/secret.h"
#include "daemon/tls.h"
#include "http/server.h"
#include "net/notify.h"
#include "task/child.h"
#include "task/clock.h"
#include "wire/internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define LAST_ANSWERS (2 * USEC_PER_SEC) /* for calls that run when everything has stopped */

struct run {
	const struct daemon *daemon;
	const struct options *options;
	struct listeners listeners;
	struct service service;
	char *secret;          /* that callers must have, or NULL */
	struct tls_layer *tls; /* NULL: off */
};

/* -- calls ------------------------------------------------------------------------------------- */

/* Paths hold names, and queries may hold more than that: the log has the path only. */
static void
log_call(const struct call *call, const char *path, usec_t began, const struct error *e)
{
	const char *identity = http_identity(call);
	int status = call->status ? call->status
				  : http_status_of(e->kind); /* still to be rendered */

	log_debug("%s %s%s%s: %d after %llu us", call->request.method, path, identity ? " by " : "",
		str_or(identity, ""), status, (unsigned long long)(clock_now() - began));
}

static int
handle(struct call *call, void *context, struct error *e)
{
	struct run *run = context;
	const char *path = call->request.path;
	usec_t began = clock_now();
	int r = secret_check(call, run->secret, e);

	if (run->daemon->internal)
		call->route_header = INTERNAL_ROUTE_HEADER;
	if (r >= 0)
		r = run->service.handle(call, run->service.context, e);
	if (log_enabled(LOG_DEBUG))
		log_call(call, path, began, e);
	return r;
}

/* -- a run ------------------------------------------------------------------------------------- */

static int
read_secret(struct run *run, struct error *e)
{
	const char *path = NULL;

	if (run->daemon->internal)
		path = option_get(run->options, "secret-file");
	return str_empty(path) ? 0 : secret_read(path, &run->secret, e);
}

static int
open_tls(struct run *run, struct error *e)
{
	const struct options *o = run->options;

	if (daemon_tls_wanted(o))
		return daemon_tls_open(o, &run->tls, e);
	if (option_given(o, "tlscacert") || option_given(o, "tlscert") || option_given(o, "tlskey"))
		log_warn("TLS is off, although files are given for it: say --tls or --tlsverify");
	return 0;
}

static int
open_run(struct run *run, struct error *e)
{
	struct listen_rules rules = {.internal = run->daemon->internal};
	int r = read_secret(run, e);

	if (r >= 0)
		r = open_tls(run, e);
	rules.has_secret = run->secret;
	rules.tls = run->tls;
	rules.verifies = run->tls && daemon_tls_verifies(run->options);
	if (r >= 0)
		r = listen_open(&run->listeners, run->options, &rules, e);
	if (r >= 0)
		r = run->daemon->open(run->options, &run->service, e);
	return r;
}

static int
listen_all(struct run *run, struct http_server *server, struct error *e)
{
	for (size_t i = 0; i < run->listeners.n; i++) {
		const struct address *address = listener_address(run->listeners.items[i]);
		int r = http_server_listen(server, run->listeners.items[i]);
		char text[300];

		address_format(address, text, sizeof(text));
		if (r < 0)
			return error_errno(e, r, "cannot listen at %s", text);
		log_info("listening at %s", text);
	}
	return 0;
}

/* Everything that is read again keeps what it had when that fails. */
static void
reload(const struct run *run)
{
	const struct service *service = &run->service;
	scoped_error e = {0};
	int r = run->tls ? tls_layer_reload(run->tls, &e) : 0;

	if (r >= 0 && service->reload)
		r = service->reload(service->context, &e);
	if (r < 0)
		log_error("SIGHUP: not all certificates could be read again, those stay as they "
			  "were: %s",
			error_message(&e));
	else
		log_info("SIGHUP: new connections get the certificates as they are now");
}

static const int signals[] = {SIGTERM, SIGINT, SIGHUP, 0};

static int
await_end(const struct run *run)
{
	int r = SIGHUP;

	while (r == SIGHUP) {
		r = signal_wait(signals, USEC_INFINITY);
		if (r == SIGHUP)
			reload(run);
	}
	notify_service_manager("STOPPING=1");
	log_info("stopping on %s", r > 0 ? strsignal(r) : "an error");
	return r;
}

static int
serve(struct run *run, struct error *e)
{
	struct service *service = &run->service;
	struct daemon_metrics_options metrics_options = {.next = handle,
		.context = run,
		.check = service->check,
		.check_context = service->context};
	scoped(daemon_metrics) *metrics = daemon_metrics_new(&metrics_options);
	struct http_server_options options = {.handler = daemon_metrics_handle, .context = metrics};
	scoped(http_server) *server = http_server_new(&options);
	int r;

	daemon_metrics_watch(metrics, server);
	if (service->add_metrics)
		service->add_metrics(service->context, daemon_metrics_registry(metrics));
	r = listen_all(run, server, e);
	if (r < 0)
		return r;
	if (run->daemon->welcome)
		run->daemon->welcome(listener_address(run->listeners.items[0]), run->tls);
	notify_service_manager("READY=1");
	r = await_end(run);
	if (service->stop)
		service->stop(service->context);
	http_server_stop(server, clock_after(LAST_ANSWERS));
	return r < 0 ? error_errno(e, r, "cannot wait for signals") : 0;
}

static int
main_task(void *arg)
{
	struct run *run = arg;
	scoped_error e = {0};
	int r;

	/* Those that come before somebody waits for them stay pending from now on. */
	signal_wait(signals, 0);
	r = open_run(run, &e);
	if (r >= 0)
		r = serve(run, &e);
	if (r < 0)
		log_error("%s", error_message(&e));
	if (run->service.close)
		run->service.close(run->service.context);
	listen_close(&run->listeners);
	if (run->tls)
		tls_layer_free(run->tls);
	free(run->secret);
	if (r < 0)
		return e.kind == ERROR_INVALID ? 2 : 1;
	return 0;
}

/* -- the program ------------------------------------------------------------------------------- */

static int
setup_log(const char *name, const struct options *o)
{
	enum log_level level;
	const char *format = option_get(o, "log-format");

	if (log_level_parse(option_get(o, "log-level"), &level) < 0) {
		fprintf(stderr, "%s: --log-level must be debug, info, warn or error\n", name);
		return -EINVAL;
	}
	if (!str_eq(format, "text") && !str_eq(format, "json")) {
		fprintf(stderr, "%s: --log-format must be text or json\n", name);
		return -EINVAL;
	}
	log_setup(level, str_eq(format, "json"));
	return 0;
}

int
daemon_main(const struct daemon *daemon, int argc, char **argv)
{
	scoped_free char *address = daemon->address ? xstrdup(daemon->address)
						    : listen_default_address();
	scoped_free struct option_spec *specs = daemon_options(daemon->options, address);
	scoped(options) *o = options_parse(daemon->name, daemon->about, specs, argc, argv);
	struct run run = {.daemon = daemon, .options = o};

	return setup_log(daemon->name, o) < 0 ? 2 : task_run(main_task, &run);
}
