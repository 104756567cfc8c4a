/* challenge.c: whatever a registry says in WWW-Authenticate, a challenge has a known kind, and a
 * bearer's has a realm. */
#include "base/error.h"
#include "oci/challenge.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	scoped(arena) *arena = arena_new(0);
	struct challenge c = challenge_parse(arena, arena_strndup(arena, (const char *)data, n));

	bug_if(c.kind > CHALLENGE_BEARER);
	bug_if(c.kind == CHALLENGE_BEARER && (!c.realm || !*c.realm));
	bug_if(c.kind == CHALLENGE_NONE && (c.realm || c.service || c.error));
	return 0;
}
