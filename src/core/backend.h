/*
 * backend.h: what a back end provides; everything else is core's.
 *
 * Handlers only parse and reply; core keeps records, states, streams, logs and events, and calls
 * this table to make things happen.  An operation that is NULL answers 501 with `missing` naming
 * the prerequisite.  Operations may suspend; core holds the container's lease while it calls them
 * (one life-cycle verb at a time), and a reference to every record it passes. They report truth:
 * success is returned after it happened.
 */
#pragma once

#include "base/error.h"
#include "net/process.h"
#include "docker/container_types.h"
#include "rootfs/archive.h"
#include "rootfs/tree.h"
#include "tar/tar.h"

#include <stdint.h>

struct container;
struct image;
struct volume;
struct network;
struct core;

/* What the platform is, for /info and /version. Strings live as long as the back end. */
struct backend_info {
	const char *kernel_version, *operating_system,
		*architecture;               /* of the workloads: "x86_64" */
	const char *driver;                  /* storage */
	const char *const *security_options; /* NULL-terminated */
	const char *const *warnings;         /* NULL-terminated */
	const char *root_dir;
	int64_t cpus, memory; /* bytes */
	bool memory_limit, cpu_limit, pids_limit;
};

/* A container's usage now. Counters are since its start. */
struct backend_usage {
	uint64_t cpu_user_ns, cpu_system_ns, memory, memory_peak, memory_limit;
	uint64_t read_bytes, write_bytes, pids, pids_limit;
};

/* One row of `top`: the columns of ps that people ask for. */
struct backend_task {
	int64_t pid, ppid; /* on the host */
	const char *user, *tty, *command, *comm;
	int64_t start_ns;
	uint64_t cpu_ns, rss;
	char state;
};

/* Where a pull says what it does: each call becomes one line of progress. */
struct pull_progress {
	void (*status)(void *arg, const char *id, const char *text); /* id may be NULL */
	void *arg;
};

/* What the client says about a pull beside the name. */
struct pull_options {
	const char *auth;     /* X-Registry-Auth as sent, or NULL */
	const char *platform; /* "os/arch/variant", or NULL */
};

struct backend_ops {
	const char *name; /* "memory" */

	int (*info)(void *self, struct backend_info *ret, struct error *e);

	/* -- containers */
	/* Makes the container's directory (container_path) and its file system; fills in
	 * `warnings` (strv) about what cannot be honoured here. */
	int (*create)(void *self, struct container *c, char ***warnings, struct error *e) SUSPENDS;
	/* Starts its process. On failure *failure tells the exit status to show. */
	int (*start)(void *self, struct container *c, const struct process_spec *spec,
		struct process **ret, struct process_failure *failure, struct error *e) SUSPENDS;
	int (*exec)(void *self, struct container *c, const struct process_spec *spec,
		struct process **ret, struct process_failure *failure, struct error *e) SUSPENDS;
	int (*pause)(void *self, struct container *c, bool paused, struct error *e) SUSPENDS;
	/* host_config's limits changed, whether it runs or not; `warnings` as with create. */
	int (*limit)(void *self, struct container *c, char ***warnings, struct error *e) SUSPENDS;
	int (*usage)(void *self, struct container *c, struct backend_usage *ret, struct error *e)
		SUSPENDS;
	/* Calls fn for each of its processes. */
	int (*tasks)(void *self, struct container *c,
		int (*fn)(void *arg, const struct backend_task *task), void *arg, struct error *e)
		SUSPENDS;
	/* After its process ended: releases what only a running container needs. */
	int (*stopped)(void *self, struct container *c, struct error *e) SUSPENDS;
	int (*remove)(void *self, struct container *c, struct error *e) SUSPENDS;
	/* After a removal: the directory that was the container's (NULL if it is gone), before it is
	 * deleted. What can be used again may be taken out of it, or the whole. */
	void (*salvage)(void *self, const char *id, const char *directory);

	/* -- its files; on created, running and stopped containers */
	int (*archive_stat)(void *self, struct container *c, const char *path,
		struct path_stat *ret, struct error *e) SUSPENDS;
	int (*archive_get)(void *self, struct container *c, const char *path, tar_sink sink,
		void *arg, struct error *e) SUSPENDS;
	int (*archive_put)(void *self, struct container *c, const char *path, unsigned flags,
		tar_source source, void *arg, struct error *e) SUSPENDS;
	int (*export)(void *self, struct container *c, tar_sink sink, void *arg, struct error *e)
		SUSPENDS;
	int (*changes)(void *self, struct container *c,
		int (*fn)(void *arg, const char *path, enum tree_change change), void *arg,
		struct error *e) SUSPENDS;
	int (*size)(void *self, struct container *c, int64_t *ret_rw, int64_t *ret_root,
		struct error *e) SUSPENDS;

	/* -- images: fills in id, digests, config, size, history of `image` (its reference is set)
	 * or says why it cannot. Progress begins once the image was found, so that an error before is
	 * answered as one. */
	int (*pull)(void *self, struct image *image, const struct pull_options *options,
		const struct pull_progress *progress, struct error *e) SUSPENDS;

	/* -- volumes */
	int (*volume_create)(void *self, struct volume *v, struct error *e)
		SUSPENDS; /* sets its mountpoint */
	int (*volume_remove)(void *self, struct volume *v, struct error *e) SUSPENDS;
	int (*volume_size)(void *self, const struct volume *v, int64_t *ret, struct error *e)
		SUSPENDS;

	const char *missing; /* "The memory back end has no …": text for operations that are NULL */
};

struct backend {
	const struct backend_ops *ops;
	void *self;
};
