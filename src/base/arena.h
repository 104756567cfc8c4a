/*
 * arena.h: memory with the lifetime of a request: allocated piece by piece, freed whole.
 * Memory is zeroed.  An arena has a maximum (bytes); going over it is the client's doing, so arena_alloc returns NULL
 * there and nowhere else; arena_strdup and friends likewise.  max 0 means: trusted input, abort instead.
 */
#pragma once

#include "base/attr.h"
#include "base/scope.h"

#include <stddef.h>

struct arena;

struct arena *arena_new(size_t max);
void arena_free(struct arena *arena);
SCOPED(arena, arena_free)

void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *s);
char *arena_strndup(struct arena *arena, const char *s, size_t n);
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF(2, 3);

#define ARENA_NEW(arena, T) ((struct T *)arena_alloc((arena), sizeof(struct T)))
#define ARENA_ARRAY(arena, T, n) ((T *)arena_alloc((arena), sizeof(T) * (n)))
