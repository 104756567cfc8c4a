/*
 * image.c: what a pull gives: the built-in userland under the name that was asked for.
 *
 * By default with a config of its own; with --fetch-image-config with the config that the registry
 * has under that name. The files are the built-in userland's either way, and so are the size and
 * the layer that an image shows: only what is here counts.  The id is the digest of the config, as
 * with any image.
 */
#include "backend/memory/private.h"

#include "base/str.h"
#include "docker/reference.h"
#include "json/write.h"
#include "oci/registry.h"

#define PATH_VARIABLE "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define BUILTIN_COMMENT "the built-in userland of Sockerless: BusyBox as WebAssembly"
#define FETCHED_COMMENT                                                                         \
	"the registry's config; the files are the built-in userland of Sockerless: BusyBox as " \
	"WebAssembly"

/* What is the same whoever wrote the config. */
static void
describe_content(struct memory *m, struct image *image)
{
	image->size = m->builtin.size;
	image->layers = ARENA_ARRAY(image->arena, char *, 2);
	image->layers[0] = arena_printf(image->arena, "sha256:%s", m->builtin.layer);
}

/* -- the built-in config ----------------------------------------------------------------------- */

static void
write_config(struct json_writer *w, const struct memory *m, const struct container_config *config)
{
	char created[TIME_TEXT_SIZE];

	time_rfc3339(m->builtin.created_ns, created);
	json_object_begin(w);
	json_key(w, "architecture");
	json_string(w, "amd64");
	json_key(w, "os");
	json_string(w, "linux");
	json_key(w, "created");
	json_string(w, created);
	json_key(w, "config");
	json_write(w, &container_config_type, config);
	json_key(w, "rootfs");
	json_object_begin(w);
	json_key(w, "type");
	json_string(w, "layers");
	json_key(w, "diff_ids");
	json_array_begin(w);
	json_string(w, m->builtin.layer);
	json_array_end(w);
	json_object_end(w);
	json_object_end(w);
}

static struct container_config *
make_config(struct arena *arena)
{
	struct container_config *config = ARENA_NEW(arena, container_config);

	config->env = ARENA_ARRAY(arena, char *, 2);
	config->env[0] = arena_strdup(arena, PATH_VARIABLE);
	config->cmd = ARENA_ARRAY(arena, char *, 2);
	config->cmd[0] = arena_strdup(arena, "sh");
	return config;
}

static void
add_history(struct memory *m, struct image *image)
{
	struct image_history_item *item = ARENA_NEW(image->arena, image_history_item);

	item->id = image->id;
	item->created = m->builtin.created_ns / NSEC_PER_SEC;
	item->created_by = arena_strdup(image->arena, "sockerless-sandbox --unpack");
	item->comment = arena_strdup(image->arena, BUILTIN_COMMENT);
	item->size = m->builtin.size;
	image->history = (struct json_list){.items = item, .n = 1, .present = true};
}

static void
describe_builtin(struct memory *m, struct image *image)
{
	scoped_json_writer w;
	char id[SHA256_HEX_SIZE];

	image->config = make_config(image->arena);
	json_writer_init(&w, NULL, NULL, 0);
	write_config(&w, m, image->config);
	json_finish(&w);
	sha256_of(w.buf.data, w.buf.len, id);
	image->id = arena_printf(image->arena, "sha256:%s", id);
	image->created_ns = m->builtin.created_ns;
	image->comment = arena_strdup(image->arena, BUILTIN_COMMENT);
	image->architecture = arena_strdup(image->arena, "amd64");
	image->os = arena_strdup(image->arena, "linux");
	image->builtin = true;
	add_history(m, image);
}

/* -- the registry's config --------------------------------------------------------------------- */

/* The Engine shows the newest step first, under the image's id; none of them has files here. */
static void
copy_history(struct image *image, const struct json_list *steps)
{
	const struct image_step *step = steps->items;
	struct image_history_item *items = ARENA_ARRAY(
		image->arena, struct image_history_item, steps->n + 1);

	for (size_t i = 0; i < steps->n; i++, step++)
		items[steps->n - 1 - i] = (struct image_history_item){
			.id = i + 1 == steps->n ? image->id
						: arena_strdup(image->arena, "<missing>"),
			.created = step->created / NSEC_PER_SEC,
			.created_by = step->created_by,
			.comment = step->comment,
		};
	image->history = (struct json_list){.items = items, .n = steps->n, .present = true};
}

static void
describe_fetched(
	struct image *image, const struct reference *reference, struct registry_image *found)
{
	image->id = found->id;
	image->digests = ARENA_ARRAY(image->arena, char *, 2);
	image->digests[0] = arena_printf(image->arena, "%s@%s",
		reference_familiar_name(image->arena, reference), found->digest);
	image->created_ns = found->config.created;
	image->comment = arena_strdup(image->arena, FETCHED_COMMENT);
	image->author = found->config.author;
	image->architecture = found->config.architecture;
	image->os = found->config.os;
	image->config = &found->config.config;
	copy_history(image, &found->config.history);
}

static int
fetch(struct memory *m, struct image *image, const struct pull_options *options,
	const struct pull_progress *progress, struct error *e)
{
	struct registry_image *found = ARENA_NEW(image->arena, registry_image);
	struct reference reference;
	struct registry_query query = {
		.reference = &reference,
		.auth = options->auth,
		.platform = options->platform,
		.insecure = m->insecure_registries,
	};
	int r = reference_parse(image->arena, image->wanted, &reference, e);

	if (r >= 0)
		r = registry_ask(image->arena, &query, found, e);
	if (r < 0)
		return r;
	describe_fetched(image, &reference, found);
	progress->status(progress->arg, NULL,
		"Only the image's config was fetched: its commands run on the built-in userland "
		"(BusyBox as WebAssembly), without the image's files");
	progress->status(
		progress->arg, NULL, arena_printf(image->arena, "Digest: %s", found->digest));
	return 0;
}

int
memory_pull(void *self, struct image *image, const struct pull_options *options,
	const struct pull_progress *progress, struct error *e)
{
	struct memory *m = self;
	int r = builtin_need(m, e);

	if (r < 0)
		return r;
	describe_content(m, image);
	if (m->fetch_image_config)
		return fetch(m, image, options, progress, e);
	describe_builtin(m, image);
	progress->status(progress->arg, NULL,
		"Nothing was downloaded: this name stands for the built-in userland (BusyBox as "
		"WebAssembly)");
	return 0;
}
