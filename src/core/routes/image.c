/* image.c: /images…: pull, list, inspect, history, tag, remove, prune. */
#include "core/image.h"
#include "base/buf.h"
#include "base/str.h"
#include "core/events.h"
#include "core/routes/routes.h"
#include "docker/image_types.h"
#include "docker/progress_types.h"
#include "docker/reference.h"
#include "json/write.h"

#include <errno.h>
#include <string.h>

static char *
text(const char *s)
{
	return (char *)(uintptr_t)str_or(s, "");
}

static int
route_image(struct call *call, struct core *core, struct image **ret, struct error *e)
{
	return image_find(core, http_param(call, "name"), ret, e);
}

/* -- pull ----------------------------------------------------------------------------------------------------- */

struct pulling {
	struct call *call;
	const struct reference *reference;
	int error;
};

static void
write_progress(struct pulling *p, const struct progress_line *line)
{
	scoped_json_writer w;

	if (p->error < 0)
		return;
	http_json_writer(p->call, &w);
	json_write(&w, &progress_line_type, line);
	json_newline(&w);
	p->error = json_finish(&w);
}

/* The answer begins once there is something to tell: an error before that is answered as an error. */
static void
begin_progress(struct pulling *p)
{
	const struct reference *r = p->reference;
	struct progress_line line = {
		.id = r->tag ? r->tag : r->digest,
		.status = arena_printf(p->call->arena, "Pulling from %s", r->path),
	};

	if (p->call->began || p->error < 0)
		return;
	p->error = http_begin(p->call, 200, "application/json");
	write_progress(p, &line);
}

static void
on_status(void *arg, const char *id, const char *status)
{
	struct progress_line line = {.id = (char *)(uintptr_t)id, .status = text(status)};

	begin_progress(arg);
	write_progress(arg, &line);
}

/* The reference of fromImage and tag. */
static int
pull_reference(struct call *call, const char **ret_name, struct reference *ret, struct error *e)
{
	const char *image = http_query(call, "fromImage"), *tag = http_query(call, "tag");
	int r;

	if (!str_empty(http_query(call, "fromSrc")))
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"importing an image is not supported by the memory back end: it keeps no "
			"image content");
	r = reference_parse_tagged(call->arena, str_or(image, ""), tag, ret, e);
	if (r < 0)
		return r;
	reference_default_tag(ret);
	*ret_name = reference_familiar(call->arena, ret);
	return 0;
}

static int
finish_pull(struct pulling *p, int r, bool new, const struct error *e)
{
	struct error_detail detail = {.message = text(e->message)};
	struct progress_line line = {0};

	begin_progress(p);
	if (r < 0) {
		line.error_detail = &detail;
		line.error = detail.message;
	} else {
		line.status = arena_printf(p->call->arena, "Status: %s %s",
			new ? "Downloaded newer image for" : "Image is up to date for",
			reference_familiar(p->call->arena, p->reference));
	}
	write_progress(p, &line);
	return p->error < 0 ? p->error : http_end(p->call);
}

static int
pull(struct call *call, void *context, struct error *e)
{
	struct reference reference;
	struct pulling pulling = {.call = call, .reference = &reference};
	struct pull_progress progress = {.status = on_status, .arg = &pulling};
	struct pull_options options = {
		.auth = http_header(call, "X-Registry-Auth"),
		.platform = http_query(call, "platform"),
	};
	scoped(image) *image = NULL;
	scoped_error why = {0};
	const char *name = NULL;
	bool new = false;
	int r = pull_reference(call, &name, &reference, e);

	if (r < 0)
		return r;
	r = image_pull(context, name, &options, &progress, &image, &new, &why);
	if (r < 0 && !call->began) {
		error_move(e, &why);
		return r;
	}
	return finish_pull(&pulling, r, new, &why);
}

/* -- inspect, history --------------------------------------------------------------------------------------------- */

static int
inspect(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	struct container_config none = {0};
	scoped(image) *i = NULL;
	struct image_inspect answer;
	int r = route_image(call, core, &i, e);

	if (r < 0)
		return r;
	answer = (struct image_inspect){
		.id = i->id,
		.repo_tags = i->tags,
		.repo_digests = i->digests,
		.parent = text(""),
		.comment = text(i->comment),
		.created = i->created_ns,
		.container_config = &none,
		.docker_version = text(""),
		.author = text(i->author),
		.config = i->config,
		.architecture = text(i->architecture),
		.os = text(i->os),
		.size = i->size,
		.virtual_size = i->size,
		.graph_driver = {.name = text(core->backend.ops->name)},
		.root_fs = {.type = text("layers"), .layers = i->layers},
		.metadata = {.last_tag_time = i->tagged_ns},
	};
	return http_reply_json(call, 200, &image_inspect_type, &answer);
}

