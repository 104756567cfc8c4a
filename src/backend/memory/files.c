#include "backend/memory/bridge.h"

#include "base/str.h"
#include "rootfs/archive.h"
#include "rootfs/tree.h"
#include "task/offload.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

/* Of one archive put into a container: what a client may make us write. */
static const struct unpack_limits unpack_limits = {
	.bytes = 64LL << 30, .entries = 10 * 1000 * 1000};

/* One job on the thread pool: its arguments, and what came of it. */
struct job {
	struct container *c;
	const char *base; /* the image's tree */
	const char *path;
	unsigned flags;
	struct path_stat *stat;
	int64_t rw, total;
	struct error error;
};

/* The container's files as its processes see them. A tmpfs exists only while it runs. */
static int
open_mounts(const struct job *job, struct mount_table **ret, struct error *e)
{
	const struct container *c = job->c;
	const struct container_mount *mounts = c->mounts.items;
	scoped(mount_table) *table = mount_table_new();
	char path[CONTAINER_PATH_SIZE];
	int r;

	container_path(c, "rootfs", path);
	r = mount_add(
		table, "/", path, "root", c->host_config->readonly_rootfs ? MOUNT_READONLY : 0, e);
	for (size_t i = 0; i < c->mounts.n && r >= 0; i++) {
		const char *source = mounts[i].source;
		bool tmpfs = str_eq(mounts[i].type, "tmpfs");

		if (tmpfs) {
			char name[TMPFS_NAME_SIZE];

			tmpfs_name(i, name);
			container_path(c, name, path);
			source = path;
		}
		if (!tmpfs || c->workload)
			r = mount_add(table, mounts[i].destination, source, mounts[i].type,
				mounts[i].read_write ? 0 : MOUNT_READONLY, e);
	}
	if (r >= 0)
		*ret = take_ptr(table);
	return r;
}

/* Runs a job on the thread pool, and tells its error. */
static int
look(struct memory *m, int (*fn)(void *), struct job *job, struct error *e)
{
	int r;

	m->looks++;
	r = task_offload(fn, job);
	m->looks--;
	if (r < 0 && job->error.message)
		error_move(e, &job->error);
	return r < 0 ? error_errno(e, r, "%s", str_or(job->path, "the container's files")) : r;
}

/* -- stat, get, put -------------------------------------------------------------------------------------------------- */

static int
stat_job(void *arg)
{
	struct job *job = arg;
	scoped(mount_table) *table = NULL;
	int r = open_mounts(job, &table, &job->error);

	return r < 0 ? r : archive_stat(table, job->path, job->stat, &job->error);
}

int
memory_archive_stat(
	void *self, struct container *c, const char *path, struct path_stat *ret, struct error *e)
{
	struct job job = {.c = c, .path = path, .stat = ret};

	return look(self, stat_job, &job, e);
}

static int
pack_job(void *arg, tar_sink sink, void *sink_arg, struct error *e)
{
	struct job *job = arg;
	scoped(mount_table) *table = NULL;
	int r = open_mounts(job, &table, e);

	return r < 0 ? r : archive_pack(table, job->path, sink, sink_arg, e);
}

int
memory_archive_get(void *self, struct container *c, const char *path, tar_sink sink, void *arg,
	struct error *e)
{
	struct job job = {.c = c, .path = path};

	return bridge_out(self, pack_job, &job, sink, arg, e);
}

static int
unpack_job(void *arg, tar_source source, void *source_arg, struct error *e)
{
	struct job *job = arg;
	scoped(mount_table) *table = NULL;
	int r = open_mounts(job, &table, e);

	return r < 0 ? r
		     : archive_unpack(
			       table, job->path, job->flags, &unpack_limits, source, source_arg, e);
}

int
memory_archive_put(void *self, struct container *c, const char *path, unsigned flags,
	tar_source source, void *arg, struct error *e)
{
	struct job job = {.c = c, .path = path, .flags = flags};

	return bridge_in(self, unpack_job, &job, source, arg, e);
}

