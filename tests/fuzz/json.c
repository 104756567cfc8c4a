/* json.c: any bytes as a create body: what is accepted must read back as itself once it is written. The first writing does
 * not count: it replaces broken UTF-8 by an escape, the second one writes that as the character it stands for. */
#include "base/attr.h"
#include "base/error.h"
#include "docker/container_types.h"
#include "json/read.h"
#include "json/write.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char *
rewrite(const char *text, size_t n)
{
	scoped(arena) *arena = arena_new(16 << 20);
	struct container_create_request request = {0};

	if (json_read(arena, text, n, &container_create_request_type, &request, NULL) < 0)
		return NULL;
	return json_text(&container_create_request_type, &request, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *texts[3] = {rewrite((const char *)data, n)};

	for (size_t i = 1; texts[0] && i < ARRAY_LEN(texts); i++) {
		texts[i] = rewrite(texts[i - 1], strlen(texts[i - 1]));
		bug_if(!texts[i]);
	}
	bug_if(texts[0] && strcmp(texts[1], texts[2]));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	return 0;
}
