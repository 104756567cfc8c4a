/* network.c: /networks…. */
#include "core/network.h"
#include "base/str.h"
#include "core/events.h"
#include "core/routes/routes.h"
#include "docker/stdmsg.h"
#include "json/write.h"

#include <errno.h>

static int
route_network(struct call *call, struct core *core, struct network **ret, struct error *e)
{
	return network_find(core, http_param(call, "id"), ret, e);
}

static int
create(struct call *call, void *context, struct error *e)
{
	static char no_warning[] = "";
	struct network_create_request request = {0};
	struct network_create_answer answer = {.warning = no_warning};
	scoped(network) *n = NULL;
	int r = core_read_json(call, &network_create_request_type, &request, false, e);

	if (r >= 0)
		r = network_create(context, &request, &n, e);
	if (r < 0)
		return r;
	answer.id = n->id;
	return http_reply_json(call, 201, &network_create_answer_type, &answer);
}

static int
inspect(struct call *call, void *context, struct error *e)
{
	struct network_resource answer;
	scoped(network) *n = NULL;
	const char *scope = str_or(http_query(call, "scope"), "local");
	int r = route_network(call, context, &n, e);

	if (r >= 0 && !str_eq(scope, "local"))
		r = no_such_network(e, http_param(call, "id"));
	if (r >= 0)
		r = network_describe(n, call->arena, &answer);
	return r < 0 ? r : http_reply_json(call, 200, &network_resource_type, &answer);
}

static int
remove_network(struct call *call, void *context, struct error *e)
{
	scoped(network) *n = NULL;
	int r = route_network(call, context, &n, e);

	if (r >= 0)
		r = network_remove(context, n, e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

/* -- connect, disconnect --------------------------------------------------------------------------------- */

static int
connect_container(struct call *call, void *context, struct error *e)
{
	struct network_connect_request request = {0};
	scoped(network) *n = NULL;
	scoped(container) *c = NULL;
	int r = core_read_json(call, &network_connect_request_type, &request, false, e);

	if (r >= 0)
		r = route_network(call, context, &n, e);
	if (r >= 0)
		r = container_find(context, str_or(request.container, ""), &c, e);
	if (r >= 0)
		r = network_connect(n, c, request.endpoint_config, e);
	return r < 0 ? r : http_reply_empty(call, 200);
}

static int
disconnect_container(struct call *call, void *context, struct error *e)
{
	struct network_disconnect_request request = {0};
	scoped(network) *n = NULL;
	scoped(container) *c = NULL;
	int r = core_read_json(call, &network_disconnect_request_type, &request, false, e);

	if (r >= 0)
		r = route_network(call, context, &n, e);
	if (r >= 0)
		r = container_find(context, str_or(request.container, ""), &c, e);
	if (r >= 0)
		r = network_disconnect(n, c, request.force, e);
	return r < 0 ? r : http_reply_empty(call, 200);
}

/* -- list, prune ------------------------------------------------------------------------------------------ */

/* Stopped containers do not use a network. */
static bool
dangling(const struct network *n)
{
	return !n->predefined && list_empty(&n->endpoints);
}

static int
check_list_filters(const struct filters *f, bool *ret_dangling, struct error *e)
{
	static const char *const allowed[] = {
		"dangling", "driver", "id", "label", "name", "scope", "type", "idOrName", NULL};
	int r = filters_check(f, allowed, e);

	for (char **v = filters_values(f, "type"); r >= 0 && *v; v++) {
		if (!str_eq(*v, "builtin") && !str_eq(*v, "custom"))
			r = error_set(
				e, ERROR_INTERNAL, -EINVAL, "invalid filter: 'type'='%s'", *v);
	}
	return r < 0 ? r : filters_bool(f, "dangling", false, ret_dangling, e);
}

static bool
fits(const struct filters *f, bool want_dangling, const struct network *n)
{
	if (filters_have(f, "dangling") && dangling(n) != want_dangling)
		return false;
	return filters_exact(f, "driver", n->driver) && filters_regexp(f, "id", n->id) &&
	       filters_regexp(f, "name", n->name) && filters_exact(f, "scope", "local") &&
	       filters_exact(f, "type", n->predefined ? "builtin" : "custom") &&
	       (filters_exact(f, "idOrName", n->name) || filters_prefix(f, "idOrName", n->id)) &&
	       filters_labels(f, &n->spec->labels);
}

static int
list_networks(struct call *call, void *context, struct error *e)
{
	scoped_json_writer w;
	struct filters f;
	bool want_dangling = false;
	int r;

	json_writer_init(&w, NULL, NULL, call->api_version);
	r = route_filters(call, &f, e);
	if (r >= 0)
		r = check_list_filters(&f, &want_dangling, e);
	if (r < 0)
		return r;
	json_array_begin(&w);
	list_each (network_list(context), it) {
		struct network *n = list_entry(it, struct network, link);
		struct network_resource answer;

		if (!fits(&f, want_dangling, n))
			continue;
		network_describe(n, call->arena, &answer);
		answer.containers.n = 0; /* only inspect shows who is in it */
		json_write(&w, &network_resource_type, &answer);
	}
	json_array_end(&w);
	json_newline(&w);
	r = json_finish(&w);
	return r < 0 ? r : http_reply_text(call, 200, "application/json", w.buf.data);
}

/* Removing suspends, so the networks are chosen first, each with a reference. */
static struct network **
choose_networks(struct core *core, const struct filters *f, int64_t until_ns, struct arena *arena,
	size_t *ret_n)
{
	struct network **chosen;
	size_t n = 0;

	list_each (network_list(core), it)
		n++;
	chosen = ARENA_ARRAY(arena, struct network *, n + 1);
	*ret_n = 0;
	list_each (network_list(core), it) {
		struct network *candidate = list_entry(it, struct network, link);

		if (dangling(candidate) && candidate->created_ns < until_ns &&
			filters_labels(f, &candidate->spec->labels))
			chosen[(*ret_n)++] = network_ref(candidate);
	}
	return chosen;
}

static int
prune(struct call *call, void *context, struct error *e)
{
	static const char *const allowed[] = {"label", "label!", "until", NULL};
	struct core *core = context;
	struct network_prune_answer answer = {0};
	scoped_strv deleted = NULL;
	struct network **chosen;
	struct filters f;
	int64_t until_ns;
	size_t n;
	int r = route_filters(call, &f, e);

	if (r >= 0)
		r = filters_check(&f, allowed, e);
	if (r >= 0)
		r = route_until(&f, &until_ns, e);
	if (r < 0)
		return r;
	chosen = choose_networks(core, &f, until_ns, call->arena, &n);
	for (size_t i = 0; i < n; i++) {
		/* Taken into use or removed meanwhile: it is passed over. */
		if (network_remove(core, chosen[i], NULL) == 0)
			strv_push(&deleted, chosen[i]->name);
		network_unref(chosen[i]);
	}
	events_prune(core->events, "network", 0);
	answer.networks_deleted = deleted;
	return http_reply_json(call, 200, &network_prune_answer_type, &answer);
}

const struct http_route network_routes[] = {
	{"GET", "/networks", list_networks},
	{"POST", "/networks/create", create},
	{"POST", "/networks/prune", prune},
	{"GET", "/networks/{id}", inspect},
	{"DELETE", "/networks/{id}", remove_network},
	{"POST", "/networks/{id}/connect", connect_container},
	{"POST", "/networks/{id}/disconnect", disconnect_container},
	{NULL, NULL, NULL},
};
