/* system.c: what the daemon is and what happens in it: /version, /info, /system/df, /events, and the
 * parts of the API that one host without BuildKit and swarm does not have. */
#include "base/str.h"
#include "core/capabilities.h"
#include "core/df.h"
#include "core/events.h"
#include "core/info.h"
#include "core/routes/routes.h"
#include "docker/system_types.h"

#include <errno.h>

static int
ping(struct call *call, void *context, struct error *e)
{
	(void)context;
	(void)e;
	http_set_header(call, "Builder-Version", "1");
	http_set_header(call, "Cache-Control", "no-cache, no-store, must-revalidate");
	http_set_header(call, "Pragma", "no-cache");
	http_set_header(call, "Swarm", "inactive");
	return http_reply_text(call, 200, "text/plain; charset=utf-8", "OK");
}

static int
head_ping(struct call *call, void *context, struct error *e)
{
	http_set_header(call, "Content-Length", "0");
	return ping(call, context, e);
}

static int
capabilities(struct call *call, void *context, struct error *e)
{
	struct capabilities answer;

	(void)e;
	capabilities_of(context, &answer);
	return http_reply_json(call, 200, &capabilities_type, &answer);
}

static int
version(struct call *call, void *context, struct error *e)
{
	struct version_answer answer;
	int r = info_version(context, call->arena, &answer, e);

	return r < 0 ? r : http_reply_json(call, 200, &version_answer_type, &answer);
}

static int
info(struct call *call, void *context, struct error *e)
{
	struct system_info answer;
	int r = info_system(context, call->arena, &answer, e);

	return r < 0 ? r : http_reply_json(call, 200, &system_info_type, &answer);
}

/* -- disk usage ------------------------------------------------------------------------------------------- */

/* `type` may be given several times; before API 1.42 there was none. */
static int
read_types(const struct call *call, unsigned *ret, struct error *e)
{
	static const struct {
		const char *name;
		unsigned type;
	} types[] = {{"container", DF_CONTAINERS}, {"image", DF_IMAGES}, {"volume", DF_VOLUMES},
		{"build-cache", DF_BUILD_CACHE}};
	const struct query *q = &call->request.query;
	unsigned chosen = 0;

	for (size_t i = 0; i < q->n && call->api_version >= 142; i++) {
		size_t t = 0;

		if (!str_eq(q->pairs[i].key, "type"))
			continue;
		while (t < ARRAY_LEN(types) && !str_eq(types[t].name, q->pairs[i].value))
			t++;
		if (t == ARRAY_LEN(types))
			return error_set(e, ERROR_INVALID, -EINVAL, "unknown object type: %s",
				q->pairs[i].value);
		chosen |= types[t].type;
	}
	*ret = chosen ? chosen : DF_ALL;
	return 0;
}

static int
disk_usage(struct call *call, void *context, struct error *e)
{
	scoped(df) *df = NULL;
	unsigned types = DF_ALL;
	int r = read_types(call, &types, e);

	if (r >= 0)
		r = df_measure(context, types, &df, e);
	return r < 0 ? r : http_reply_json(call, 200, &disk_usage_type, df_answer(df));
}

/* -- events ----------------------------------------------------------------------------------------------- */

static int
write_event(struct call *call, const struct event_message *message)
{
	scoped_json_writer w;

	http_json_writer(call, &w);
	w.escape_html = true;
	json_write(&w, &event_message_type, message);
	json_newline(&w);
	return json_finish(&w);
}

