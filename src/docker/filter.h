/*
 * filter.h: the `filters` query value of lists, prunes and events (Docker Engine API v1.44, parameter "filters").
 *
 * A JSON object of lists, {"label":["a","b"]}, or the older object of flags, {"label":{"a":true}}.  Values of one key are
 * alternatives, except labels, which must all fit; keys must all fit.  A key without values fits everything, so callers ask
 * without looking first.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "json/field.h"

#include <stdbool.h>

struct filter {
	const char *key;
	char **values; /* NULL-terminated */
};

struct filters {
	struct filter *items;
	size_t n;
};

/* text NULL or "" is no filter. "invalid filter" when it is not one of the two forms. */
int filters_parse(struct arena *arena, const char *text, struct filters *ret, struct error *e);

/* "invalid filter 'x'" for a key outside the NULL-terminated list. */
int filters_check(const struct filters *f, const char *const *allowed, struct error *e);

/* "invalid filter 'key=value'" for a value outside the NULL-terminated list. */
int filters_check_values(
	const struct filters *f, const char *key, const char *const *allowed, struct error *e);

bool filters_have(const struct filters *f, const char *key);
char **filters_values(const struct filters *f, const char *key); /* never NULL */

/* Whether any value fits the text: is equal to it; is a prefix of it; is a regular expression
 * (regexp.h) that matches somewhere in it, where one that cannot be used fits only itself. */
bool filters_exact(const struct filters *f, const char *key, const char *text);
bool filters_prefix(const struct filters *f, const char *key, const char *text);
bool filters_regexp(const struct filters *f, const char *key, const char *text);

/* "label" must fit and "label!" must not: each value is a key or key=value. labels maps to char *. */
bool filters_labels(const struct filters *f, const struct json_map *labels);

/* A boolean key: "1", "true", "0" or "false", once. "invalid filter 'dangling=[x]'" else. */
int filters_bool(
	const struct filters *f, const char *key, bool otherwise, bool *ret, struct error *e);
