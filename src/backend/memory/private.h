/* private.h: what the files of the memory back end share. */
#pragma once

#include "backend/memory/memory.h"
#include "core/container.h"
#include "core/core.h"
#include "core/image.h"
#include "core/volume.h"
#include "base/map.h"
#include "crypto/digest.h"
#include "rootfs/mount.h"
#include "runtime/runtime.h"
#include "task/cond.h"

/* The built-in userland: a tree of files on disk that every container's root is cloned from. */
struct builtin {
	char *root;                  /* host directory */
	char layer[SHA256_HEX_SIZE]; /* digest of the tree as a tar archive */
	int64_t size;                /* bytes of its files */
	int64_t created_ns;
	bool opening, ready;
	struct cond opened;
};

/* Directories of containers kept ready: new ones are made while there are fewer than the low mark, used ones are made ready up
 * to the high one. */
#define SPARES_LOW 4
#define SPARES 6

struct memory {
	char *state_dir;
	char *program; /* sockerless-sandbox */
	struct builtin builtin;
	char **security_options;      /* as /info shows them */
	struct cgroup_place *cgroups; /* NULL: processor time cannot be limited here */
	bool fetch_image_config;
	char **insecure_registries; /* or NULL */
	unsigned bridges;           /* archives on their way, see bridge.h */
	struct cond bridge_free;
	struct task_group *tasks;
	char *spare_dir; /* this and the next: see spare.c */
	uint64_t spares[SPARES], used[SPARES], next_spare;
	size_t n_spares, n_used;
	bool refilling, leftovers_removed;
	enum { TMPFS_UNKNOWN, TMPFS_NONE, TMPFS_SIZED } tmpfs; /* is their size enforced here? */
	struct map *quiet; /* ids of containers whose files nothing can write to any more */
	unsigned looks;    /* jobs that have a container's files open */
};

/* -- memory.c */
int memory_info(void *self, struct backend_info *ret, struct error *e);

/* -- cpu.c */
/* Looks for a place for control groups, and removes in the background what an earlier daemon left there. */
void cpu_open(struct memory *m) SUSPENDS;
void cpu_limits_of(const struct container *c, struct cpu_limits *ret);

/* -- builtin.c */
/* Makes sure that m->builtin is filled in. The daemon answers before; whoever uses the tree asks first. */
int builtin_need(struct memory *m, struct error *e) SUSPENDS;
void builtin_close(struct memory *m);

/* -- image.c */
int memory_pull(void *self, struct image *image, const struct pull_options *options,
	const struct pull_progress *progress, struct error *e) SUSPENDS;

/* -- spare.c */
/* Makes the directory `to` of a container, with a fresh root file system in it. */
int spare_take(struct memory *m, const char *to, struct error *e) SUSPENDS;
/* Takes the directory of a removed container, if it can be one of the next. */
void memory_salvage(void *self, const char *id, const char *directory);

/* -- container.c */
int memory_create(void *self, struct container *c, char ***warnings, struct error *e) SUSPENDS;
int memory_start(void *self, struct container *c, const struct process_spec *spec,
	struct process **ret, struct process_failure *failure, struct error *e) SUSPENDS;
int memory_exec(void *self, struct container *c, const struct process_spec *spec,
	struct process **ret, struct process_failure *failure, struct error *e) SUSPENDS;
int memory_pause(void *self, struct container *c, bool paused, struct error *e) SUSPENDS;
int memory_limit(void *self, struct container *c, char ***warnings, struct error *e) SUSPENDS;
int memory_usage(void *self, struct container *c, struct backend_usage *ret, struct error *e)
	SUSPENDS;
int memory_tasks(void *self, struct container *c,
	int (*fn)(void *arg, const struct backend_task *task), void *arg, struct error *e) SUSPENDS;
int memory_stopped(void *self, struct container *c, struct error *e) SUSPENDS;

/* -- etc.c: the files that tell a container its name and addresses */
int etc_write(struct container *c, struct error *e);
/* Of the files in a used container's directory: may this one stay for the next container? */
bool etc_may_stay(int dir, const char *name);

/* -- tmpfs.c */
/* What keeps the tmpfs that is a container's mount number `index`, in the container's directory while it runs. */
#define TMPFS_NAME_SIZE 32
void tmpfs_name(size_t index, char out[TMPFS_NAME_SIZE]);
void tmpfs_warn(struct memory *m, const struct container *c, char ***warnings) SUSPENDS;
/* Makes them, empty; what keeps those of limited size goes to spec->keep. */
int tmpfs_make(struct memory *m, const struct container *c, struct arena *arena,
	struct workload_spec *spec, struct error *e) SUSPENDS;
/* After the container's end. */
int tmpfs_remove(const struct container *c, struct error *e) SUSPENDS;

/* -- files.c */
int memory_archive_stat(void *self, struct container *c, const char *path, struct path_stat *ret,
	struct error *e) SUSPENDS;
int memory_archive_get(void *self, struct container *c, const char *path, tar_sink sink, void *arg,
	struct error *e) SUSPENDS;
int memory_archive_put(void *self, struct container *c, const char *path, unsigned flags,
	tar_source source, void *arg, struct error *e) SUSPENDS;
int memory_export(void *self, struct container *c, tar_sink sink, void *arg, struct error *e)
	SUSPENDS;
int memory_changes(void *self, struct container *c,
	int (*fn)(void *arg, const char *path, enum tree_change change), void *arg, struct error *e)
	SUSPENDS;
int memory_size(void *self, struct container *c, int64_t *ret_rw, int64_t *ret_root,
	struct error *e) SUSPENDS;

/* -- volume.c */
int memory_volume_create(void *self, struct volume *v, struct error *e) SUSPENDS;
int memory_volume_remove(void *self, struct volume *v, struct error *e) SUSPENDS;
int memory_volume_size(void *self, const struct volume *v, int64_t *ret, struct error *e) SUSPENDS;
