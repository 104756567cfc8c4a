/* filter.c: filters up to the first newline, then a text to try them on. */
#include "base/error.h"
#include "docker/filter.h"
#include "docker/glob.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const allowed[] = {"name", "label", "id", NULL};
	scoped(arena) *arena = arena_new(1 << 20);
	char *json = arena_strndup(arena, (const char *)data, n);
	char *text = json ? strchr(json, '\n') : NULL;
	struct json_member label = {text, ""};
	struct json_map labels = {&label, 1, true};
	struct filters f;
	bool v;

	if (!text)
		return 0;
	*text++ = '\0';
	label.key = text;
	if (filters_parse(arena, json, &f, NULL) < 0)
		return 0;
	for (size_t i = 0; i < f.n; i++) {
		const char *key = f.items[i].key;

		bug_if(filters_exact(&f, key, text) && !filters_prefix(&f, key, text));
		bug_if(filters_exact(&f, key, text) && !filters_regexp(&f, key, text));
		filters_bool(&f, key, false, &v, NULL);
		for (char **value = f.items[i].values; *value; value++)
			glob_match(*value, text);
	}
	filters_labels(&f, &labels);
	filters_check(&f, allowed, NULL);
	return 0;
}
