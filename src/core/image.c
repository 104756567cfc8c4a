#include "core/image.h"

#include "base/alloc.h"
#include "base/id.h"
#include "base/str.h"
#include "core/container.h"
#include "core/core.h"
#include "core/events.h"
#include "core/store/db.h"
#include "docker/reference.h"
#include "docker/stdmsg.h"
#include "json/read.h"
#include "json/write.h"
#include "task/clock.h"

#include <errno.h>
#include <string.h>

#define RECORD_KIND "image"
#define DIGEST_PREFIX "sha256:"

static const struct json_field record_fields[] = {
	JSON_FIELD(struct image, "Id", JSON_STRING, id, 0),
	JSON_FIELD(struct image, "Tags", JSON_STRINGS, tags, 0),
	JSON_FIELD(struct image, "Digests", JSON_STRINGS, digests, 0),
	JSON_FIELD(struct image, "Created", JSON_INT, created_ns, 0),
	JSON_FIELD(struct image, "Tagged", JSON_INT, tagged_ns, 0),
	JSON_FIELD(struct image, "Size", JSON_INT, size, 0),
	JSON_FIELD(struct image, "Comment", JSON_STRING, comment, 0),
	JSON_FIELD(struct image, "Author", JSON_STRING, author, 0),
	JSON_FIELD(struct image, "Architecture", JSON_STRING, architecture, 0),
	JSON_FIELD(struct image, "Os", JSON_STRING, os, 0),
	JSON_FIELD_OF(struct image, "Config", JSON_OBJECT_PTR, config, 0, container_config_type),
	JSON_FIELD(struct image, "Layers", JSON_STRINGS, layers, 0),
	JSON_FIELD_OF(struct image, "History", JSON_LIST, history, 0, image_history_item_type),
	JSON_FIELD(struct image, "Builtin", JSON_BOOL, builtin, 0),
	JSON_END,
};
static const struct json_type record_type = {"Image", sizeof(struct image), record_fields};

/* -- records ------------------------------------------------------------------------------------- */

static struct image *
image_new(void)
{
	struct image *i = NEW(image);

	i->refs = 1;
	i->arena = arena_new(0);
	list_init(&i->link);
	return i;
}

struct image *
image_ref(struct image *i)
{
	i->refs++;
	return i;
}

void
image_unref(struct image *i)
{
	if (--i->refs > 0)
		return;
	arena_free(i->arena);
	free(i);
}

struct list *
image_list(struct core *core)
{
	return &core->images;
}

static int
save(struct core *core, const struct image *i, struct error *e)
{
	scoped_free char *text = json_text(&record_type, i, 0);

	return db_put(core->db, RECORD_KIND, i->id, text, e);
}

static int
load(void *arg, const char *id, const char *body, struct error *e)
{
	struct core *core = arg;
	struct image *i = image_new();
	int r = json_read(i->arena, body, strlen(body), &record_type, i, e);

	if (r >= 0 && !i->config)
		r = error_set(e, ERROR_INTERNAL, -EINVAL, "the saved record is not an image's");
	if (r < 0) {
		image_unref(i);
		return error_wrap(e, r, "image %s", id);
	}
	list_add(&core->images, &i->link);
	return 0;
}

int
image_load_all(struct core *core, struct error *e)
{
	return db_each(core->db, RECORD_KIND, load, core, e);
}

void
image_unload_all(struct core *core)
{
	list_each_safe (&core->images, it) {
		struct image *i = list_entry(it, struct image, link);

		list_del(&i->link);
		image_unref(i);
	}
}

/* -- finding --------------------------------------------------------------------------------------- */

/* The reference in its familiar form with a tag; NULL, and why, if it is none. */
static char *
familiar(struct arena *arena, const char *text, struct error *e)
{
	struct reference reference;

	if (reference_parse(arena, text, &reference, e) < 0)
		return NULL;
	reference_default_tag(&reference);
	return reference_familiar(arena, &reference);
}

static struct image *
find_by_name(struct core *core, const char *name)
{
	list_each (&core->images, it) {
		struct image *i = list_entry(it, struct image, link);

		if (strv_has(i->tags, name) || strv_has(i->digests, name))
			return i;
	}
	return NULL;
}

/* An id, with or without "sha256:", or a prefix of one that fits but one image. */
static struct image *
find_by_id(struct core *core, const char *id)
{
	struct image *found = NULL;

	if (str_starts(id, DIGEST_PREFIX))
		id += strlen(DIGEST_PREFIX);
	if (!id_valid_hex(id))
		return NULL;
	list_each (&core->images, it) {
		struct image *i = list_entry(it, struct image, link);

		if (!str_starts(i->id + strlen(DIGEST_PREFIX), id))
			continue;
		if (found)
			return NULL;
		found = i;
	}
	return found;
}