static int
events(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	scoped(events_listener) *listener = NULL;
	const struct event_message *message;
	int64_t since_ns, until_ns;
	struct filters f;
	int r = route_time(call, "since", &since_ns, e);

	if (r >= 0)
		r = route_time(call, "until", &until_ns, e);
	if (r >= 0)
		r = route_filters(call, &f, e);
	if (r >= 0 && until_ns && since_ns > until_ns)
		r = error_set(e, ERROR_INVALID, -EINVAL,
			"`since` time (%s) cannot be after `until` time (%s)",
			http_query(call, "since"), http_query(call, "until"));
	if (r < 0)
		return r;
	/* "0" asks for all that is remembered; without it only what comes is told. */
	if (!since_ns && !str_empty(http_query(call, "since")))
		since_ns = 1;
	/* Before the head goes out: what happens once the client has it must not be missed. */
	listener = events_listen(core->events, &f, since_ns, until_ns);
	r = http_begin(call, 200, "application/json");
	if (r < 0)
		return r;
	http_cancel_on_hangup(call);
	while ((r = events_next(listener, &message)) >= 0 && message) {
		r = write_event(call, message);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : http_end(call);
}

/* -- what there is none of --------------------------------------------------------------------------------- */

static int
auth(struct call *call, void *context, struct error *e)
{
	struct auth_config config = {0};
	int r = core_read_json(call, &auth_config_type, &config, false, e);

	return r < 0 ? r : core_missing(context, "logging in to a registry", e);
}

static int
list_plugins(struct call *call, void *context, struct error *e)
{
	static const char *const allowed[] = {"capability", "enabled", NULL};
	struct filters f;
	int r = route_filters(call, &f, e);

	(void)context;
	if (r >= 0)
		r = filters_check(&f, allowed, e);
	return r < 0 ? r : http_reply_text(call, 200, "application/json", "[]\n");
}

static int
no_such_plugin(struct call *call, void *context, struct error *e)
{
	(void)context;
	return error_set(
		e, ERROR_NOT_FOUND, -ENOENT, "plugin \"%s\" not found", http_param(call, "name"));
}

/* Nothing is ever cached by a build. */
static int
prune_build_cache(struct call *call, void *context, struct error *e)
{
	(void)context;
	(void)e;
	return http_reply_text(
		call, 200, "application/json", "{\"CachesDeleted\":null,\"SpaceReclaimed\":0}\n");
}

static int
no_buildkit(struct call *call, void *context, struct error *e)
{
	(void)call;
	(void)context;
	return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
		"BuildKit is not supported: set DOCKER_BUILDKIT=0 in the client's environment");
}

static int
no_swarm(struct call *call, void *context, struct error *e)
{
	(void)call;
	(void)context;
	return error_set(e, ERROR_UNAVAILABLE, -EHOSTUNREACH,
		"This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm "
		"join\" to connect this node to swarm and try again.");
}

static int
not_in_swarm(struct call *call, void *context, struct error *e)
{
	(void)call;
	(void)context;
	return error_set(e, ERROR_UNAVAILABLE, -EHOSTUNREACH, "This node is not part of a swarm");
}

static int
no_swarm_ever(struct call *call, void *context, struct error *e)
{
	(void)call;
	(void)context;
	return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
		"swarm mode is not supported: this daemon is a single host");
}

#define SWARM_OBJECTS(path)                                                          \
	{"GET", path, no_swarm}, {"POST", path "/create", no_swarm},                 \
		{"GET", path "/{id}", no_swarm}, {"DELETE", path "/{id}", no_swarm}, \
		{"POST", path "/{id}/update", no_swarm},                             \
	{                                                                            \
		"GET", path "/{id}/logs", no_swarm                                   \
	}

const struct http_route system_routes[] = {
	{"GET", "/_ping", ping},
	{"HEAD", "/_ping", head_ping},
	{"GET", "/capabilities", capabilities},
	{"GET", "/version", version},
	{"GET", "/info", info},
	{"GET", "/system/df", disk_usage},
	{"GET", "/events", events},
	{"POST", "/auth", auth},
	{"GET", "/plugins", list_plugins},
	{"GET", "/plugins/{name...}/json", no_such_plugin},
	{"POST", "/plugins/{name...}/enable", no_such_plugin},
	{"POST", "/plugins/{name...}/disable", no_such_plugin},
	{"POST", "/plugins/{name...}/set", no_such_plugin},
	{"DELETE", "/plugins/{name...}", no_such_plugin},
	{"POST", "/build/prune", prune_build_cache},
	{"POST", "/session", no_buildkit},
	{"POST", "/grpc", no_buildkit},
	{"GET", "/swarm", no_swarm},
	{"GET", "/swarm/unlockkey", no_swarm},
	{"POST", "/swarm/init", no_swarm_ever},
	{"POST", "/swarm/join", no_swarm_ever},
	{"POST", "/swarm/leave", not_in_swarm},
	{"POST", "/swarm/update", no_swarm},
	{"POST", "/swarm/unlock", no_swarm},
	SWARM_OBJECTS("/services"),
	SWARM_OBJECTS("/nodes"),
	SWARM_OBJECTS("/tasks"),
	SWARM_OBJECTS("/secrets"),
	SWARM_OBJECTS("/configs"),
	{NULL, NULL, NULL},
};