static int
export_job(void *arg, tar_sink sink, void *sink_arg, struct error *e)
{
	struct job *job = arg;
	scoped(mount_table) *table = NULL;
	int r = open_mounts(job, &table, e);

	return r < 0 ? r : archive_pack_root(table, sink, sink_arg, e);
}

int
memory_export(void *self, struct container *c, tar_sink sink, void *arg, struct error *e)
{
	struct job job = {.c = c};

	return bridge_out(self, export_job, &job, sink, arg, e);
}

/* -- changes, size ------------------------------------------------------------------------------------------------------ */

/* Mounts are not the container's own files: `docker diff` does not look beneath them. */
static const char **
mount_points(const struct container *c, struct arena *arena)
{
	const struct container_mount *mounts = c->mounts.items;
	const char **points = ARENA_ARRAY(arena, const char *, c->mounts.n + 1);

	for (size_t i = 0; i < c->mounts.n; i++)
		points[i] = mounts[i].destination;
	return points;
}

struct change {
	struct change *next;
	enum tree_change kind;
	char *path;
};

struct changes_job {
	struct job job;
	struct arena *arena;
	struct change *first, **end;
};

static int
keep_change(void *arg, const char *path, enum tree_change kind)
{
	struct changes_job *changes = arg;
	struct change *change = ARENA_NEW(changes->arena, change);

	change->kind = kind;
	change->path = arena_strdup(changes->arena, path);
	*changes->end = change;
	changes->end = &change->next;
	return 0;
}

static int
diff_job(void *arg)
{
	struct job *job = arg;
	struct changes_job *changes = container_of(job, struct changes_job, job);
	char root[CONTAINER_PATH_SIZE];

	container_path(job->c, "rootfs", root);
	return tree_diff(job->base, root, mount_points(job->c, changes->arena), keep_change,
		changes, &job->error);
}

int
memory_changes(void *self, struct container *c,
	int (*fn)(void *arg, const char *path, enum tree_change change), void *arg, struct error *e)
{
	struct memory *m = self;
	scoped(arena) *arena = arena_new(0);
	struct changes_job changes = {.job = {.c = c}, .arena = arena};
	int r = builtin_need(m, e);

	if (r < 0)
		return r;
	changes.job.base = m->builtin.root;
	changes.end = &changes.first;
	r = look(m, diff_job, &changes.job, e);
	for (const struct change *change = changes.first; change && r >= 0; change = change->next)
		r = fn(arg, change->path, change->kind);
	return r;
}

static int
add_size(void *arg, const char *path, enum tree_change kind)
{
	struct job *job = arg;
	char full[2 * CONTAINER_PATH_SIZE], root[CONTAINER_PATH_SIZE];
	struct stat st;

	container_path(job->c, "rootfs", root);
	if (kind != TREE_DELETED && str_format(full, sizeof(full), "%s%s", root, path) == 0 &&
		lstat(full, &st) == 0 && S_ISREG(st.st_mode))
		job->rw += st.st_size;
	return 0;
}

static int
size_job(void *arg)
{
	struct job *job = arg;
	scoped(arena) *arena = arena_new(0);
	char root[CONTAINER_PATH_SIZE];
	int r;

	container_path(job->c, "rootfs", root);
	r = tree_diff(job->base, root, mount_points(job->c, arena), add_size, job, &job->error);
	return r < 0 ? r : tree_size(root, &job->total, &job->error);
}

int
memory_size(void *self, struct container *c, int64_t *ret_rw, int64_t *ret_root, struct error *e)
{
	struct memory *m = self;
	struct job job = {.c = c};
	int r = builtin_need(m, e);

	if (r < 0)
		return r;
	job.base = m->builtin.root;
	r = look(m, size_job, &job, e);
	*ret_rw = job.rw;
	*ret_root = job.total;
	return r;
}
