/*
 * exec.h: exec instances. They live in memory, with their container, and end with it; ended ones
 * stay visible for five minutes, as in the Engine.
 */
#pragma once

#include "base/error.h"
#include "base/id.h"
#include "base/list.h"
#include "base/scope.h"
#include "net/process.h"
#include "task/cond.h"

struct container;
struct core;
struct exec_config; /* docker/ */
struct exec_start_config;

enum exec_state { EXEC_CREATED, EXEC_STARTING, EXEC_RUNNING, EXEC_ENDED };

struct exec {
	int refs;
	struct list link;
	struct container *container;
	struct arena *arena;
	char id[ID_SIZE];
	struct exec_config *config;
	char **env; /* the container's with the request's over it */
	enum exec_state state;
	bool has_exit_code;
	int exit_code;
	int64_t pid, ended_ns;
	struct process *process;
	struct cond changed;
};

struct exec *exec_ref(struct exec *x);
void exec_unref(struct exec *x);
SCOPED(exec, exec_unref)

int exec_create(
	struct container *c, const struct exec_config *config, struct exec **ret, struct error *e);
int exec_find(struct core *core, const char *id, struct exec **ret,
	struct error *e); /* full id or unique prefix */

/* Starts it: CONFLICT if it was started before. rows and columns may be 0. Its end is recorded by a
 * task of core's, before its output streams reach their end towards a client (see exec_wait). */
int exec_start(struct exec *x, unsigned rows, unsigned columns, struct error *e) SUSPENDS;
int exec_wait(struct exec *x) SUSPENDS; /* until its exit code is recorded */
int exec_resize(struct exec *x, unsigned rows, unsigned columns, struct error *e) SUSPENDS;
void exec_end_all(struct container *c) SUSPENDS; /* the container has ended */
