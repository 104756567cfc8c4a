/* The pass-through back end as a service. */
#include "backend/docker/docker.h"
#include "base/log.h"
#include "base/str.h"
#include "bin/services.h"

#include <errno.h>

const struct option_spec docker_options[] = {
	{"docker-host", "DOCKER_HOST", "ADDR", NULL,
		"docker: the Docker daemon, unix:///path or tcp://host:port; else the one that is "
		"found",
		false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

/* DOCKER_HOST is often set to the very daemon that is being started. */
static int
check_not_self(const struct options *o, const struct address *host, struct error *e)
{
	char *const *own = option_list(o, "addr");
	char a[300], b[300];

	address_format(host, a, sizeof(a));
	for (; own && *own; own++) {
		struct address address;

		if (address_parse(*own, &address, NULL) < 0)
			continue;
		address_format(&address, b, sizeof(b));
		if (str_eq(a, b))
			return error_set(e, ERROR_INVALID, -ELOOP,
				"%s is this daemon's own address: name the Docker daemon's with "
				"--docker-host (DOCKER_HOST is taken for it)",
				a);
	}
	log_info("calls go to the Docker daemon at %s", a);
	return 0;
}

static void
close_service(void *context)
{
	docker_free(context);
}

int
docker_service(const struct options *o, struct service *ret, struct error *e)
{
	struct address host;
	int r = docker_find(option_get(o, "docker-host"), &host, e);

	if (r >= 0)
		r = check_not_self(o, &host, e);
	if (r < 0)
		return r;
	*ret = (struct service){.handle = docker_handle,
		.context = docker_new(&host),
		.check = docker_check,
		.close = close_service};
	return 0;
}
