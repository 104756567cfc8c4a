#include "sample.h"

#include "test.h"

#include <stdio.h>

#define SAMPLE_MAX 4096

const char *
sample(struct arena *arena, const char *name, size_t *ret_size)
{
	char *text = arena_alloc(arena, SAMPLE_MAX);
	FILE *f = fopen(arena_printf(arena, SAMPLE_DIR "/%s", name), "re");

	ASSERT(f != NULL);
	*ret_size = fread(text, 1, SAMPLE_MAX, f);
	fclose(f);
	ASSERT(*ret_size > 0 && *ret_size < SAMPLE_MAX);
	return text;
}
