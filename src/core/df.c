#include "core/df.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/str.h"
#include "core/container.h"
#include "core/core.h"
#include "core/describe.h"
#include "core/image.h"
#include "core/list.h"
#include "core/volume.h"

#include <errno.h>

struct df {
	struct core *core;
	struct arena *arena;
	struct disk_usage answer;
	struct image **images;
	struct container **containers;
	struct volume **volumes;
	size_t n_images, n_containers, n_volumes;
};

const struct disk_usage *
df_answer(const struct df *df)
{
	return &df->answer;
}

void
df_free(struct df *df)
{
	for (size_t i = 0; i < df->n_images; i++)
		image_unref(df->images[i]);
	for (size_t i = 0; i < df->n_volumes; i++)
		volume_unref(df->volumes[i]);
	container_list_free(df->containers, df->n_containers);
	arena_free(df->arena);
	free(df);
}

static size_t
list_length(const struct list *head)
{
	size_t n = 0;

	list_each (head, it)
		n++;
	return n;
}

/* -- images ---------------------------------------------------------------------------------------------- */

/* Images over the same layers take their place once. */
static bool
shares_layers(const struct image *a, const struct image *b)
{
	size_t n = strv_len(a->layers);

	if (n != strv_len(b->layers))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(a->layers[i], b->layers[i]))
			return false;
	}
	return true;
}

static void
measure_images(struct df *df)
{
	struct list *all = image_list(df->core);
	size_t n = list_length(all);
	struct image_summary *items = ARENA_ARRAY(df->arena, struct image_summary, n + 1);

	df->images = ARENA_ARRAY(df->arena, struct image *, n + 1);
	df->answer.images = (struct json_list){.items = items, .n = n, .present = true};
	list_each (all, it) {
		struct image *image = list_entry(it, struct image, link);
		struct image_summary *item = &items[df->n_images];
		bool counted = false;

		image_summarise(image, item);
		item->containers = image_users(df->core, image);
		item->shared_size = 0;
		for (size_t i = 0; i < df->n_images; i++) {
			if (!shares_layers(df->images[i], image))
				continue;
			counted = true;
			items[i].shared_size = items[i].size;
			item->shared_size = item->size;
		}
		if (!counted)
			df->answer.layers_size += image->size;
		df->images[df->n_images++] = image_ref(image);
	}
}

/* -- containers ------------------------------------------------------------------------------------------ */

static int
measure_containers(struct df *df, struct error *e)
{
	const struct backend *b = &df->core->backend;
	struct container_query q = {.all = true};
	struct container_summary *items;

	if (!b->ops->size)
		return core_missing(df->core, "size", e);
	df->containers = container_query_run(df->core, &q, &df->n_containers);
	items = ARENA_ARRAY(df->arena, struct container_summary, df->n_containers + 1);
	df->answer.containers = (struct json_list){.items = items, .present = true};
	for (size_t i = 0; i < df->n_containers; i++) {
		struct container *c = df->containers[i];
		int64_t rw = 0, root = 0;
		int r = b->ops->size(b->self, c, &rw, &root, NULL);

		if (r == -ECANCELED)
			return error_errno(e, r, "df");
		if (r < 0 || c->removed)
			continue;
		describe_summary(c, df->arena, &items[df->answer.containers.n]);
		items[df->answer.containers.n].size_rw = rw;
		items[df->answer.containers.n++].size_root_fs = root;
	}
	return 0;
}

/* -- volumes --------------------------------------------------------------------------------------------- */

static int64_t
count_users(struct core *core, const struct volume *v)
{
	scoped_strv users = volume_users(core, v);

	return (int64_t)strv_len(users);
}

static int
measure_volumes(struct df *df, struct error *e)
{
	const struct backend *b = &df->core->backend;
	struct list *all = volume_list(df->core);
	size_t n = list_length(all);
	struct volume_resource *items = ARENA_ARRAY(df->arena, struct volume_resource, n + 1);

	df->volumes = ARENA_ARRAY(df->arena, struct volume *, n + 1);
	df->answer.volumes = (struct json_list){.items = items, .present = true};
	list_each (all, it)
		df->volumes[df->n_volumes++] = volume_ref(list_entry(it, struct volume, link));
	for (size_t i = 0; i < df->n_volumes; i++) {
		struct volume *v = df->volumes[i];
		struct volume_resource *item = &items[df->answer.volumes.n];
		int64_t size = -1;
		int r = b->ops->volume_size ? b->ops->volume_size(b->self, v, &size, NULL) : 0;

		if (r == -ECANCELED)
			return error_errno(e, r, "df");
		if (list_empty(&v->link))
			continue;
		volume_describe(v, item);
		item->usage_data = ARENA_NEW(df->arena, volume_usage);
		item->usage_data->size = r < 0 ? -1 : size;
		item->usage_data->ref_count = count_users(df->core, v);
		df->answer.volumes.n++;
	}
	return 0;
}

int
df_measure(struct core *core, unsigned types, struct df **ret, struct error *e)
{
	scoped(df) *df = NEW(df);
	int r = 0;

	df->core = core;
	df->arena = arena_new(0);
	df->answer.build_cache.present = types & DF_BUILD_CACHE;
	if (types & DF_VOLUMES)
		r = measure_volumes(df, e);
	if (r >= 0 && types & DF_CONTAINERS)
		r = measure_containers(df, e);
	if (r < 0)
		return r;
	if (types & DF_IMAGES)
		measure_images(df);
	*ret = take_ptr(df);
	return 0;
}
