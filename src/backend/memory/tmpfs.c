/*
 * tmpfs.c: --tmpfs and mounts of type tmpfs.
 *
 * Each is an entry tmpfs-N of the container's directory while it runs.  Without a size it is a directory.  With one, where
 * the kernel lets us, it is a symlink to a descriptor of ours, the root of a real tmpfs: so sandbox and `docker cp` find it
 * under the same path.
 */
#include "runtime/tmpfs.h"

#include "backend/memory/private.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "rootfs/tree.h"
#include "task/offload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct job {
	const struct container *c;
	struct arena *arena;
	bool sized; /* a size can be enforced */
	int *fds;
	size_t n_fds;
	struct error error;
};

void
tmpfs_name(size_t index, char out[TMPFS_NAME_SIZE])
{
	str_format(out, TMPFS_NAME_SIZE, "tmpfs-%zu", index);
}

static bool
is_tmpfs(const struct container *c, size_t index)
{
	const struct container_mount *mounts = c->mounts.items;

	return str_eq(mounts[index].type, "tmpfs");
}

static bool
has_tmpfs(const struct container *c)
{
	for (size_t i = 0; i < c->mounts.n; i++) {
		if (is_tmpfs(c, i))
			return true;
	}
	return false;
}

/* -- sizes -------------------------------------------------------------------------------------------------------------- */

static bool
same_place(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	while (n > 1 && a[n - 1] == '/')
		n--;
	while (m > 1 && b[m - 1] == '/')
		m--;
	return n == m && memcmp(a, b, n) == 0;
}

/* "rw,size=64k": the last one counts, as in mount(8). */
static const char *
size_option(const char *options, struct arena *arena)
{
	scoped_strv list = strv_split(str_or(options, ""), ',');
	const char *size = NULL;

	for (char **option = list; *option; option++) {
		if (str_starts(*option, "size="))
			size = arena_strdup(arena, *option + strlen("size="));
	}
	return size;
}

/* What was asked for at this place; NULL for no limit. */
static const char *
wanted_size(const struct container *c, const char *destination, struct arena *arena)
{
	const struct json_map *tmpfs = &c->host_config->tmpfs;
	const struct mount_config *mounts = c->host_config->mounts.items;

	for (size_t i = 0; i < c->host_config->mounts.n; i++) {
		if (mounts[i].tmpfs_options && mounts[i].tmpfs_options->size_bytes > 0 &&
			same_place(str_or(mounts[i].target, ""), destination))
			return arena_printf(
				arena, "%lld", (long long)mounts[i].tmpfs_options->size_bytes);
	}
	for (size_t i = 0; i < tmpfs->n; i++) {
		if (same_place(tmpfs->items[i].key, destination))
			return size_option(tmpfs->items[i].value, arena);
	}
	return NULL;
}

static bool
wants_size(const struct container *c)
{
	const struct container_mount *mounts = c->mounts.items;
	scoped(arena) *arena = arena_new(0);

	for (size_t i = 0; i < c->mounts.n; i++) {
		if (is_tmpfs(c, i) && wanted_size(c, mounts[i].destination, arena))
			return true;
	}
	return false;
}

static int
try_out(void *arg)
{
	struct job *job = arg;

	return tmpfs_try(&job->error);
}

/* Tried at the first wish. */
static bool
can_be_sized(struct memory *m)
{
	struct job job = {0};

	if (m->tmpfs == TMPFS_UNKNOWN) {
		int r = task_offload(try_out, &job);

		if (r == -ECANCELED)
			return false;
		m->tmpfs = r < 0 ? TMPFS_NONE : TMPFS_SIZED;
		if (r < 0)
			log_debug("the size of a tmpfs is not enforced: %s",
				error_message(&job.error));
		error_clear(&job.error);
	}
	return m->tmpfs == TMPFS_SIZED;
}

void
tmpfs_warn(struct memory *m, const struct container *c, char ***warnings)
{
	if (wants_size(c) && !can_be_sized(m))
		strv_push(warnings,
			"The memory back end does not enforce the size of a tmpfs on this "
			"host: it can make none.");
}

/* -- making and removing ------------------------------------------------------------------------------------------------- */

static int
make_directory(const char *path, struct error *e)
{
	if (mkdir(path, 0777) < 0 || chmod(path, 01777) < 0)
		return error_errno(e, -errno, "cannot make %s", path);
	return 0;
}

static int
make_sized(struct job *job, const char *path, const char *size)
{
	int fd = tmpfs_open(size, &job->error);
	const char *target;

	if (fd < 0)
		return fd;
	job->fds[job->n_fds++] = fd;
	target = arena_printf(job->arena, "/proc/%ld/fd/%d", (long)getpid(), fd);
	if (symlink(target, path) < 0)
		return error_errno(&job->error, -errno, "cannot make %s", path);
	return 0;
}

static int
make_all(void *arg)
{
	struct job *job = arg;
	const struct container_mount *mounts = job->c->mounts.items;
	int r = 0;

	for (size_t i = 0; i < job->c->mounts.n && r >= 0; i++) {
		char path[CONTAINER_PATH_SIZE], name[TMPFS_NAME_SIZE];
		const char *size;

		if (!is_tmpfs(job->c, i))
			continue;
		tmpfs_name(i, name);
		container_path(job->c, name, path);
		/* A daemon that was killed left it as it was. */
		r = tree_remove(path, &job->error);
		size = job->sized ? wanted_size(job->c, mounts[i].destination, job->arena) : NULL;
		if (r >= 0)
			r = size ? make_sized(job, path, size) : make_directory(path, &job->error);
	}
	return r;
}

int
tmpfs_make(struct memory *m, const struct container *c, struct arena *arena,
	struct workload_spec *spec, struct error *e)
{
	struct job job = {.c = c, .arena = arena};
	int r;

	if (!has_tmpfs(c))
		return 0;
	job.sized = wants_size(c) && can_be_sized(m);
	job.fds = ARENA_ARRAY(arena, int, c->mounts.n + 1);
	r = task_offload(make_all, &job);
	if (r < 0) {
		for (size_t i = 0; i < job.n_fds; i++)
			close(job.fds[i]);
		if (job.error.message)
			error_move(e, &job.error);
		return r;
	}
	spec->keep = job.fds;
	spec->n_keep = job.n_fds;
	return 0;
}

static int
remove_all(void *arg)
{
	struct job *job = arg;
	int r = 0;

	for (size_t i = 0; i < job->c->mounts.n && r >= 0; i++) {
		char path[CONTAINER_PATH_SIZE], name[TMPFS_NAME_SIZE];

		if (!is_tmpfs(job->c, i))
			continue;
		tmpfs_name(i, name);
		container_path(job->c, name, path);
		r = tree_remove(path, NULL);
	}
	return r;
}

int
tmpfs_remove(const struct container *c, struct error *e)
{
	struct job job = {.c = c};
	int r = has_tmpfs(c) ? task_offload(remove_all, &job) : 0;

	return r < 0 ? error_errno(e, r, "cannot empty a tmpfs") : 0;
}
