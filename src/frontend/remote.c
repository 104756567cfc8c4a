#include "frontend/remote.h"

#include "base/alloc.h"
#include "base/str.h"
#include "http/forward.h"
#include "task/clock.h"
#include "wire/internal.h"

#include <errno.h>

#define CHECK_TIMEOUT (5 * USEC_PER_SEC)

struct remote {
	struct http_client *client;
	char *name;
	char *secret;
};

struct remote *
remote_new(const struct address *address, const char *secret)
{
	struct remote *r = NEW(remote);
	char text[sizeof(address->host) + 32];

	address_format(address, text, sizeof(text));
	r->client = http_client_new(address);
	r->name = xasprintf("the back end at %s", text);
	r->secret = secret ? xstrdup(secret) : NULL;
	return r;
}

void
remote_free(struct remote *r)
{
	http_client_free(r->client);
	free(r->name);
	free(r->secret);
	free(r);
}

struct http_client *
remote_client(struct remote *r)
{
	return r->client;
}

int
remote_handle(struct call *call, void *context, struct error *e)
{
	struct remote *r = context;
	/* A NULL value: a client's own goes no further. Both are ours, whatever its Connection names. */
	const struct http_header headers[] = {
		{INTERNAL_SECRET_HEADER, r->secret},
		{INTERNAL_VERSION_HEADER, http_header(call, INTERNAL_VERSION_HEADER)},
		{NULL, NULL},
	};
	struct http_forward f = {
		.client = r->client,
		.peer = r->name,
		.target = http_target(call, call->request.path),
		.headers = headers,
		.route_header = INTERNAL_ROUTE_HEADER,
	};

	return http_forward(call, &f, e);
}

int
remote_check(void *context, struct error *e)
{
	struct remote *r = context;
	scoped(http_exchange) *x = NULL;
	int n = http_ask(r->client, "GET", "/healthz", clock_after(CHECK_TIMEOUT), &x, e);

	if (n < 0)
		return error_wrap(e, n, "%s", r->name);
	if (http_exchange_status(x) != 200)
		return error_set(e, ERROR_UNAVAILABLE, -EIO,
			"%s is not well: GET /healthz answers %d", r->name,
			http_exchange_status(x));
	return 0;
}
