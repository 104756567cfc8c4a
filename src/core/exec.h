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

struct console;
struct container;
struct core;
struct exec_config; /* docker/ */
struct exec_start_config;

enum exec_state { EXEC_CREATED, EXEC_STARTING, EXEC_RUNNING, EXEC_ENDED };

struct exec {
	int refs;
	struct list link;
	struct container *container; /* a reference; exec_forget_all takes the circle apart */
	struct arena *arena;
	char id[ID_SIZE];
	struct exec_config *config;
	char **env; /* the container's with the request's over it */
	enum exec_state state;
	bool has_exit_code;
	int exit_code;
	int64_t pid, ended_ns;
	struct process *process;
	struct console *console;
	struct cond changed;
};

struct exec *exec_ref(struct exec *x);
void exec_unref(struct exec *x);
SCOPED(exec, exec_unref)

int exec_create(
	struct container *c, const struct exec_config *config, struct exec **ret, struct error *e);
int exec_find(struct core *core, const char *id, struct exec **ret,
	struct error *e); /* full id or unique prefix */

/* "container … is not running" and the like. */
int exec_check_container(const struct container *c, struct error *e);
/* Starts it: CONFLICT if it was started before. rows and columns may be 0. Who wants its output attaches to its console before.
 * Its exit code is recorded before attached clients see the end of their streams. */
int exec_start(struct exec *x, unsigned rows, unsigned columns, struct error *e) SUSPENDS;
/* Waits for the start: clients send the size as soon as they have asked for it. */
int exec_resize(struct exec *x, unsigned rows, unsigned columns, struct error *e) SUSPENDS;
/* The container has ended: waits until its execs have, too. Their exit codes can still be asked for. */
void exec_end_all(struct container *c) SUSPENDS;
void exec_forget_all(struct container *c) SUSPENDS; /* the container is removed */
