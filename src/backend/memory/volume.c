#include "backend/memory/private.h"

#include "base/alloc.h"
#include "base/str.h"
#include "rootfs/tree.h"
#include "task/offload.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

struct job {
	char *path;
	int64_t size;
	struct error error;
};

int
memory_volume_create(void *self, struct volume *v, struct error *e)
{
	struct memory *m = self;
	scoped_free char *dir = xasprintf("%s/volumes/%s", m->state_dir, v->name);
	scoped_free char *data = xasprintf("%s/_data", dir);

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return error_errno(e, -errno, "cannot make %s", dir);
	if (mkdir(data, 0755) < 0 && errno != EEXIST)
		return error_errno(e, -errno, "cannot make %s", data);
	v->mountpoint = arena_strdup(v->arena, data);
	return 0;
}

static int
remove_job(void *arg)
{
	struct job *job = arg;

	return tree_remove(job->path, &job->error);
}

int
memory_volume_remove(void *self, struct volume *v, struct error *e)
{
	struct memory *m = self;
	scoped_free char *dir = xasprintf("%s/volumes/%s", m->state_dir, v->name);
	struct job job = {.path = dir};
	int r = task_offload(remove_job, &job);

	if (r < 0)
		error_move(e, &job.error);
	return r;
}

static int
size_job(void *arg)
{
	struct job *job = arg;

	return tree_size(job->path, &job->size, &job->error);
}

int
memory_volume_size(void *self, const struct volume *v, int64_t *ret, struct error *e)
{
	struct job job = {.path = v->mountpoint};
	int r = task_offload(size_job, &job);

	(void)self;
	if (r < 0)
		error_move(e, &job.error);
	*ret = job.size;
	return r;
}
