/*
 * spare.c: root file systems made beforehand.
 *
 * Cloning the built-in tree takes a few milliseconds, most of what creating a container would take; so a few clones are kept
 * ready, and a container gets one by a rename.  One that is taken is replaced in the background.  Without one at hand the clone is
 * made on the spot.
 */
#include "backend/memory/private.h"

#include "base/alloc.h"
#include "base/log.h"
#include "rootfs/tree.h"
#include "task/offload.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

struct clone_job {
	const char *from, *to;
	struct error error;
};

static char *
spare_path(const struct memory *m, unsigned long number)
{
	return xasprintf("%s/spare/%lu", m->state_dir, number);
}

static int
clone_tree(void *arg)
{
	struct clone_job *job = arg;

	return tree_clone(job->from, job->to, &job->error);
}

static int
make_clone(struct memory *m, const char *to, struct error *e)
{
	struct clone_job job = {.from = m->builtin.root, .to = to};
	int r = task_offload(clone_tree, &job);

	if (r < 0 && e)
		error_move(e, &job.error);
	error_clear(&job.error);
	return r;
}

/* One task fills up what is missing; it ends when all are there. */
static void
refill_run(void *arg)
{
	struct memory *m = arg;
	scoped_error e = {0};

	while (m->spares_made - m->spares_taken < SPARES) {
		scoped_free char *path = spare_path(m, m->spares_made);

		if (make_clone(m, path, &e) < 0) {
			if (e.kind != ERROR_CANCELLED)
				log_warn("no root file systems are kept ready: %s",
					error_message(&e));
			break;
		}
		m->spares_made++;
	}
	m->refilling = false;
}

static void
refill(struct memory *m)
{
	if (m->refilling)
		return;
	m->refilling = true;
	task_spawn(m->tasks, "memory.spare", refill_run, m);
}

static int
remove_all(void *path)
{
	return tree_remove(path, NULL);
}

int
spare_open(struct memory *m, struct error *e)
{
	scoped_free char *dir = xasprintf("%s/spare", m->state_dir);

	/* What another run left may be half made, or of another program. */
	task_offload(remove_all, dir);
	if (mkdir(dir, 0700) < 0)
		return error_errno(e, -errno, "cannot make %s", dir);
	refill(m);
	return 0;
}

int
spare_take(struct memory *m, const char *to, struct error *e)
{
	while (m->spares_made > m->spares_taken) {
		scoped_free char *path = spare_path(m, m->spares_taken++);

		refill(m);
		if (rename(path, to) == 0)
			return 0;
	}
	return make_clone(m, to, e);
}