int
image_find(struct core *core, const char *what, struct image **ret, struct error *e)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error why = {0};
	char *name = familiar(arena, what, &why);
	struct image *i = name ? find_by_name(core, name) : NULL;

	if (!i)
		i = find_by_id(core, what);
	if (!i && !name && !id_valid_hex(what)) {
		error_move(e, &why);
		return -EINVAL;
	}
	if (!i)
		return no_such_image(e, str_or(name, what));
	*ret = image_ref(i);
	return 0;
}

int
image_users(struct core *core, const struct image *i)
{
	int users = 0;

	list_each (&core->containers, it)
		users += str_eq(list_entry(it, struct container, link)->image_id, i->id);
	return users;
}

void
image_summarise(const struct image *i, struct image_summary *ret)
{
	*ret = (struct image_summary){
		.containers = -1,
		.created = i->created_ns / NSEC_PER_SEC,
		.id = i->id,
		.labels = i->config->labels,
		.parent_id = (char *)(uintptr_t) "",
		.repo_digests = i->digests,
		.repo_tags = i->tags,
		.shared_size = -1,
		.size = i->size,
		.virtual_size = i->size,
	};
}

/* -- names ------------------------------------------------------------------------------------------ */

/* In the order of the alphabet, as the Engine lists them. Names are few; the old list stays in the arena. */
static void
add_name(struct image *i, char ***names, const char *name)
{
	size_t n = strv_len(*names), at = 0;
	char **grown = ARENA_ARRAY(i->arena, char *, n + 2);

	while (at < n && strcmp((*names)[at], name) < 0)
		at++;
	if (n) {
		memcpy(grown, *names, at * sizeof(*grown));
		memcpy(grown + at + 1, *names + at, (n - at) * sizeof(*grown));
	}
	grown[at] = arena_strdup(i->arena, name);
	*names = grown;
}

static void
drop_name(char **names, const char *name)
{
	char **to = names;

	for (char **from = names; from && *from; from++) {
		if (!str_eq(*from, name))
			*to++ = *from;
	}
	if (to)
		*to = NULL;
}

/* A name belongs to one image: who had it loses it. */
static int
take_name(struct core *core, struct image *i, const char *name, struct error *e)
{
	struct image *holder = find_by_name(core, name);
	bool digest = strchr(name, '@') != NULL;

	if (holder == i)
		return 0;
	if (holder) {
		drop_name(holder->tags, name);
		drop_name(holder->digests, name);
		int r = save(core, holder, e);

		if (r < 0)
			return r;
	}
	add_name(i, digest ? &i->digests : &i->tags, name);
	i->tagged_ns = clock_wall_ns();
	return save(core, i, e);
}

int
image_tag(struct core *core, struct image *i, const char *repo, const char *tag, struct error *e)
{
	scoped(arena) *arena = arena_new(0);
	struct reference reference;
	char *name;
	int r = reference_parse_tagged(arena, repo, tag, &reference, e);

	if (r < 0)
		return r;
	if (reference.digest)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"refusing to create a tag with a digest reference");
	reference_default_tag(&reference);
	name = reference_familiar(arena, &reference);
	r = take_name(core, i, name, e);
	if (r >= 0)
		events_emit(
			core->events, "image", "tag", i->id, (const char *[]){"name", name, NULL});
	return r;
}

/* -- pull -------------------------------------------------------------------------------------------- */

static struct image *
known(struct core *core, const char *id)
{
	list_each (&core->images, it) {
		struct image *i = list_entry(it, struct image, link);

		if (str_eq(i->id, id))
			return i;
	}
	return NULL;
}

/* The name asked for, and those that the back end found out. */
static int
take_names(
	struct core *core, struct image *i, const char *name, char *const *digests, struct error *e)
{
	int r = take_name(core, i, name, e);

	for (; r >= 0 && digests && *digests; digests++)
		r = take_name(core, i, *digests, e);
	return r;
}

