/*
 * error.h: a failure is a negative errno going up the stack; the reason is written once, beside it,
 * by whoever knows it.  Callers may only prefix it.
 *
 * A `struct error` starts as {0}.  Functions touch it only when they fail, so one object serves a
 * chain of calls.  Its owner calls error_clear(), or declares it `scoped_error`.  The `kind` is what
 * the outside is told (http/ has the one table from kind to status); the errno is what code decides on.
 */
#pragma once

#include "base/attr.h"

#include <stdbool.h>
#include <stdnoreturn.h>

enum error_kind {
	ERROR_INTERNAL = 0,    /* our fault, or the machine's */
	ERROR_INVALID,         /* the caller's input is wrong */
	ERROR_UNAUTHORIZED,    /* who are you */
	ERROR_FORBIDDEN,       /* you may not, or it may never be done */
	ERROR_NOT_FOUND,       /* no such object */
	ERROR_CONFLICT,        /* the object's state does not allow it */
	ERROR_NOT_MODIFIED,    /* already so; no message goes out */
	ERROR_TOO_LARGE,       /* over a limit */
	ERROR_NOT_IMPLEMENTED, /* names the missing prerequisite */
	ERROR_UNAVAILABLE,     /* something behind us is away */
	ERROR_BAD_GATEWAY,     /* something behind us does not answer properly */
	ERROR_TIMEOUT,         /* a deadline passed */
	ERROR_CANCELLED,       /* the caller went away */
};

struct error {
	enum error_kind kind;
	int code;      /* the negative errno it was set with; 0 while unset */
	char *message; /* one sentence, UTF-8, no newline; NULL while unset */
};

/* Sets *e (if e is not NULL and not already set) and returns r, which must be negative. */
int error_set(struct error *e, enum error_kind kind, int r, const char *fmt, ...) PRINTF(4, 5);

/* As error_set with the kind that fits errno r (ENOENT → NOT_FOUND, …) and strerror(-r) appended: "fmt: No such file". */
int error_errno(struct error *e, int r, const char *fmt, ...) PRINTF(3, 4);

/* Prefixes the message, "fmt: old message", keeps kind and code; returns r. */
int error_wrap(struct error *e, int r, const char *fmt, ...) PRINTF(3, 4);

/* The message, or "unknown error"; never NULL. */
const char *error_message(const struct error *e);

/* Frees and empties; may be called on an unset error. */
void error_clear(struct error *e);

/* Moves from to to, which must be unset; cleared if nobody wants it (NULL). */
void error_move(struct error *to, struct error *from);

#define scoped_error __attribute__((cleanup(error_clear))) struct error

/* Stops the program with file, line and text: for our own mistakes only. */
noreturn void bug(const char *file, int line, const char *what);
#define bug_if(condition)                                    \
	do {                                                 \
		if (__builtin_expect(!!(condition), 0))      \
			bug(__FILE__, __LINE__, #condition); \
	} while (0)
