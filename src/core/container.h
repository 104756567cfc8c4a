/*
 * container.h: the record of a container, and the registry of all of them.
 *
 * A container is reference-counted; the registry holds one reference while it exists.  It belongs
 * to the loop thread.  What the API was given (config, host_config, networks) is in its arena and
 * is changed only by lifecycle.c (rename, update, connect).  State changes go through
 * container_set_state, which knows the allowed moves, wakes `changed`, and leaves saving to
 * container_save: success is answered after that.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/id.h"
#include "base/list.h"
#include "base/scope.h"
#include "docker/container_types.h"
#include "task/cond.h"

#include <stdbool.h>
#include <stdint.h>

struct core;
struct console;
struct journal;
struct process;

enum container_state {
	CONTAINER_CREATED,
	CONTAINER_RUNNING,
	CONTAINER_PAUSED,
	CONTAINER_RESTARTING,
	CONTAINER_REMOVING,
	CONTAINER_EXITED,
	CONTAINER_DEAD,
};
#define CONTAINER_STATES (CONTAINER_DEAD + 1)

/* A mount of the container, decided when it was created. */
struct container_mount {
	char *type;        /* "bind", "volume", "tmpfs" */
	char *name;        /* of a volume, else "" */
	char *source;      /* on the host */
	char *destination; /* in the container */
	char *driver;      /* "local" for volumes, else "" */
	char *mode;        /* "", "ro", "z" … as given */
	char *propagation; /* "rprivate" for binds, else "" */
	bool read_write;
	bool anonymous; /* a volume made for this container alone: `rm -v` removes it */
	bool populate;  /* an empty volume is filled from the image's directory */
};

struct container {
	int refs;
	struct core *core;
	struct list link; /* in the registry, newest last */
	struct arena *arena;

	char id[ID_SIZE];
	char *name; /* without the slash */
	int64_t created_ns;
	struct container_config *config; /* with the image's merged in */
	struct host_config *host_config;
	struct networking_config *networking; /* endpoints by network name */
	char *image_ref;                      /* as given */
	char *image_id;                       /* sha256:… */
	char **argv;                          /* entry point and command */
	struct json_list mounts;              /* of struct container_mount */

	enum container_state state;
	int exit_code;
	bool exit_unknown; /* nobody could tell it: `error` says why */
	bool out_of_memory;
	char *error; /* why it could not start, or ended: "" if nothing; see container_set_error */
	int64_t pid, started_ns, finished_ns;
	int restart_count;
	usec_t restart_delay; /* before the next restart by policy */
	bool stop_requested;  /* by the API: the restart policy rests */
	unsigned long exits;  /* how often it ended: what a waiter for the next exit looks at */
	bool removed;         /* gone from the registry; records are kept only by references */

	const char *verb;    /* the life-cycle verb that holds the lease, or NULL */
	struct cond changed; /* state, exits, removed, verb */

	struct process *process; /* while running or paused */
	struct console *console; /* its streams and who is attached */
	struct journal *journal; /* its log */
	struct list execs;       /* struct exec.link */
	void *workload;          /* the back end's own */
};

struct container *container_ref(struct container *c);
void container_unref(struct container *c);
SCOPED(container, container_unref)

/* A new record with an id and an arena; not yet in the registry. */
struct container *container_new(struct core *core);

/* The directory on this host that belongs to it: its log, and what the back end keeps for it. */
#define CONTAINER_PATH_SIZE 4096
void container_path(const struct container *c, const char *file, char out[CONTAINER_PATH_SIZE]);

/* By full id, full name (with or without a slash), or unique id prefix, in that order, as the
 * Engine does. The reference returned is the caller's. "No such container: X" or the Engine's text
 * for an ambiguous prefix. */
int container_find(struct core *core, const char *what, struct container **ret, struct error *e);
int container_register(struct container *c, struct error *e); /* CONFLICT if the name is taken */
int container_rename_registered(struct container *c, const char *name, struct error *e);
void container_unregister(struct container *c); /* sets removed, wakes waiters */

/* Saves the record; suspends until it is on disk. */
int container_save(struct container *c, struct error *e) SUSPENDS;
/* Saves it as if it were in that state already: for those who show a change only when it is safe. */
int container_save_as(struct container *c, enum container_state state, struct error *e) SUSPENDS;
int container_forget(struct container *c, struct error *e) SUSPENDS; /* deletes what was saved */
int container_load_all(struct core *core, struct error *e) SUSPENDS;

bool container_running(const struct container *c);            /* running or paused */
const char *container_state_name(enum container_state state); /* "running" */
/* How many of the registry's containers are in each state. */
void container_count_states(const struct core *core, size_t ret[CONTAINER_STATES]);
void container_set_state(struct container *c, enum container_state state);
void container_set_error(struct container *c, const char *text); /* "": none */
/* "Up 3 minutes", "Exited (1) 2 hours ago", "Created", "Up 5 seconds (Paused)" */
#define CONTAINER_STATUS_SIZE 96
void container_status(const struct container *c, char out[CONTAINER_STATUS_SIZE]);

/* One life-cycle verb at a time: waits for the one at work, then takes the lease; released by
 * lease_drop. */
struct lease {
	struct container *container;
};
int lease_take(struct container *c, const char *verb, struct lease *ret) SUSPENDS;
void lease_drop(struct lease *l);
#define scoped_lease __attribute__((cleanup(lease_drop))) struct lease
