/* sockerless-frontend-docker: the stateless Docker face of a back end in another process. */
#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "base/url.h"
#include "daemon/daemon.h"
#include "daemon/secret.h"
#include "frontend/frontend.h"
#include "frontend/remote.h"

#include <errno.h>
#include <stdlib.h>

static const struct option_spec specs[] = {
	{"backend", "SOCKERLESS_BACKEND", "URL", "http://localhost:9100",
		"the back end, http://host:port or unix:///path", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

static const struct option_spec *const options[] = {specs, secret_options, NULL};

struct face {
	struct frontend frontend;
	struct remote *remote;
};

static int
check(void *context, struct error *e)
{
	struct face *f = context;

	return remote_check(f->remote, e);
}

static int
handle(struct call *call, void *context, struct error *e)
{
	struct face *f = context;

	return frontend_handle(call, &f->frontend, e);
}

static void
close_face(void *context)
{
	struct face *f = context;

	remote_free(f->remote);
	free(f);
}

/* What goes over the network unprotected can be read and changed on its way. */
static int
check_way(const struct options *o, const struct address *to, bool has_secret, struct error *e)
{
	if (address_is_local(to))
		return 0;
	if (!option_true(o, "insecure"))
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"the back end at %s is on another machine, and the way to it is not "
			"protected: say --insecure if the network between is",
			option_get(o, "backend"));
	if (!has_secret)
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"the back end at %s is on another machine: give both sides a "
			"--secret-file",
			option_get(o, "backend"));
	return 0;
}

static int
open_face(const struct options *o, struct service *ret, struct error *e)
{
	const char *path = option_get(o, "secret-file");
	scoped_free char *secret = NULL;
	struct address address;
	struct face *f;
	int r = address_parse(option_get(o, "backend"), &address, e);

	if (r >= 0 && !str_empty(path))
		r = secret_read(path, &secret, e);
	if (r >= 0)
		r = check_way(o, &address, secret, e);
	if (r < 0)
		return r;
	f = NEW(face);
	f->remote = remote_new(&address, secret);
	f->frontend = (struct frontend){.next = remote_handle, .context = f->remote};
	log_info("calls go to the back end at %s", option_get(o, "backend"));
	*ret = (struct service){
		.handle = handle, .context = f, .check = check, .close = close_face};
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct daemon daemon = {
		.name = "sockerless-frontend-docker",
		.about = "Serves the Docker API for a Sockerless back end in another process.",
		.options = options,
		.address = "tcp://localhost:2375",
		.open = open_face,
	};

	return daemon_main(&daemon, argc, argv);
}
