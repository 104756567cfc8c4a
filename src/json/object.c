/* object.c: writing by field tables. */
#include "json/out.h"

#include "base/alloc.h"
#include "base/attr.h"
#include "base/time.h"

#include <stdlib.h>

static void write_object(struct json_writer *w, const struct json_type *type, const void *object);

static void
write_time(struct json_writer *w, int64_t ns)
{
	char text[TIME_TEXT_SIZE];

	time_rfc3339(ns, text);
	json_string(w, text);
}

static void
write_strings(struct json_writer *w, char *const *v)
{
	json_array_begin(w);
	for (; *v; v++)
		json_string(w, *v);
	json_array_end(w);
}

static void
write_rows(struct json_writer *w, char **const *rows)
{
	json_array_begin(w);
	for (; *rows; rows++)
		write_strings(w, *rows);
	json_array_end(w);
}

static void
write_list(struct json_writer *w, const struct json_type *type, const struct json_list *list)
{
	const char *item = list->items;

	json_array_begin(w);
	for (size_t i = 0; i < list->n; i++, item += type->size)
		write_object(w, type, item);
	json_array_end(w);
}

static void
write_uints(struct json_writer *w, const uint64_t *v, size_t n)
{
	json_array_begin(w);
	for (size_t i = 0; i < n; i++)
		json_uint(w, v[i]);
	json_array_end(w);
}

static void
write_map_value(struct json_writer *w, const struct json_field *f, const void *value)
{
	if (f->kind == JSON_SET) {
		OUT_LITERAL(w, "{}");
		return;
	}
	if (!value) {
		json_null(w);
		return;
	}
	switch (f->kind) {
	case JSON_STRING_MAP:
		json_string(w, value);
		break;
	case JSON_UINT_MAP:
		json_uint(w, *(const uint64_t *)value);
		break;
	case JSON_OBJECT_MAP:
		write_object(w, f->type, value);
		break;
	default:
		write_list(w, f->type, value);
	}
}

static int
compare_members(const void *a, const void *b)
{
	const struct json_member *x = *(const struct json_member *const *)a;
	const struct json_member *y = *(const struct json_member *const *)b;

	return strcmp(x->key, y->key);
}

/* Most maps are small and many are sorted already; others are written through a sorted array of
 * pointers. */
static void
write_map(struct json_writer *w, const struct json_field *f, const struct json_map *map)
{
	const struct json_member *small[32], **order = small;
	bool sorted = true;

	if (map->n > ARRAY_LEN(small))
		order = xmalloc(map->n * sizeof(*order));
	for (size_t i = 0; i < map->n; i++) {
		order[i] = &map->items[i];
		if (i && strcmp(order[i - 1]->key, order[i]->key) > 0)
			sorted = false;
	}
	if (!sorted)
		qsort(order, map->n, sizeof(*order), compare_members);
	json_object_begin(w);
	for (size_t i = 0; i < map->n; i++) {
		json_key(w, order[i]->key);
		write_map_value(w, f, order[i]->value);
	}
	json_object_end(w);
	if (order != small)
		free(order);
}

static bool
is_map(enum json_kind kind)
{
	return kind == JSON_STRING_MAP || kind == JSON_UINT_MAP || kind == JSON_OBJECT_MAP ||
	       kind == JSON_LIST_MAP || kind == JSON_SET;
}

static bool
is_empty(const struct json_field *f, const void *member)
{
	const uint64_t *pair = member;

	switch (f->kind) {
	case JSON_BOOL:
		return !*(const bool *)member;
	case JSON_INT:
	case JSON_TIME:
	case JSON_UINT:
		return !*(const uint64_t *)member;
	case JSON_UINT_PAIR:
		return !pair[0] && !pair[1];
	case JSON_DOUBLE:
		return !(*(const double *)member != 0);
	case JSON_STRING: {
		const char *s = *(char *const *)member;

		return !s || !*s;
	}
	case JSON_STRINGS:
	case JSON_STRING_ROWS: {
		void *const *v = *(void *const *const *)member;

		return !v || !*v;
	}
	case JSON_LIST:
	case JSON_UINT_LIST:
		return !((const struct json_list *)member)->n;
	case JSON_OBJECT:
	case JSON_EMBED:
		return false;
	case JSON_BOOL_PTR:
	case JSON_INT_PTR:
	case JSON_STRING_PTR:
	case JSON_OBJECT_PTR:
	case JSON_RAW:
		return !*(void *const *)member;
	default:
		return !((const struct json_map *)member)->n;
	}
}

