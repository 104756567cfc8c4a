/*
 * process.h: a program running somewhere, seen as three streams and an end: a container's own, or
 * an exec's.
 *
 * Where it really runs (a sandbox here, an agent in a cloud) is behind the table.  Its streams
 * belong to it.  With a terminal `in` and `out` are the same stream and `err` is NULL; without,
 * each may be NULL when it is not connected. A process is freed after its end, or to abandon it:
 * freeing one that still runs kills it.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "net/stream.h"

#include <stdbool.h>
#include <stdint.h>

struct process_end {
	int exit_code;      /* the program's, or 128+signal */
	bool out_of_memory; /* killed for its memory limit */
	int64_t at_ns;
};

struct process;

struct process_ops {
	/* Any number of tasks may wait. 0 with *ret; an end that cannot be learned is an error,
	 * never 0. */
	int (*wait)(struct process *p, usec_t until, struct process_end *ret, struct error *e)
		SUSPENDS;
	int (*signal)(struct process *p, int signo, struct error *e) SUSPENDS;
	int (*resize)(struct process *p, unsigned rows, unsigned columns, struct error *e) SUSPENDS;
	void (*free)(struct process *p) SUSPENDS;
};

/* What every back end's process begins with. */
struct process {
	const struct process_ops *ops;
	struct stream *in, *out, *err;
	bool tty;
	int64_t pid; /* on this host, or what the platform shows; > 0 */
	int64_t started_ns;
};

static inline int
process_wait(struct process *p, usec_t until, struct process_end *ret, struct error *e)
{
	return p->ops->wait(p, until, ret, e);
}

static inline int
process_signal(struct process *p, int signo, struct error *e)
{
	return p->ops->signal(p, signo, e);
}

static inline int
process_resize(struct process *p, unsigned rows, unsigned columns, struct error *e)
{
	return p->ops->resize(p, rows, columns, e);
}

static inline void
process_free(struct process *p)
{
	p->ops->free(p);
}
SCOPED(process, process_free)

/* A program as the API asked for it. */
struct process_spec {
	char *const *argv;
	char *const *env; /* "K=V" */
	const char *cwd;  /* "" is the root */
	const char *user; /* "", "name", "uid:gid", … */
	bool tty, open_stdin, privileged;
	unsigned rows, columns; /* of the terminal; 0 unknown */
};

/* How starting failed: an exit status that people know goes with the error (126, 127, 128). */
struct process_failure {
	int exit_code;
};
