/* The pass-through back end as a service. */
#include "backend/docker/docker.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "bin/services.h"
#include "daemon/listen.h"
#include "daemon/peer_tls.h"

#include <errno.h>
#include <stdlib.h>

const struct option_spec docker_options[] = {
	{"docker-host", "DOCKER_HOST", "ADDR", NULL,
		"docker: the Docker daemon, unix:///path or tcp://host:port; else the one that is "
		"found",
		false},
	{"docker-tls-verify", NULL, NULL, "false",
		"docker: speak TLS with the Docker daemon; so does any text in DOCKER_TLS_VERIFY",
		false},
	{"docker-cert-path", "DOCKER_CERT_PATH", "DIR", NULL,
		"docker: ca.pem, cert.pem and key.pem for that; else ~/.docker", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

struct docker_service {
	struct docker *docker;
	struct tls_layer *tls; /* NULL: plain */
};

/* DOCKER_HOST is often set to the very daemon that is being started. */
static int
check_not_self(const struct options *o, const struct address *host, struct error *e)
{
	char text[300];

	address_format(host, text, sizeof(text));
	if (listen_is_own(o, host))
		return error_set(e, ERROR_INVALID, -ELOOP,
			"%s is this daemon's own address: name the Docker daemon's with "
			"--docker-host (DOCKER_HOST is taken for it)",
			text);
	log_info("calls go to the Docker daemon at %s", text);
	return 0;
}

static int
handle(struct call *call, void *context, struct error *e)
{
	struct docker_service *s = context;

	return docker_handle(call, s->docker, e);
}

static int
check(void *context, struct error *e)
{
	struct docker_service *s = context;

	return docker_check(s->docker, e);
}

static int
reload(void *context, struct error *e)
{
	struct docker_service *s = context;

	return s->tls ? tls_layer_reload(s->tls, e) : 0;
}

static void
add_metrics(void *context, struct metrics *registry)
{
	struct docker_service *s = context;

	docker_add_metrics(s->docker, registry);
}

static void
close_service(void *context)
{
	struct docker_service *s = context;

	docker_free(s->docker);
	if (s->tls)
		tls_layer_free(s->tls);
	free(s);
}

/* The three files of DOCKER_CERT_PATH, as the docker CLI has them. */
static int
open_tls(struct docker_service *s, const struct options *o, const struct address *host,
	struct error *e)
{
	const char *given = option_get(o, "docker-cert-path");
	scoped_free char *folder = str_empty(given) ? xasprintf("%s/.docker",
							      str_or(getenv("HOME"), "/root"))
						    : xstrdup(given);
	scoped_free char *ca = xasprintf("%s/ca.pem", folder);
	scoped_free char *cert = xasprintf("%s/cert.pem", folder);
	scoped_free char *key = xasprintf("%s/key.pem", folder);
	struct peer_tls_files files = {ca, cert, key};

	return peer_tls_open(docker_client(s->docker), host, &files, &s->tls, e);
}

int
docker_service(const struct options *o, struct service *ret, struct error *e)
{
	struct docker_service *s;
	struct address host;
	int r = docker_find(option_get(o, "docker-host"), &host, e);

	if (r >= 0)
		r = check_not_self(o, &host, e);
	if (r < 0)
		return r;
	s = NEW(docker_service);
	s->docker = docker_new(&host);
	if (host.tls || option_true(o, "docker-tls-verify") ||
		!str_empty(getenv("DOCKER_TLS_VERIFY")))
		r = open_tls(s, o, &host, e);
	if (r < 0) {
		close_service(s);
		return r;
	}
	*ret = (struct service){.handle = handle,
		.context = s,
		.check = check,
		.add_metrics = add_metrics,
		.reload = reload,
		.close = close_service};
	return 0;
}