static bool
is_null(const struct json_field *f, const void *member)
{
	switch (f->kind) {
	case JSON_BOOL_PTR:
	case JSON_INT_PTR:
	case JSON_STRING_PTR:
	case JSON_STRINGS:
	case JSON_STRING_ROWS:
	case JSON_OBJECT_PTR:
	case JSON_RAW:
		return !*(void *const *)member;
	case JSON_LIST:
	case JSON_UINT_LIST:
		return !((const struct json_list *)member)->n &&
		       !((const struct json_list *)member)->present;
	default:
		return is_map(f->kind) && !((const struct json_map *)member)->n &&
		       !((const struct json_map *)member)->present;
	}
}

static void
write_null(struct json_writer *w, const struct json_field *f)
{
	if (!(f->flags & JSON_EMPTY_LIST))
		json_null(w);
	else if (is_map(f->kind))
		OUT_LITERAL(w, "{}");
	else
		OUT_LITERAL(w, "[]");
}

static void
write_value(struct json_writer *w, const struct json_field *f, const void *member)
{
	const struct json_list *list = member;

	switch (f->kind) {
	case JSON_BOOL:
		json_bool(w, *(const bool *)member);
		break;
	case JSON_BOOL_PTR:
		json_bool(w, **(bool *const *)member);
		break;
	case JSON_INT:
		json_int(w, *(const int64_t *)member);
		break;
	case JSON_INT_PTR:
		json_int(w, **(int64_t *const *)member);
		break;
	case JSON_UINT:
		json_uint(w, *(const uint64_t *)member);
		break;
	case JSON_UINT_PAIR:
		write_uints(w, member, 2);
		break;
	case JSON_UINT_LIST:
		write_uints(w, list->items, list->n);
		break;
	case JSON_DOUBLE:
		json_double(w, *(const double *)member);
		break;
	case JSON_STRING: {
		const char *s = *(char *const *)member;

		json_string(w, s ? s : "");
		break;
	}
	case JSON_STRING_PTR:
		json_string(w, *(char *const *)member);
		break;
	case JSON_TIME:
		write_time(w, *(const int64_t *)member);
		break;
	case JSON_STRINGS:
		write_strings(w, *(char **const *)member);
		break;
	case JSON_STRING_ROWS:
		write_rows(w, *(char ***const *)member);
		break;
	case JSON_OBJECT:
		write_object(w, f->type, member);
		break;
	case JSON_OBJECT_PTR:
		write_object(w, f->type, *(void *const *)member);
		break;
	case JSON_LIST:
		write_list(w, f->type, list);
		break;
	case JSON_RAW:
		json_raw(w, *(char *const *)member);
		break;
	default:
		write_map(w, f, member);
	}
}

static bool
is_outside(const struct json_field *f, int version)
{
	return version && ((f->since && version < f->since) || (f->until && version >= f->until));
}

static void
write_fields(struct json_writer *w, const struct json_type *type, const void *object)
{
	for (const struct json_field *f = type->fields; f->name; f++) {
		const void *member = (const char *)object + f->offset;

		if ((f->since | f->until) && is_outside(f, w->version))
			continue;
		if (f->kind == JSON_EMBED) {
			write_fields(w, f->type, member);
			continue;
		}
		if ((f->flags & JSON_OMIT_EMPTY) && is_empty(f, member))
			continue;
		out_plain_key(w, f->name, f->name_size);
		if (is_null(f, member))
			write_null(w, f);
		else
			write_value(w, f, member);
	}
}

static void
write_object(struct json_writer *w, const struct json_type *type, const void *object)
{
	json_object_begin(w);
	write_fields(w, type, object);
	json_object_end(w);
}

void
json_write(struct json_writer *w, const struct json_type *type, const void *object)
{
	write_object(w, type, object);
}

char *
json_text(const struct json_type *type, const void *object, int version)
{
	scoped_json_writer w;

	json_writer_init(&w, NULL, NULL, version);
	json_write(&w, type, object);
	return json_finish(&w) < 0 ? NULL : buf_take(&w.buf);
}
