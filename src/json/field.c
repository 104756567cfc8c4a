#include "json/field.h"

#include <string.h>

static const struct json_member *
find(const struct json_map *map, const char *key)
{
	for (size_t i = 0; i < map->n; i++)
		if (!strcmp(map->items[i].key, key))
			return &map->items[i];
	return NULL;
}

void *
json_map_get(const struct json_map *map, const char *key)
{
	const struct json_member *m = find(map, key);

	return m ? m->value : NULL;
}

bool
json_map_has(const struct json_map *map, const char *key)
{
	return find(map, key);
}
