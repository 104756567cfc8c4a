/* container_list.c: GET /containers/json and /containers/{id}/json. */
#include "base/str.h"
#include "core/describe.h"
#include "core/list.h"
#include "core/routes/routes.h"

static int
add_size(struct container *c, struct arena *arena, int64_t **ret_rw, int64_t **ret_root,
	struct error *e)
{
	const struct backend *b = &c->core->backend;
	int64_t *sizes = ARENA_ARRAY(arena, int64_t, 2);
	int r;

	if (!b->ops->size)
		return core_missing(c->core, "size", e);
	r = b->ops->size(b->self, c, &sizes[0], &sizes[1], e);
	if (r < 0)
		return r;
	*ret_rw = &sizes[0];
	*ret_root = &sizes[1];
	return 0;
}

static int
inspect(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	struct container_inspect answer;
	int64_t *rw = NULL, *root = NULL;
	int r;

	r = route_container(call, context, &c, e);
	if (r >= 0 && route_bool(call, "size", false))
		r = add_size(c, call->arena, &rw, &root, e);
	if (r < 0)
		return r;
	describe_container(c, call->arena, &answer);
	answer.size_rw = rw;
	answer.size_root_fs = root;
	return http_reply_json(call, 200, &container_inspect_type, &answer);
}

/* Each container is described when its turn has come, as writing may suspend; one that is gone by then is left out. */
static int
write_summaries(struct call *call, struct container **list, size_t n, bool size)
{
	scoped_json_writer w;
	int r = http_begin(call, 200, "application/json");

	if (r < 0)
		return r;
	http_json_writer(call, &w);
	json_array_begin(&w);
	for (size_t i = 0; i < n; i++) {
		scoped(arena) *arena = arena_new(0);
		struct container_summary summary;
		int64_t *rw = NULL, *root = NULL;

		if (size)
			(void)add_size(list[i], arena, &rw, &root, NULL);
		if (list[i]->removed)
			continue;
		describe_summary(list[i], arena, &summary);
		summary.size_rw = rw ? *rw : 0;
		summary.size_root_fs = root ? *root : 0;
		json_write(&w, &container_summary_type, &summary);
	}
	json_array_end(&w);
	json_newline(&w);
	r = json_finish(&w);
	return r < 0 ? r : http_end(call);
}

static int
list_containers(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	struct container_query q = {
		.all = route_bool(call, "all", false),
		.size = route_bool(call, "size", false),
	};
	struct container **list;
	size_t n;
	int r;

	r = route_filters(call, &q.filters, e);
	if (r >= 0)
		r = route_int(call, "limit", 0, &q.limit, ERROR_INTERNAL, e);
	if (r >= 0)
		r = container_query_resolve(core, call->arena, &q, e);
	if (r < 0)
		return r;
	list = container_query_run(core, &q, &n);
	r = write_summaries(call, list, n, q.size);
	container_list_free(list, n);
	return r;
}

const struct http_route container_list_routes[] = {
	{"GET", "/containers/json", list_containers},
	{"GET", "/containers/{id}/json", inspect},
	{NULL, NULL, NULL},
};
