/* sockerless-frontend-docker: the stateless Docker face of a back end in another process. */
#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "base/url.h"
#include "daemon/daemon.h"
#include "daemon/listen.h"
#include "daemon/peer_tls.h"
#include "daemon/secret.h"
#include "frontend/frontend.h"
#include "frontend/remote.h"

#include <errno.h>
#include <stdlib.h>

static const struct option_spec specs[] = {
	{"backend", "SOCKERLESS_BACKEND", "URL", "http://localhost:9100",
		"the back end, http://host:port, https://host:port or unix:///path", false},
	{"backend-tlscacert", "SOCKERLESS_BACKEND_TLSCACERT", "FILE", NULL,
		"speak TLS with the back end: who signs its certificate; else the system's "
		"authorities",
		false},
	{"backend-tlscert", "SOCKERLESS_BACKEND_TLSCERT", "FILE", NULL,
		"the certificate that we show to the back end", false},
	{"backend-tlskey", "SOCKERLESS_BACKEND_TLSKEY", "FILE", NULL, "its key", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

static const struct option_spec *const options[] = {specs, secret_options, NULL};

struct face {
	struct frontend frontend;
	struct remote *remote;
	struct tls_layer *tls; /* towards the back end; NULL: plain */
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

static int
reload(void *context, struct error *e)
{
	struct face *f = context;

	return f->tls ? tls_layer_reload(f->tls, e) : 0;
}

static void
close_face(void *context)
{
	struct face *f = context;

	if (f->remote)
		remote_free(f->remote);
	if (f->tls)
		tls_layer_free(f->tls);
	free(f);
}

/* What goes over the network unprotected can be read and changed on its way, and a back end that other
 * machines reach wants to know who calls. */
static int
check_way(const struct options *o, const struct address *to, bool tls, struct error *e)
{
	bool proves = option_given(o, "secret-file") || option_given(o, "backend-tlscert");

	if (address_is_local(to))
		return 0;
	if (!tls && !option_true(o, "insecure"))
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"the back end at %s is on another machine, and the way to it is not "
			"protected: use https://, or say --insecure if the network between is",
			option_get(o, "backend"));
	if (!proves)
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"the back end at %s is on another machine, and wants to know who calls: "
			"give both sides a --secret-file, or us a --backend-tlscert",
			option_get(o, "backend"));
	return 0;
}

static bool
wants_tls(const struct options *o, const struct address *to)
{
	return to->tls || option_given(o, "backend-tlscacert") ||
	       option_given(o, "backend-tlscert");
}

static int
open_way(struct face *f, const struct options *o, const struct address *to, struct error *e)
{
	const char *path = option_get(o, "secret-file");
	struct peer_tls_files files = {.ca = option_get(o, "backend-tlscacert"),
		.cert = option_get(o, "backend-tlscert"),
		.key = option_get(o, "backend-tlskey")};
	scoped_free char *secret = NULL;
	int r = str_empty(path) ? 0 : secret_read(path, &secret, e);

	if (r < 0)
		return r;
	f->remote = remote_new(to, secret);
	if (!wants_tls(o, to))
		return 0;
	return peer_tls_open(remote_client(f->remote), to, &files, &f->tls, e);
}

static int
open_face(const struct options *o, struct service *ret, struct error *e)
{
	struct address address;
	struct face *f;
	int r = address_parse(option_get(o, "backend"), &address, e);

	if (r >= 0 && listen_is_own(o, &address))
		r = error_set(e, ERROR_INVALID, -ELOOP,
			"%s is this daemon's own address: name the back end's with --backend",
			option_get(o, "backend"));
	if (r >= 0)
		r = check_way(o, &address, wants_tls(o, &address), e);
	if (r < 0)
		return r;
	f = NEW(face);
	r = open_way(f, o, &address, e);
	if (r < 0) {
		close_face(f);
		return r;
	}
	f->frontend = (struct frontend){.next = remote_handle, .context = f->remote};
	log_info("calls go to the back end at %s", option_get(o, "backend"));
	*ret = (struct service){.handle = handle,
		.context = f,
		.check = check,
		.reload = reload,
		.close = close_face};
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
