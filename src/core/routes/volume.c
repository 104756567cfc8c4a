/* volume.c: /volumes…. */
#include "core/volume.h"
#include "base/str.h"
#include "core/events.h"
#include "core/routes/routes.h"
#include "docker/volume_types.h"

#include <errno.h>

static int
reply(struct call *call, int status, const struct volume *v)
{
	struct volume_resource answer;

	volume_describe(v, &answer);
	return http_reply_json(call, status, &volume_resource_type, &answer);
}

static int
create(struct call *call, void *context, struct error *e)
{
	struct volume_create_request request = {0};
	scoped(volume) *v = NULL;
	int r = core_read_json(call, &volume_create_request_type, &request, true, e);

	if (r >= 0)
		r = volume_create(context, &request, &v, e);
	return r < 0 ? r : reply(call, 201, v);
}

static int
inspect(struct call *call, void *context, struct error *e)
{
	scoped(volume) *v = NULL;
	int r = volume_find(context, http_param(call, "name"), &v, e);

	return r < 0 ? r : reply(call, 200, v);
}

static int
remove_volume(struct call *call, void *context, struct error *e)
{
	scoped(volume) *v = NULL;
	int r = volume_find(context, http_param(call, "name"), &v, e);

	if (r == -ENOENT && route_bool(call, "force", false))
		return http_reply_empty(call, 204);
	if (r >= 0)
		r = volume_remove(context, v, e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

/* -- list, prune ------------------------------------------------------------------------------------------ */

static bool
dangling(struct core *core, const struct volume *v)
{
	scoped_strv users = volume_users(core, v);

	return users == NULL;
}

static int
list_volumes(struct call *call, void *context, struct error *e)
{
	static const char *const allowed[] = {"dangling", "driver", "label", "name", NULL};
	struct core *core = context;
	struct volume_list_answer answer = {.volumes = {.present = true}};
	struct volume_resource *items;
	struct filters f;
	bool want_dangling = false;
	size_t n = 0;
	int r = route_filters(call, &f, e);

	if (r >= 0)
		r = filters_check(&f, allowed, e);
	if (r >= 0)
		r = filters_bool(&f, "dangling", false, &want_dangling, e);
	if (r < 0)
		return r;
	list_each (volume_list(core), it)
		n++;
	items = ARENA_ARRAY(call->arena, struct volume_resource, n + 1);
	answer.volumes.items = items;
	list_each (volume_list(core), it) {
		const struct volume *v = list_entry(it, struct volume, link);

		if (!filters_regexp(&f, "name", v->name) ||
			!filters_exact(&f, "driver", v->driver) ||
			!filters_labels(&f, &v->labels) ||
			(filters_have(&f, "dangling") && dangling(core, v) != want_dangling))
			continue;
		volume_describe(v, &items[answer.volumes.n++]);
	}
	return http_reply_json(call, 200, &volume_list_answer_type, &answer);
}

/* Taken into use or removed meanwhile: it is passed over. */
static void
prune_one(struct core *core, struct volume *v, char ***deleted, int64_t *reclaimed)
{
	const struct backend *b = &core->backend;
	int64_t size = 0;

	if (b->ops->volume_size)
		(void)b->ops->volume_size(b->self, v, &size, NULL);
	if (list_empty(&v->link) || volume_remove(core, v, NULL) < 0)
		return;
	*reclaimed += size;
	strv_push(deleted, v->name);
}

/* Removing suspends, so the volumes are chosen first, each with a reference. */
static struct volume **
choose_volumes(
	struct core *core, const struct filters *f, bool all, struct arena *arena, size_t *ret_n)
{
	struct volume **chosen;
	size_t n = 0;

	list_each (volume_list(core), it)
		n++;
	chosen = ARENA_ARRAY(arena, struct volume *, n + 1);
	*ret_n = 0;
	list_each (volume_list(core), it) {
		struct volume *v = list_entry(it, struct volume, link);

		if ((all || v->anonymous) && filters_labels(f, &v->labels) && dangling(core, v))
			chosen[(*ret_n)++] = volume_ref(v);
	}
	return chosen;
}

static int
prune(struct call *call, void *context, struct error *e)
{
	static const char *const allowed[] = {"label", "label!", "all", NULL};
	struct core *core = context;
	struct volume_prune_answer answer = {0};
	scoped_strv deleted = NULL;
	char *none[] = {NULL};
	/* From API 1.42 on only anonymous volumes go, unless all are asked for. */
	bool all = call->api_version < 142;
	struct volume **chosen;
	struct filters f;
	size_t n;
	int r = route_filters(call, &f, e);

	if (r >= 0)
		r = filters_check(&f, allowed, e);
	if (r >= 0)
		r = filters_bool(&f, "all", all, &all, e);
	if (r < 0)
		return r;
	chosen = choose_volumes(core, &f, all, call->arena, &n);
	for (size_t i = 0; i < n; i++) {
		prune_one(core, chosen[i], &deleted, &answer.space_reclaimed);
		volume_unref(chosen[i]);
	}
	events_prune(core->events, "volume", answer.space_reclaimed);
	answer.volumes_deleted = deleted ? deleted : none;
	return http_reply_json(call, 200, &volume_prune_answer_type, &answer);
}

const struct http_route volume_routes[] = {
	{"GET", "/volumes", list_volumes},
	{"POST", "/volumes/create", create},
	{"POST", "/volumes/prune", prune},
	{"GET", "/volumes/{name}", inspect},
	{"DELETE", "/volumes/{name}", remove_volume},
	{NULL, NULL, NULL},
};
