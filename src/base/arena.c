#include "base/arena.h"

#include "base/alloc.h"
#include "base/error.h"

#include <stdarg.h>
#include <stdint.h>

/* Chunks double from the first to the last of these: ten thousand long polls keep an arena each. */
#define FIRST_CHUNK 1024
#define LAST_CHUNK 8192
#define LARGE (LAST_CHUNK / 4) /* pieces above this get a chunk of their own */

struct chunk {
	struct chunk *next;
	_Alignas(max_align_t) char data[];
};

struct arena {
	struct chunk *chunks;
	char *at;    /* the free rest of the current chunk */
	size_t left; /* its size */
	size_t next; /* size of the next chunk */
	size_t used, max;
};

struct arena *
arena_new(size_t max)
{
	struct arena *arena = NEW(arena);

	arena->max = max;
	arena->next = FIRST_CHUNK;
	return arena;
}

void
arena_free(struct arena *arena)
{
	struct chunk *next;

	if (!arena)
		return;
	for (struct chunk *c = arena->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	free(arena);
}

static char *
add_chunk(struct arena *arena, size_t size)
{
	struct chunk *c = xcalloc(1, sizeof(*c) + size);

	c->next = arena->chunks;
	arena->chunks = c;
	return c->data;
}

/* A current chunk with room for a piece of this size, which is not LARGE. */
static void
start_chunk(struct arena *arena, size_t size)
{
	while (arena->next < size)
		arena->next *= 2;
	arena->at = add_chunk(arena, arena->next);
	arena->left = arena->next;
	if (arena->next < LAST_CHUNK)
		arena->next *= 2;
}

/* size rounded up so that what follows is aligned for any type; 0 when the arena may not hold it.
 */
static size_t
admit(struct arena *arena, size_t size)
{
	size_t rounded = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	size_t limit = arena->max ? arena->max : SIZE_MAX / 2;

	if (rounded < size || rounded > limit - arena->used) {
		bug_if(arena->max == 0);
		return 0;
	}
	return rounded;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	void *p;

	size = admit(arena, size ? size : 1);
	if (size == 0)
		return NULL;
	arena->used += size;
	if (size > LARGE)
		return add_chunk(arena, size);
	if (size > arena->left)
		start_chunk(arena, size);
	p = arena->at;
	arena->at += size;
	arena->left -= size;
	return p;
}

char *
arena_strdup(struct arena *arena, const char *s)
{
	return arena_strndup(arena, s, strlen(s));
}

char *
arena_strndup(struct arena *arena, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = arena_alloc(arena, len + 1);

	if (copy)
		memcpy(copy, s, len);
	return copy;
}

char *
arena_printf(struct arena *arena, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	bug_if(n < 0);

	text = arena_alloc(arena, (size_t)n + 1);
	if (!text)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}