static int
history(struct call *call, void *context, struct error *e)
{
	scoped(image) *i = NULL;
	scoped_json_writer w;
	int r;

	json_writer_init(&w, NULL, NULL, call->api_version);
	r = route_image(call, context, &i, e);
	if (r < 0)
		return r;
	json_array_begin(&w);
	for (size_t n = 0; n < i->history.n; n++) {
		struct image_history_item item = ((struct image_history_item *)i->history.items)[n];

		item.tags = n == 0 && i->tags && *i->tags ? i->tags : NULL;
		json_write(&w, &image_history_item_type, &item);
	}
	json_array_end(&w);
	json_newline(&w);
	r = json_finish(&w);
	return r < 0 ? r : http_reply_text(call, 200, "application/json", w.buf.data);
}

/* -- list ----------------------------------------------------------------------------------------------------------- */

struct image_query {
	struct filters filters;
	bool dangling;
	const struct image *before, *since;
	int64_t until_ns;
};

static int
resolve_image(struct core *core, const struct filters *f, const char *key, const struct image **ret,
	struct error *e)
{
	for (char **v = filters_values(f, key); *v; v++) {
		scoped(image) *i = NULL;
		int r = image_find(core, *v, &i, e);

		if (r < 0)
			return r;
		*ret = i; /* the list keeps it; it is only compared with */
	}
	return 0;
}

static int
read_query(struct call *call, struct core *core, const char *const *allowed, struct image_query *q,
	struct error *e)
{
	int r = route_filters(call, &q->filters, e);

	if (r >= 0)
		r = filters_check(&q->filters, allowed, e);
	if (r >= 0)
		r = filters_bool(&q->filters, "dangling", false, &q->dangling, e);
	if (r >= 0)
		r = route_until(&q->filters, &q->until_ns, e);
	if (r >= 0)
		r = resolve_image(core, &q->filters, "before", &q->before, e);
	if (r >= 0)
		r = resolve_image(core, &q->filters, "since", &q->since, e);
	return r;
}

static bool
name_fits(const struct filters *f, struct arena *arena, const char *name)
{
	struct reference reference;

	if (!filters_have(f, "reference"))
		return true;
	if (reference_parse(arena, name, &reference, NULL) < 0)
		return false;
	for (char **pattern = filters_values(f, "reference"); *pattern; pattern++) {
		bool fits = false;

		if (reference_match(arena, *pattern, &reference, &fits, NULL) == 0 && fits)
			return true;
	}
	return false;
}

static char **
names_that_fit(const struct filters *f, struct arena *arena, char *const *names)
{
	char **kept = ARENA_ARRAY(arena, char *, strv_len(names) + 1);
	size_t n = 0;

	for (; names && *names; names++) {
		if (name_fits(f, arena, *names))
			kept[n++] = *names;
	}
	return kept;
}

static bool
image_fits(const struct image *i, const struct image_query *q)
{
	bool dangling = strv_len(i->tags) == 0;

	if (filters_have(&q->filters, "dangling") && dangling != q->dangling)
		return false;
	if (q->before && (i == q->before || i->created_ns >= q->before->created_ns))
		return false;
	if (q->since && (i == q->since || i->created_ns <= q->since->created_ns))
		return false;
	return i->created_ns < q->until_ns && filters_labels(&q->filters, &i->config->labels);
}

static int
list_images(struct call *call, void *context, struct error *e)
{
	static const char *const allowed[] = {
		"dangling", "label", "before", "since", "reference", "until", NULL};
	struct core *core = context;
	struct image_query q = {0};
	scoped_json_writer w;
	int r;

	json_writer_init(&w, NULL, NULL, call->api_version);
	r = read_query(call, core, allowed, &q, e);
	if (r < 0)
		return r;
	json_array_begin(&w);
	for (struct list *it = image_list(core)->prev; it != image_list(core); it = it->prev) {
		struct image *i = list_entry(it, struct image, link);
		struct image_summary summary;

		if (!image_fits(i, &q))
			continue;
		image_summarise(i, &summary);
		summary.repo_tags = names_that_fit(&q.filters, call->arena, i->tags);
		summary.repo_digests = names_that_fit(&q.filters, call->arena, i->digests);
		if (filters_have(&q.filters, "reference") && !*summary.repo_tags &&
			!*summary.repo_digests)
			continue;
		json_write(&w, &image_summary_type, &summary);
	}
	json_array_end(&w);
	json_newline(&w);
	r = json_finish(&w);
	return r < 0 ? r : http_reply_text(call, 200, "application/json", w.buf.data);
}

/* -- tag, remove, prune ---------------------------------------------------------------------------------------------- */

static int
tag(struct call *call, void *context, struct error *e)
{
	scoped(image) *i = NULL;
	int r = route_image(call, context, &i, e);

	if (r >= 0)
		r = image_tag(context, i, str_or(http_query(call, "repo"), ""),
			http_query(call, "tag"), e);
	return r < 0 ? r : http_reply_empty(call, 201);
}

static void
write_removed(void *arg, const char *untagged, const char *deleted)
{
	struct json_writer *w = arg;
	struct image_delete_item item = {
		.untagged = (char *)(uintptr_t)untagged, .deleted = (char *)(uintptr_t)deleted};

	json_write(w, &image_delete_item_type, &item);
}

