/*
 * console.h: a process's standard streams on one side, a log and attached clients on the other.
 *
 * A container has one console for life, an exec has one of its own (without a log).  While a
 * process runs, a task per output stream reads it, appends to the journal and writes to every
 * attached client in turn: the slowest client stops the process's writing, nothing is queued.  A
 * client may attach before the start and then sees the first byte.  Input of attached clients goes
 * to the process once it runs; when a client half-closes and the console is `stdin_once`, the
 * process's input is closed.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "net/process.h"

#include <stdbool.h>

struct attachment;
struct console;
struct journal;

struct console *console_new(
	struct journal *journal, bool stdin_once); /* journal may be NULL; it is the caller's */
void console_free(struct console *c) SUSPENDS;     /* nobody may be attached any more */
SCOPED(console, console_free)

/* Begins to pump the process's output. The process stays the caller's, and must live until
 * console_drain has returned. */
void console_start(struct console *c, struct process *p);
/* After the process has ended: waits until its output is delivered.  Output that somebody else
 * keeps open (a child left behind) and that stays silent is given up after two seconds, as in the
 * Engine. Shielded. */
void console_drain(struct console *c) SUSPENDS;
/* Lets go of the attached clients that do not take what they get: their output is lost. */
void console_cut(struct console *c);
/* No more will come: who is attached now is let go. Who attaches later waits for the next process. */
void console_close(struct console *c);
bool console_idle(const struct console *c); /* nobody is attached */

struct console_attach {
	bool in, out, err;
	bool logs;               /* replay the log first */
	bool stream;             /* go on live */
	bool framed;             /* 8-byte headers; else raw (terminal) */
	const char *detach_keys; /* NULL or "": ctrl-p,ctrl-q; only looked for on a terminal with
				    input */
};

/* From here on the client's output is held for it (the process waits), so nothing is lost until
 * attachment_serve. */
int attachment_new(struct console *c, const struct console_attach *how, struct attachment **ret,
	struct error *e);
/* Serves the client until the process's output has ended, the client is gone, or the detach keys
 * are typed (*ret_detached). */
int attachment_serve(struct attachment *a, struct stream *client, bool *ret_detached) SUSPENDS;
void attachment_free(struct attachment *a);
SCOPED(attachment, attachment_free)
