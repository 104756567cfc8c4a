/*
 * spare.c: containers' directories made beforehand.
 *
 * Cloning the built-in tree takes a few milliseconds, most of what creating a container would take; so a few directories with
 * a clone in them are kept ready, and a container gets one by a rename.  One that is taken is replaced in the background.
 * Without one at hand it is made on the spot.
 *
 * A spare is best made of a used one: the directory of a removed container, whose root file system is made equal to the
 * built-in tree again.  That saves making and deleting hundreds of names, and ext4 finds free inodes slowly where many were
 * freed a moment ago.  Only directories in which nothing can write any more qualify: of containers that never ran, or whose sandbox ended in order during
 * this daemon's life, and while no job of ours has a container's files open.
 *
 * They are in spare/TREE/, named "ready-N"; "making-N" is one that is not whole yet, "used-N" one to be made equal.  Nothing
 * is looked at before the first container is created: by then the state directory is known to be ours alone.
 */
#include "backend/memory/private.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "rootfs/tree.h"
#include "task/offload.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define READY "ready-"
#define MAKING "making-"
#define USED "used-"
#define ROOT "rootfs"

struct clone_job {
	const char *from, *to;
	struct error error;
};

static char *
spare_path(const struct memory *m, const char *state, uint64_t number)
{
	return xasprintf("%s/%s%llu", m->spare_dir, state, (unsigned long long)number);
}

static int
clone_tree(void *arg)
{
	struct clone_job *job = arg;
	scoped_free char *root = xasprintf("%s/" ROOT, job->to);

	if (mkdir(job->to, 0700) < 0)
		return error_errno(&job->error, -errno, "cannot make %s", job->to);
	return tree_clone(job->from, root, &job->error);
}

static int
make_clone(struct memory *m, const char *to, struct error *e)
{
	struct clone_job job = {.from = m->builtin.root, .to = to};
	int r = task_offload(clone_tree, &job);

	if (r < 0)
		error_move(e, &job.error);
	return r;
}

/* Leaves in a used directory only what a new one may have. */
static int
clear_beside_root(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int r = dir ? 0 : -errno;

	while (dir && r >= 0 && (entry = readdir(dir))) {
		scoped_free char *inside = xasprintf("%s/%s", path, entry->d_name);

		if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, "..") &&
			!str_eq(entry->d_name, ROOT) && !etc_may_stay(dirfd(dir), entry->d_name))
			r = tree_remove(inside, NULL);
	}
	if (dir)
		closedir(dir);
	return r;
}

static int
restore_tree(void *arg)
{
	struct clone_job *job = arg;
	scoped_free char *root = xasprintf("%s/" ROOT, job->to);
	int r = clear_beside_root(job->to);

	if (r < 0)
		return error_errno(&job->error, r, "cannot clear %s", job->to);
	return tree_restore(job->from, root, &job->error);
}

static int
remove_clone(void *path)
{
	return tree_remove(path, NULL);
}

/* Makes a used directory, if there is one, as good as new, under the name `to`. */
static bool
make_of_used(struct memory *m, const char *to)
{
	struct clone_job job = {.from = m->builtin.root, .to = to};
	scoped_free char *used = NULL;
	int r;

	if (m->n_used == 0)
		return false;
	used = spare_path(m, USED, m->used[--m->n_used]);
	r = rename(used, to) < 0 ? -errno : task_offload(restore_tree, &job);
	if (r < 0 && r != -ECANCELED)
		log_debug(
			"a container's directory is not used again: %s", error_message(&job.error));
	if (r < 0)
		task_offload(remove_clone, (void *)(uintptr_t)to);
	error_clear(&job.error);
	return r >= 0;
}

static int
make_spare(struct memory *m, struct error *e)
{
	uint64_t number = m->next_spare++;
	scoped_free char *making = spare_path(m, MAKING, number),
			 *ready = spare_path(m, READY, number);
	int r = make_of_used(m, making) ? 0 : make_clone(m, making, e);

	if (r >= 0 && rename(making, ready) < 0)
		r = error_errno(e, -errno, "%s", ready);
	if (r < 0) {
		task_offload(remove_clone, making);
		return r;
	}
	m->spares[m->n_spares++] = number;
	return 0;
}

/* What another run left half made, or of another program's tree. */
static int
remove_leftovers(void *arg)
{
	const struct memory *m = arg;
	const char *current = strrchr(m->spare_dir, '/') + 1;
	scoped_free char *parent = xasprintf(
		"%.*s", (int)(current - m->spare_dir) - 1, m->spare_dir);
	const char *dirs[] = {parent, m->spare_dir};

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		DIR *dir = opendir(dirs[i]);
		struct dirent *entry;

		while (dir && (entry = readdir(dir))) {
			scoped_free char *path = xasprintf("%s/%s", dirs[i], entry->d_name);

			if (*entry->d_name != '.' && !str_eq(entry->d_name, current) &&
				!str_starts(entry->d_name, READY))
				(void)tree_remove(path, NULL);
		}
		if (dir)
			closedir(dir);
	}
	return 0;
}

/* One task fills up what is missing; it ends when all are there. */
static void
refill_run(void *arg)
{
	struct memory *m = arg;
	scoped_error e = {0};
	int r = 0;

	if (!m->leftovers_removed)
		r = task_offload(remove_leftovers, m);
	m->leftovers_removed = true;
	while (r >= 0 && m->n_spares < (m->n_used ? SPARES : SPARES_LOW))
		r = make_spare(m, &e);
	if (r < 0 && r != -ECANCELED)
		log_warn("no root file systems are kept ready: %s", error_message(&e));
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

/* Those that the last run left. */
static int
find_spares(struct memory *m, struct error *e)
{
	const char *tree = strrchr(m->builtin.root, '/') + 1;
	scoped_free char *parent = xasprintf("%s/spare", m->state_dir);
	struct dirent *entry;
	DIR *dir;

	m->spare_dir = xasprintf("%s/%s", parent, tree);
	if ((mkdir(parent, 0700) < 0 && errno != EEXIST) ||
		(mkdir(m->spare_dir, 0700) < 0 && errno != EEXIST))
		return error_errno(e, -errno, "cannot make %s", m->spare_dir);
	dir = opendir(m->spare_dir);
	while (dir && (entry = readdir(dir))) {
		uint64_t number;

		if (!str_starts(entry->d_name, READY) ||
			str_to_u64(entry->d_name + strlen(READY), &number) < 0)
			continue;
		if (number >= m->next_spare)
			m->next_spare = number + 1;
		if (m->n_spares < SPARES)
			m->spares[m->n_spares++] = number;
	}
	if (dir)
		closedir(dir);
	return 0;
}

int
spare_take(struct memory *m, const char *to, struct error *e)
{
	int r = m->spare_dir ? 0 : find_spares(m, e);

	if (r < 0)
		return r;
	while (m->n_spares) {
		scoped_free char *path = spare_path(m, READY, m->spares[--m->n_spares]);

		refill(m);
		if (rename(path, to) == 0)
			return 0;
	}
	refill(m);
	return make_clone(m, to, e);
}

void
memory_salvage(void *self, const char *id, const char *directory)
{
	struct memory *m = self;
	scoped_free char *used = NULL;

	if (!map_remove(m->quiet, id) || !directory || m->bridges || m->looks || !m->spare_dir ||
		m->n_spares + m->n_used >= SPARES)
		return;
	used = spare_path(m, USED, m->next_spare);
	if (rename(directory, used) < 0)
		return;
	/* At once: it may hold gigabytes. */
	m->used[m->n_used++] = m->next_spare++;
	refill(m);
}
