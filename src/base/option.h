/*
 * option.h: a program's flags and environment from one table.
 *
 * Flags take one or two dashes, `-x value`, `-x=value`; a boolean flag takes no value or `=true|false` (or 1, 0).  Each flag has an
 * environment variable; the flag wins.  `--help` prints the table, `--version` the version; both end the program with 0.
 * A wrong flag ends it with 2 and a sentence.
 */
#pragma once

#include "base/scope.h"

#include <stdbool.h>

struct option_spec {
	const char *flag;     /* without dashes, "addr" */
	const char *env;      /* "SOCKERLESS_ADDR", or NULL */
	const char *value;    /* what the value is, "ADDR"; NULL for a boolean */
	const char *fallback; /* default as text, or NULL */
	const char *help;     /* one sentence */
	bool many;            /* may be repeated; the environment variable is split at commas */
};

struct options;

/* specs end with an entry whose flag is NULL; they must outlive the result. Operands (after "--" or the first
 * non-flag) are kept. May not return: see above. */
struct options *options_parse(const char *program, const char *about,
	const struct option_spec *specs, int argc, char **argv);
void options_free(struct options *o);
SCOPED(options, options_free)

const char *option_get(const struct options *o,
	const char *flag); /* the (last) value, or the fallback; may be NULL */
bool option_true(const struct options *o, const char *flag);
char *const *option_list(
	const struct options *o, const char *flag); /* of a `many` flag; NULL-terminated */
bool option_given(const struct options *o, const char *flag); /* by flag or environment */
char **option_operands(const struct options *o);