int
image_pull(struct core *core, const char *text, const struct pull_options *options,
	const struct pull_progress *progress, struct image **ret, bool *ret_new, struct error *e)
{
	const struct backend *b = &core->backend;
	scoped(image) *fresh = image_new();
	struct reference reference;
	struct image *i;
	char *name, **digests;
	int r = reference_parse(fresh->arena, text, &reference, e);

	if (r < 0)
		return r;
	if (!b->ops->pull)
		return core_missing(core, "pull", e);
	reference_default_tag(&reference);
	name = reference_familiar(fresh->arena, &reference);
	fresh->wanted = reference_text(fresh->arena, &reference);
	r = b->ops->pull(b->self, fresh, options, progress, e);
	if (r < 0)
		return r;
	digests = take_ptr(fresh->digests); /* it gets its names like any other */
	i = known(core, fresh->id);
	*ret_new = !i || find_by_name(core, name) != i;
	if (!i) {
		i = image_ref(fresh);
		list_add(&core->images, &i->link);
	}
	r = take_names(core, i, name, digests, e);
	if (r < 0)
		return r;
	events_emit(core->events, "image", "pull", name, (const char *[]){"name", name, NULL});
	*ret = image_ref(i);
	return 0;
}

/* -- remove ------------------------------------------------------------------------------------------ */

struct removal {
	struct core *core;
	struct image *image;
	void (*fn)(void *arg, const char *untagged, const char *deleted);
	void *arg;
};

static void
untag(struct removal *removal, const char *name)
{
	struct image *i = removal->image;

	drop_name(i->tags, name);
	drop_name(i->digests, name);
	removal->fn(removal->arg, name, NULL);
	events_emit(removal->core->events, "image", "untag", i->id,
		(const char *[]){"name", i->id, NULL});
}

static int
delete_image(struct removal *removal, struct error *e)
{
	struct image *i = removal->image;
	int r = db_delete(removal->core->db, RECORD_KIND, i->id, e);

	/* Somebody else may have removed it meanwhile. */
	if (r < 0 || list_empty(&i->link))
		return r;
	removal->fn(removal->arg, NULL, i->id);
	events_emit(removal->core->events, "image", "delete", i->id,
		(const char *[]){"name", i->id, NULL});
	list_del(&i->link);
	image_unref(i);
	return 0;
}

/* A container that runs from it keeps the image whatever is forced; a stopped one only unless forced. */
static int
check_unused(
	struct core *core, const struct image *i, const char *what, bool force, struct error *e)
{
	char short_id[13];

	str_format(short_id, sizeof(short_id), "%.12s", i->id + strlen(DIGEST_PREFIX));
	list_each (&core->containers, it) {
		const struct container *c = list_entry(it, struct container, link);
		bool running = container_running(c);

		if (!str_eq(c->image_id, i->id) || (force && !running))
			continue;
		if (running)
			return error_set(e, ERROR_CONFLICT, -EBUSY,
				"conflict: unable to %s %s (cannot be forced) - image is being "
				"used by running "
				"container %.12s",
				find_by_id(core, what) == i ? "delete"
							    : "remove repository reference",
				what, c->id);
		if (find_by_id(core, what) == i)
			return error_set(e, ERROR_CONFLICT, -EBUSY,
				"conflict: unable to delete %s (must be forced) - image is being "
				"used by stopped "
				"container %.12s",
				short_id, c->id);
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"conflict: unable to remove repository reference \"%s\" (must force) - "
			"container %.12s is "
			"using its referenced image %s",
			what, c->id, short_id);
	}
	return 0;
}

static size_t
names(const struct image *i)
{
	return strv_len(i->tags) + strv_len(i->digests);
}

static int
remove_all_names(struct removal *removal, struct error *e)
{
	struct image *i = removal->image;

	while (i->tags && *i->tags)
		untag(removal, *i->tags);
	while (i->digests && *i->digests)
		untag(removal, *i->digests);
	return delete_image(removal, e);
}

int
image_remove(struct core *core, const char *what, bool force, bool prune,
	void (*fn)(void *arg, const char *untagged, const char *deleted), void *arg,
	struct error *e)
{
	scoped(arena) *arena = arena_new(0);
	scoped(image) *i = NULL;
	char *name = familiar(arena, what, NULL);
	struct removal removal = {.core = core, .fn = fn, .arg = arg};
	bool by_name;
	int r = image_find(core, what, &i, e);

	(void)prune; /* there are no untagged parents to remove */
	if (!i)
		return r;
	removal.image = i;
	by_name = name && (strv_has(i->tags, name) || strv_has(i->digests, name));
	if (by_name && names(i) > 1) {
		untag(&removal, name);
		return save(core, i, e);
	}
	if (!by_name && names(i) > 1 && !force)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"conflict: unable to delete %.12s (must be forced) - image is referenced "
			"in multiple "
			"repositories",
			i->id + strlen(DIGEST_PREFIX));
	r = check_unused(core, i, what, force, e);
	return r < 0 ? r : remove_all_names(&removal, e);
}
