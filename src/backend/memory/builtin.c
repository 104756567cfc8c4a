/*
 * builtin.c: the built-in userland as an image.
 *
 * The sandbox program unpacks its root file system once per build of the program; the tree is kept below the state directory and is
 * never written to again.  Its layer digest is the one of the tree as a tar archive, its image id the one of its config, as
 * with any image.
 */
#include "backend/memory/private.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/str.h"
#include "core/core.h"
#include "json/write.h"
#include "rootfs/archive.h"
#include "rootfs/tree.h"
#include "task/child.h"
#include "task/clock.h"
#include "task/offload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define UNPACK_TIMEOUT (60 * USEC_PER_SEC)
#define PATH_VARIABLE "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define COMMENT "the built-in userland of Sockerless: BusyBox as WebAssembly"

/* -- the tree ------------------------------------------------------------------------------------------------- */

static int
unpack(struct memory *m, const char *to, struct error *e)
{
	char *argv[] = {m->program, (char[]){"--unpack"}, (char *)(uintptr_t)to, NULL};
	struct child_spec spec = {
		.file = m->program, .argv = argv, .fds = (const int[]){-1, 2, 2}, .n_fds = 3};
	scoped(child) *child = NULL;
	int status, r = child_spawn(&spec, &child, e);

	if (r >= 0)
		r = child_wait(child, clock_after(UNPACK_TIMEOUT), &status);
	if (r < 0)
		return error_errno(e, r, "unpacking the built-in userland");
	if (status != 0)
		return error_set(e, ERROR_INTERNAL, -EIO, "%s --unpack %s failed", m->program, to);
	return 0;
}

struct measure {
	const char *root;
	struct builtin *builtin;
	struct sha256 *hash;
};

static int
hash_piece(void *arg, const void *data, size_t n)
{
	struct measure *measure = arg;

	sha256_update(measure->hash, data, n);
	return 0;
}

/* On the thread pool: the layer's digest and size. */
static int
measure_tree(void *arg)
{
	struct measure *measure = arg;
	scoped(mount_table) *table = mount_table_new();
	scoped_error e = {0};
	int r = mount_add(table, "/", measure->root, "root", 0, &e);

	measure->hash = sha256_new();
	if (r >= 0)
		r = archive_pack_root(table, hash_piece, measure, &e);
	sha256_hex(measure->hash, measure->builtin->layer);
	return r < 0 ? r : tree_size(measure->root, &measure->builtin->size, &e);
}

/* What was measured is kept in a file beside the tree, so that later starts need not look at the tree. */
static int
save_measure(const char *path, const struct builtin *b)
{
	FILE *f = fopen(path, "we");
	int n;

	if (!f)
		return -errno;
	n = fprintf(f, "%s %lld\n", b->layer, (long long)b->size);
	return fclose(f) == 0 && n > 0 ? 0 : -EIO;
}

static bool
load_measure(const char *path, struct builtin *b)
{
	FILE *f = fopen(path, "re");
	long long size;
	int n;

	if (!f)
		return false;
	n = fscanf(f, "%64s %lld", b->layer, &size);
	fclose(f);
	b->size = size;
	return n == 2 && strlen(b->layer) == SHA256_HEX_SIZE - 1;
}

static int
make_tree(struct memory *m, const char *dir, const char *info, struct error *e)
{
	scoped_free char *fresh = xasprintf("%s.new", dir);
	struct measure measure = {.root = fresh, .builtin = &m->builtin};
	int r;

	r = tree_remove(fresh, e);
	if (r >= 0)
		r = unpack(m, fresh, e);
	if (r < 0)
		return r;
	r = task_offload(measure_tree, &measure);
	if (r >= 0 && rename(fresh, dir) < 0)
		r = -errno;
	if (r >= 0)
		r = save_measure(info, &m->builtin);
	return r < 0 ? error_errno(e, r, "preparing the built-in userland in %s", dir) : 0;
}

int
builtin_open(struct memory *m, struct error *e)
{
	struct builtin *b = &m->builtin;
	scoped_free char *parent = xasprintf("%s/userland", m->state_dir), *info = NULL;
	struct stat st;

	if (stat(m->program, &st) < 0)
		return error_errno(e, -errno, "%s", m->program);
	if (mkdir(parent, 0755) < 0 && errno != EEXIST)
		return error_errno(e, -errno, "%s", parent);
	/* A program of another size or time has another userland. */
	b->root = xasprintf("%s/%llx-%llx%09lx", parent, (unsigned long long)st.st_size,
		(unsigned long long)st.st_mtim.tv_sec, (unsigned long)st.st_mtim.tv_nsec);
	b->created_ns = st.st_mtim.tv_sec * NSEC_PER_SEC + st.st_mtim.tv_nsec;
	info = xasprintf("%s.info", b->root);
	if (load_measure(info, b))
		return 0;
	return make_tree(m, b->root, info, e);
}

void
builtin_close(struct memory *m)
{
	free(m->builtin.root);
}

/* -- the image -------------------------------------------------------------------------------------------------- */

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
	item->comment = arena_strdup(image->arena, COMMENT);
	item->size = m->builtin.size;
	image->history = (struct json_list){.items = item, .n = 1, .present = true};
}

int
memory_pull(void *self, struct image *image, const char *auth, const struct pull_progress *progress,
	struct error *e)
{
	struct memory *m = self;
	scoped_json_writer w;
	char id[SHA256_HEX_SIZE];

	(void)auth;
	if (m->fetch_image_config)
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"this build cannot ask a registry for image configs yet: start it without "
			"--fetch-image-config");
	image->config = make_config(image->arena);
	json_writer_init(&w, NULL, NULL, 0);
	write_config(&w, m, image->config);
	json_finish(&w);
	sha256_of(w.buf.data, w.buf.len, id);
	image->id = arena_printf(image->arena, "sha256:%s", id);
	image->created_ns = m->builtin.created_ns;
	image->size = m->builtin.size;
	image->comment = arena_strdup(image->arena, COMMENT);
	image->architecture = arena_strdup(image->arena, "amd64");
	image->os = arena_strdup(image->arena, "linux");
	image->layers = ARENA_ARRAY(image->arena, char *, 2);
	image->layers[0] = arena_printf(image->arena, "sha256:%s", m->builtin.layer);
	image->builtin = true;
	add_history(m, image);
	progress->status(progress->arg, NULL,
		"Nothing was downloaded: this name stands for the built-in userland (BusyBox as "
		"WebAssembly)");
	return 0;
}