static int
remove_image(struct call *call, void *context, struct error *e)
{
	scoped_json_writer w;
	int r;

	json_writer_init(&w, NULL, NULL, call->api_version);
	json_array_begin(&w);
	r = image_remove(context, http_param(call, "name"), route_bool(call, "force", false),
		!route_bool(call, "noprune", false), write_removed, &w, e);
	if (r < 0)
		return r;
	json_array_end(&w);
	json_newline(&w);
	r = json_finish(&w);
	return r < 0 ? r : http_reply_text(call, 200, "application/json", w.buf.data);
}

struct pruning {
	struct arena *arena;
	struct image_delete_item *items;
	size_t n, cap;
};

static void
keep_removed(void *arg, const char *untagged, const char *deleted)
{
	struct pruning *p = arg;

	if (p->n == p->cap) {
		struct image_delete_item *grown = ARENA_ARRAY(
			p->arena, struct image_delete_item, p->cap * 2 + 8);

		if (p->n)
			memcpy(grown, p->items, p->n * sizeof(*grown));
		p->items = grown;
		p->cap = p->cap * 2 + 8;
	}
	p->items[p->n].untagged = untagged ? arena_strdup(p->arena, untagged) : NULL;
	p->items[p->n++].deleted = deleted ? arena_strdup(p->arena, deleted) : NULL;
}

/* Removing suspends, so the images are chosen first, each with a reference. */
static struct image **
choose_images(struct core *core, const struct image_query *q, struct arena *arena, size_t *ret_n)
{
	/* dangling=false means: all that no container uses. */
	bool all = filters_have(&q->filters, "dangling") && !q->dangling;
	struct image **chosen;
	size_t n = 0;

	list_each (image_list(core), it)
		n++;
	chosen = ARENA_ARRAY(arena, struct image *, n + 1);
	*ret_n = 0;
	list_each (image_list(core), it) {
		struct image *i = list_entry(it, struct image, link);

		if ((all || strv_len(i->tags) == 0) && i->created_ns < q->until_ns &&
			filters_labels(&q->filters, &i->config->labels) &&
			image_users(core, i) == 0)
			chosen[(*ret_n)++] = image_ref(i);
	}
	return chosen;
}

static int
prune(struct call *call, void *context, struct error *e)
{
	static const char *const allowed[] = {"dangling", "label", "label!", "until", NULL};
	struct core *core = context;
	struct image_query q = {0};
	struct pruning pruning = {.arena = call->arena};
	struct image_prune_answer answer = {0};
	struct image **chosen;
	size_t n;
	int r = read_query(call, core, allowed, &q, e);

	if (r < 0)
		return r;
	chosen = choose_images(core, &q, call->arena, &n);
	for (size_t i = 0; i < n; i++) {
		if (!list_empty(&chosen[i]->link) && image_remove(core, chosen[i]->id, true, true,
							     keep_removed, &pruning, NULL) == 0)
			answer.space_reclaimed += chosen[i]->size;
		image_unref(chosen[i]);
	}
	events_prune(core->events, "image", answer.space_reclaimed);
	answer.images_deleted = (struct json_list){.items = pruning.items, .n = pruning.n};
	return http_reply_json(call, 200, &image_prune_answer_type, &answer);
}

/* -- not yet ------------------------------------------------------------------------------------------------------------ */

static int
load(struct call *call, void *context, struct error *e)
{
	(void)call;
	return core_missing(context, "image load", e);
}

static int
save_images(struct call *call, void *context, struct error *e)
{
	(void)call;
	return core_missing(context, "image save", e);
}

static int
search(struct call *call, void *context, struct error *e)
{
	(void)call;
	return core_missing(context, "image search", e);
}

static int
push(struct call *call, void *context, struct error *e)
{
	(void)call;
	return core_missing(context, "image push", e);
}

static int
distribution(struct call *call, void *context, struct error *e)
{
	(void)call;
	return core_missing(context, "manifest inspect", e);
}

static int
build(struct call *call, void *context, struct error *e)
{
	(void)call;
	return core_missing(context, "image build", e);
}

static int
commit(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int r = container_find(context, str_or(http_query(call, "container"), ""), &c, e);

	return r < 0 ? r : core_missing(context, "commit", e);
}

const struct http_route image_routes[] = {
	{"POST", "/images/create", pull},
	{"GET", "/images/json", list_images},
	{"POST", "/images/prune", prune},
	{"POST", "/images/load", load},
	{"GET", "/images/get", save_images},
	{"GET", "/images/search", search},
	{"GET", "/images/{name...}/json", inspect},
	{"GET", "/images/{name...}/history", history},
	{"GET", "/images/{name...}/get", save_images},
	{"POST", "/images/{name...}/tag", tag},
	{"POST", "/images/{name...}/push", push},
	{"DELETE", "/images/{name...}", remove_image},
	{"GET", "/distribution/{name...}/json", distribution},
	{"POST", "/build", build},
	{"POST", "/commit", commit},
	{NULL, NULL, NULL},
};
