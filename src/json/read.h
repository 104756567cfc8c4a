/*
 * read.h: JSON text into structs by their field tables, and into trees for the few documents that
 * have no table.
 *
 * Names are matched exactly, else without regard to ASCII case, as Go does; unknown names are
 * ignored; null leaves a member as it is; of a name given twice the last one counts.  A wrong type
 * fails with ERROR_INVALID and says where
 * ("json: cannot unmarshal string into field HostConfig.Memory of type integer").  Limits: depth
 * JSON_MAX_DEPTH, JSON_MAX_CONTAINERS objects and arrays, size as given by the caller's buffer; a
 * string may not hold a NUL.  An integer beyond 64 bits is out of range for every member but
 * JSON_UINT, which takes the nearest one.
 *
 * Objects are read over what the struct holds, so a caller may fill in defaults first; pointers,
 * lists and maps are replaced.  Documents that fail leave the struct half filled: give it up.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "json/field.h"

#define JSON_MAX_DEPTH 64
#define JSON_MAX_CONTAINERS 200000

/* Parses exactly one value (white space around it is allowed). Malformed, truncated or trailing
 * text: ERROR_INVALID with Go's words: "EOF" (nothing but white space), "unexpected EOF", "invalid
 * character 'x' looking for beginning of value". */
int json_read(struct arena *arena, const char *text, size_t n, const struct json_type *type,
	void *object, struct error *e);

/* An array of objects by their table. */
int json_read_list(struct arena *arena, const char *text, size_t n, const struct json_type *type,
	struct json_list *ret, struct error *e);

/* A deep copy in another arena, which must be one without a maximum. Members outside the table are
 * copied as they are. */
void json_copy(struct arena *arena, const struct json_type *type, const void *from, void *to);

/* Trees. */
enum json_node_kind { NODE_NULL, NODE_BOOL, NODE_NUMBER, NODE_STRING, NODE_ARRAY, NODE_OBJECT };
struct json_node {
	enum json_node_kind kind;
	bool boolean;
	const char *text;        /* a string's value, a number's digits */
	struct json_node *items; /* of arrays and objects */
	const char **keys;       /* of objects, as many as items */
	size_t n;
};
int json_parse(
	struct arena *arena, const char *text, size_t n, struct json_node *ret, struct error *e);
const struct json_node *json_node_get(const struct json_node *object, const char *key);
