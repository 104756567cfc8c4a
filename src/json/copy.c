/* copy.c: deep copies by field tables. Every allocation is of an arena without a maximum, so none
 * fails. */
#include "json/read.h"

#include "base/str.h"

static void copy_fields(
	struct arena *arena, const struct json_type *type, const char *from, char *to);

static void *
copy_bytes(struct arena *arena, const void *from, size_t n)
{
	void *to = arena_alloc(arena, n);

	bug_if(!to);
	if (n)
		memcpy(to, from, n);
	return to;
}

static void *
copy_string(struct arena *arena, const char *s)
{
	return s ? copy_bytes(arena, s, strlen(s) + 1) : NULL;
}

static char **
copy_strings(struct arena *arena, char *const *v)
{
	size_t n = strv_len(v);
	char **to;

	if (!v)
		return NULL;
	to = copy_bytes(arena, v, (n + 1) * sizeof(*v));
	for (size_t i = 0; i < n; i++)
		to[i] = copy_string(arena, v[i]);
	return to;
}

static char ***
copy_rows(struct arena *arena, char **const *rows)
{
	size_t n = 0;
	char ***to;

	if (!rows)
		return NULL;
	while (rows[n])
		n++;
	to = copy_bytes(arena, rows, (n + 1) * sizeof(*rows));
	for (size_t i = 0; i < n; i++)
		to[i] = copy_strings(arena, rows[i]);
	return to;
}

static void *
copy_object(struct arena *arena, const struct json_type *type, const void *from)
{
	void *to;

	if (!from)
		return NULL;
	to = copy_bytes(arena, from, type->size);
	copy_fields(arena, type, from, to);
	return to;
}

static void
copy_list(struct arena *arena, const struct json_type *type, struct json_list *list)
{
	const char *from = list->items;
	char *to = list->n ? copy_bytes(arena, from, list->n * type->size) : NULL;

	list->items = to;
	for (size_t i = 0; i < list->n; i++)
		copy_fields(arena, type, from + i * type->size, to + i * type->size);
}

static void *
copy_map_value(struct arena *arena, const struct json_field *f, const void *value)
{
	struct json_list *list;

	if (!value)
		return NULL;
	switch (f->kind) {
	case JSON_STRING_MAP:
		return copy_string(arena, value);
	case JSON_UINT_MAP:
		return copy_bytes(arena, value, sizeof(uint64_t));
	case JSON_OBJECT_MAP:
		return copy_object(arena, f->type, value);
	case JSON_LIST_MAP:
		list = copy_bytes(arena, value, sizeof(*list));
		copy_list(arena, f->type, list);
		return list;
	default:
		return NULL;
	}
}

static void
copy_map(struct arena *arena, const struct json_field *f, struct json_map *map)
{
	map->items = map->n ? copy_bytes(arena, map->items, map->n * sizeof(*map->items)) : NULL;
	for (size_t i = 0; i < map->n; i++) {
		map->items[i].key = copy_string(arena, map->items[i].key);
		map->items[i].value = copy_map_value(arena, f, map->items[i].value);
	}
}

/* The bytes of `to` are those of `from` already; what is left is to give it its own pointees. */
static void
copy_member(struct arena *arena, const struct json_field *f, const void *from, void *to)
{
	struct json_list *list = to;
	void *const *pointer = from;

	switch (f->kind) {
	case JSON_NONE:
	case JSON_BOOL:
	case JSON_INT:
	case JSON_UINT:
	case JSON_UINT_PAIR:
	case JSON_DOUBLE:
	case JSON_TIME:
		break;
	case JSON_BOOL_PTR:
		if (*pointer)
			*(void **)to = copy_bytes(arena, *pointer, sizeof(bool));
		break;
	case JSON_INT_PTR:
		if (*pointer)
			*(void **)to = copy_bytes(arena, *pointer, sizeof(int64_t));
		break;
	case JSON_STRING:
	case JSON_STRING_PTR:
	case JSON_RAW:
		*(void **)to = copy_string(arena, *pointer);
		break;
	case JSON_STRINGS:
		*(char ***)to = copy_strings(arena, *pointer);
		break;
	case JSON_STRING_ROWS:
		*(char ****)to = copy_rows(arena, *pointer);
		break;
	case JSON_OBJECT:
	case JSON_EMBED:
		copy_fields(arena, f->type, from, to);
		break;
	case JSON_OBJECT_PTR:
		*(void **)to = copy_object(arena, f->type, *pointer);
		break;
	case JSON_LIST:
		copy_list(arena, f->type, list);
		break;
	case JSON_UINT_LIST:
		list->items = list->n ? copy_bytes(arena, list->items, list->n * sizeof(uint64_t))
				      : NULL;
		break;
	case JSON_STRING_MAP:
	case JSON_UINT_MAP:
	case JSON_OBJECT_MAP:
	case JSON_LIST_MAP:
	case JSON_SET:
		copy_map(arena, f, to);
		break;
	}
}

static void
copy_fields(struct arena *arena, const struct json_type *type, const char *from, char *to)
{
	for (const struct json_field *f = type->fields; f->name; f++)
		copy_member(arena, f, from + f->offset, to + f->offset);
}

void
json_copy(struct arena *arena, const struct json_type *type, const void *from, void *to)
{
	memmove(to, from, type->size);
	copy_fields(arena, type, from, to);
}
