/*
 * builtin.c: the tree of the built-in userland.
 *
 * The sandbox program unpacks its root file system once per build of the program, when it is first needed; the tree is kept below the
 * state directory and is never written to again.  Its layer digest is the one of the tree as a tar archive.
 */
#include "backend/memory/private.h"

#include "base/alloc.h"
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

static int
open_tree(struct memory *m, struct error *e)
{
	struct builtin *b = &m->builtin;
	scoped_free char *parent = xasprintf("%s/userland", m->state_dir), *info = NULL;
	struct stat st;

	if (stat(m->program, &st) < 0)
		return error_errno(e, -errno, "%s", m->program);
	if (mkdir(parent, 0755) < 0 && errno != EEXIST)
		return error_errno(e, -errno, "%s", parent);
	/* A program of another size or time has another userland. */
	free(b->root);
	b->root = xasprintf("%s/%llx-%llx%09lx", parent, (unsigned long long)st.st_size,
		(unsigned long long)st.st_mtim.tv_sec, (unsigned long)st.st_mtim.tv_nsec);
	b->created_ns = st.st_mtim.tv_sec * NSEC_PER_SEC + st.st_mtim.tv_nsec;
	info = xasprintf("%s.info", b->root);
	if (load_measure(info, b))
		return 0;
	return make_tree(m, b->root, info, e);
}

int
builtin_need(struct memory *m, struct error *e)
{
	struct builtin *b = &m->builtin;
	int r = 0;

	while (b->opening && r == 0)
		r = cond_wait(&b->opened, USEC_INFINITY);
	if (r < 0)
		return error_errno(e, r, "waiting for the built-in userland");
	if (b->ready)
		return 0;
	b->opening = true;
	r = open_tree(m, e);
	b->opening = false;
	b->ready = r >= 0;
	cond_broadcast(&b->opened);
	return r;
}

void
builtin_close(struct memory *m)
{
	free(m->builtin.root);
}
