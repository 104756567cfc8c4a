#include "frontend/frontend.h"

#include "base/str.h"
#include "docker/version.h"
#include "wire/internal.h"

/* What follows "/vX.Y" at the start of a path; the whole path where there is none. */
static const char *
skip_version(const char *path)
{
	const char *rest;
	int version;

	if (!str_starts(path, "/v"))
		return path;
	rest = api_version_scan(path + 2, &version);
	return rest && *rest == '/' ? rest : path;
}

/* The version as the client wrote it: what stands between "/v" and the rest; NULL if there is none. */
static const char *
version_text(struct call *call, const char *rest)
{
	const char *path = call->request.path;

	return rest == path ? NULL
			    : arena_strndup(call->arena, path + 2, (size_t)(rest - path) - 2);
}

int
frontend_handle(struct call *call, void *context, struct error *e)
{
	const struct frontend *frontend = context;
	const char *rest = skip_version(call->request.path);

	http_set_request_header(call, INTERNAL_VERSION_HEADER, version_text(call, rest));
	call->request.path = arena_printf(call->arena, INTERNAL_PREFIX "%s", rest);
	return frontend->next(call, frontend->context, e);
}
