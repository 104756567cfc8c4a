#include "frontend/frontend.h"

#include "base/str.h"
#include "docker/version.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SERVER_HEADER "Sockerless/" SOCKERLESS_VERSION " (linux)"

/* Reads digits at *s; -1 if there are none or too many to matter. */
static int
read_number(const char **s)
{
	int n = 0, digits = 0;

	for (; **s >= '0' && **s <= '9'; (*s)++) {
		if (++digits > 4)
			return -1;
		n = n * 10 + (**s - '0');
	}
	return digits ? n : -1;
}

/*
 * Recognises "/v1.44" at the start of a path, and Podman's three-part form.  Returns the rest of
 * the path and the version ×100+minor, or the whole path and 0 where there is none.
 */
static const char *
split_version(const char *path, int *ret_version)
{
	const char *s = path;
	int major, minor;

	*ret_version = 0;
	if (!str_starts(s, "/v"))
		return path;
	s += 2;
	major = read_number(&s);
	if (major < 0 || *s++ != '.')
		return path;
	minor = read_number(&s);
	if (minor < 0)
		return path;
	if (*s == '.') {
		s++;
		if (read_number(&s) < 0)
			return path;
	}
	if (*s != '/')
		return path;
	*ret_version = major * 100 + (minor < 100 ? minor : 99);
	return s;
}

/* The version as the client wrote it: what stands between "/v" and the rest. */
static char *
version_text(struct call *call, const char *rest)
{
	const char *path = call->request.path;

	return arena_strndup(call->arena, path + 2, (size_t)(rest - path) - 2);
}

static int
check_version(struct call *call, const char *rest, int version, struct error *e)
{
	if (version > API_VERSION_MAX)
		return error_set(e, ERROR_INVALID, -EPROTONOSUPPORT,
			"client version %s is too new. Maximum supported API version "
			"is " API_VERSION_MAX_TEXT,
			version_text(call, rest));
	if (version < API_VERSION_MIN)
		return error_set(e, ERROR_INVALID, -EPROTONOSUPPORT,
			"client version %s is too old. Minimum supported API version "
			"is " API_VERSION_MIN_TEXT
			", please upgrade your client to a newer version",
			version_text(call, rest));
	return 0;
}

static void
set_headers(struct call *call)
{
	http_set_header(call, "Api-Version", API_VERSION_MAX_TEXT);
	http_set_header(call, "Docker-Experimental", "false");
	http_set_header(call, "Ostype", "linux");
	http_set_header(call, "Server", SERVER_HEADER);
}

static int
reply_ping(struct call *call)
{
	http_set_header(call, "Builder-Version", "1");
	http_set_header(call, "Cache-Control", "no-cache, no-store, must-revalidate");
	http_set_header(call, "Pragma", "no-cache");
	http_set_header(call, "Swarm", "inactive");
	if (str_eq(call->request.method, "HEAD")) {
		http_set_header(call, "Content-Length", "0");
		int r = http_begin(call, 200, "text/plain; charset=utf-8");

		return r < 0 ? r : http_end(call);
	}
	return http_reply_text(call, 200, "text/plain; charset=utf-8", "OK");
}

static bool
is_ping(const struct call *call, const char *path)
{
	return str_eq(path, "/_ping") &&
	       (str_eq(call->request.method, "GET") || str_eq(call->request.method, "HEAD"));
}

int
frontend_handle(struct call *call, void *context, struct error *e)
{
	const struct frontend *frontend = context;
	const char *rest;
	int version, r;

	set_headers(call);
	rest = split_version(call->request.path, &version);
	if (version) {
		r = check_version(call, rest, version, e);
		if (r < 0)
			return r;
	}
	call->api_version = version ? version : API_VERSION_MAX;
	if (is_ping(call, rest))
		return reply_ping(call);
	call->request.path = arena_printf(call->arena, INTERNAL_PREFIX "%s", rest);
	return frontend->next(call, frontend->context, e);
}
