/*
 * core.h: one back end's face: records, router and the tasks behind them, around a `struct
 * backend`.
 *
 * One object per process.  Everything in it belongs to the loop thread.
 */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "core/backend.h"
#include "http/router.h"
#include "task/task.h"

struct container;
struct db;
struct events;
struct metric;

struct core {
	struct backend backend;
	char *state_dir;
	char *id; /* of this installation, for /info */
	int64_t started_ns;
	struct db *db;
	struct events *events;
	struct router *router;
	struct task_group *tasks; /* monitors and other work that outlives a request */

	struct list containers;
	struct map *containers_by_id, *containers_by_name;
	struct map *execs; /* by id */
	struct list images, networks, volumes;
	struct metric *state_metric; /* sockerless_containers, once core_add_metrics was called */
	bool stopping;
	int lock_fd; /* held on the state directory */
};

struct core_options {
	const char *state_dir; /* records, logs; made if missing. ":memory:" keeps records only as
				  long as the process */
	struct backend backend;
};

/* Loads the records and recovers. */
int core_open(const struct core_options *options, struct core **ret, struct error *e) SUSPENDS;
/* No more containers are started or restarted, and those that run are stopped (10 s, then killed); so what waits for them, or
 * shows their output, ends by itself. */
void core_stop(struct core *core) SUSPENDS;
/* After core_stop and the last request: saves, frees. */
void core_close(struct core *core) SUSPENDS;
SCOPED(core, core_close)

/* An http_handler: context is the core; the path begins with INTERNAL_PREFIX. */
int core_handle(struct call *call, void *core, struct error *e) SUSPENDS;

/* -- for the rooms within core
 * ---------------------------------------------------------------------------- */

#define CORE_MAX_BODY (4 << 20) /* bytes of a JSON request */

extern const struct http_route container_routes[], container_list_routes[],
	container_usage_routes[], container_stream_routes[], container_file_routes[], exec_routes[],
	image_routes[], network_routes[], volume_routes[], system_routes[];

/* The body as JSON into object. Checks Content-Type as the Engine does. Empty body: if `optional`,
 * 0 and object untouched. */
int core_read_json(struct call *call, const struct json_type *type, void *object, bool optional,
	struct error *e) SUSPENDS;
/* Takes a removed container's directory away; its content is deleted in the background. */
int core_discard(struct core *core, const struct container *c, struct error *e) SUSPENDS;
/* The same, and returns when the content is deleted. */
int core_erase(struct core *core, const struct container *c, struct error *e) SUSPENDS;
/* ERROR_NOT_IMPLEMENTED with the back end's `missing`. */
int core_missing(struct core *core, const char *operation, struct error *e);
