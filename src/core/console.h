/*
 * console.h: a container's standard streams: the process on one side, its log and attached clients on the other.
 *
 * The console lives as long as the container.  While a process runs, one task per output stream reads it, appends to the
 * journal and writes to every attached client in turn, so the slowest client stops the process's writing: nothing is queued.
 * A client may attach before the start; it then sees the first byte.  Input of attached clients goes to the process once it runs;
 * when the client half-closes and the container is StdinOnce (or the exec's), the process's input is closed.
 */
#pragma once

#include "base/error.h"
#include "net/process.h"

#include <stdbool.h>

struct container;
struct console;
struct journal;

struct console *console_new(struct container *c);
void console_free(struct console *c);

/* Begins to pump the process's output. */
void console_start(struct console *c, struct process *p);
/* Waits until all output of the ended process is delivered and in the log. */
void console_drain(struct console *c) SUSPENDS;
/* The container has ended for now: ends attached clients. */
void console_close(struct console *c);

struct console_attach {
	bool in, out, err;
	bool stream; /* go on after the log */
	bool logs; /* replay the log first */
	bool framed; /* 8-byte headers; else raw (terminal) */
	const char *detach_keys; /* "" default ctrl-p,ctrl-q; only looked for on a terminal */
};
/* Serves one client until the process ends, the client goes, or the detach keys are typed (then *ret_detached). */
int console_attach(struct console *c, struct stream *client, const struct console_attach *how, bool *ret_detached) SUSPENDS;

/* The same for an exec: client and process are joined directly, no log. Returns after the process's output has ended. */
int console_join(struct process *p, struct stream *client, const struct console_attach *how, bool *ret_detached) SUSPENDS;

/* "ctrl-p,ctrl-q" → bytes. ERROR_INVALID on nonsense, as the Engine says it. */
int detach_keys_parse(const char *text, unsigned char *out, size_t max, size_t *ret_n, struct error *e);
