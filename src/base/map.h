/*
 * map.h: a hash map from strings to pointers, in insertion order.
 *
 * Keys are copied; values belong to the caller unless a free function was given.  Iteration (map_each) sees entries in
 * the order they were added; removing the current entry while iterating is allowed, adding is not.  Hashing is
 * SipHash with a random key, so a client cannot choose collisions.
 */
#pragma once

#include "base/scope.h"

#include <stdbool.h>
#include <stddef.h>

struct map;
struct map_entry {
	struct map_entry *next; /* in insertion order */
	const char *key;
	void *value;
};

struct map *map_new(void (*free_value)(void *)); /* NULL: values are not owned */
void map_free(struct map *map);
SCOPED(map, map_free)

size_t map_len(const struct map *map);
void *map_get(const struct map *map, const char *key); /* NULL when absent */
bool map_has(const struct map *map, const char *key);
void map_set(
	struct map *map, const char *key, void *value); /* replaces (and frees) the old value */
bool map_remove(struct map *map, const char *key); /* frees the value if owned; false when absent */
void *map_take(struct map *map, const char *key);  /* removes and hands the value out */
struct map_entry *map_first(const struct map *map);

#define map_each(map, entry)                                          \
	for (struct map_entry *entry = map_first(map), *next_##entry; \
		entry && (next_##entry = entry->next, 1); entry = next_##entry)
