/* reference.c: an image reference that is accepted must be the same after its full and its familiar form are parsed. */
#include "base/error.h"
#include "docker/reference.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_form(struct arena *arena, const char *form, const char *full)
{
	struct reference again;

	bug_if(reference_parse(arena, form, &again, NULL) < 0);
	bug_if(strcmp(reference_text(arena, &again), full));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	scoped(arena) *arena = arena_new(0);
	char *text = arena_strndup(arena, (const char *)data, n), *full, *name;
	struct reference r;
	bool hit;

	if (reference_parse(arena, text, &r, NULL) < 0)
		return 0;
	full = reference_text(arena, &r);
	check_form(arena, full, full);
	check_form(arena, reference_familiar(arena, &r), full);
	/* An IPv6 address is no good as a pattern: its brackets are a class. */
	name = reference_familiar_name(arena, &r);
	if (*name != '[')
		bug_if(reference_match(arena, name, &r, &hit, NULL) < 0 || !hit);
	return 0;
}
