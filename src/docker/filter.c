#include "docker/filter.h"

#include "base/attr.h"
#include "base/str.h"
#include "docker/regexp.h"
#include "json/read.h"

#include <errno.h>

static int
malformed(struct error *e)
{
	return error_set(e, ERROR_INVALID, -EINVAL, "invalid filter");
}

/* {"a":true,"b":true}: the keys; what the flags are does not count, as in the Engine. */
static int
read_flags(const struct json_node *node, char **values, struct error *e)
{
	for (size_t i = 0; i < node->n; i++) {
		if (node->items[i].kind != NODE_BOOL)
			return malformed(e);
		values[i] = (char *)node->keys[i];
	}
	return 0;
}

static int
read_texts(const struct json_node *node, char **values, struct error *e)
{
	for (size_t i = 0; i < node->n; i++) {
		if (node->items[i].kind != NODE_STRING)
			return malformed(e);
		values[i] = (char *)node->items[i].text;
	}
	return 0;
}

static int
read_values(struct arena *arena, const struct json_node *node, struct filter *f, struct error *e)
{
	f->values = ARENA_ARRAY(arena, char *, node->n + 1);
	if (!f->values)
		return error_set(e, ERROR_TOO_LARGE, -E2BIG, "filters are too long");
	switch (node->kind) {
	case NODE_ARRAY:
		return read_texts(node, f->values, e);
	case NODE_OBJECT:
		return read_flags(node, f->values, e);
	case NODE_NULL:
		return 0;
	default:
		return malformed(e);
	}
}

int
filters_parse(struct arena *arena, const char *text, struct filters *ret, struct error *e)
{
	scoped_error reason = {0};
	struct json_node root;
	struct filters f = {0};

	*ret = f;
	if (str_empty(text))
		return 0;
	if (json_parse(arena, text, strlen(text), &root, &reason) < 0)
		return reason.kind == ERROR_INVALID
			       ? malformed(e)
			       : error_set(e, reason.kind, reason.code, "%s", reason.message);
	if (root.kind != NODE_OBJECT)
		return malformed(e);
	f.items = ARENA_ARRAY(arena, struct filter, root.n);
	if (!f.items)
		return error_set(e, ERROR_TOO_LARGE, -E2BIG, "filters are too long");
	for (; f.n < root.n; f.n++) {
		int r = read_values(arena, &root.items[f.n], &f.items[f.n], e);

		if (r < 0)
			return r;
		f.items[f.n].key = root.keys[f.n];
	}
	*ret = f;
	return 0;
}

char **
filters_values(const struct filters *f, const char *key)
{
	static char *none[1];

	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->items[i].key, key))
			return f->items[i].values;
	return none;
}

bool
filters_have(const struct filters *f, const char *key)
{
	return *filters_values(f, key);
}

static bool
is_among(const char *const *list, const char *s)
{
	for (; *list; list++)
		if (!strcmp(*list, s))
			return true;
	return false;
}

int
filters_check(const struct filters *f, const char *const *allowed, struct error *e)
{
	for (size_t i = 0; i < f->n; i++)
		if (!is_among(allowed, f->items[i].key))
			return error_set(
				e, ERROR_INVALID, -EINVAL, "invalid filter '%s'", f->items[i].key);
	return 0;
}

int
filters_check_values(
	const struct filters *f, const char *key, const char *const *allowed, struct error *e)
{
	for (char **v = filters_values(f, key); *v; v++)
		if (!is_among(allowed, *v))
			return error_set(
				e, ERROR_INVALID, -EINVAL, "invalid filter '%s=%s'", key, *v);
	return 0;
}

/* Whether any value of the key fits, or there is none. */
static bool
any_fits(const struct filters *f, const char *key, const char *text,
	bool (*fits)(const char *value, const char *text))
{
	char **values = filters_values(f, key);

	if (!*values)
		return true;
	for (; *values; values++)
		if (fits(*values, text))
			return true;
	return false;
}

static bool
fits_exactly(const char *value, const char *text)
{
	return !strcmp(value, text);
}

static bool
fits_as_prefix(const char *value, const char *text)
{
	return str_starts(text, value);
}

/* As in the Engine, an expression that cannot be used fits nothing. */
static bool
fits_as_regexp(const char *value, const char *text)
{
	return !strcmp(value, text) || regexp_search(value, text) > 0;
}

bool
filters_exact(const struct filters *f, const char *key, const char *text)
{
	return any_fits(f, key, text, fits_exactly);
}

bool
filters_prefix(const struct filters *f, const char *key, const char *text)
{
	return any_fits(f, key, text, fits_as_prefix);
}

bool
filters_regexp(const struct filters *f, const char *key, const char *text)
{
	return any_fits(f, key, text, fits_as_regexp);
}

/* Every value, a key or key=value, is among the labels. */
static bool
all_labels(char *const *values, const struct json_map *labels)
{
	for (; *values; values++) {
		const char *equals = strchr(*values, '=');
		size_t n = equals ? (size_t)(equals - *values) : strlen(*values);
		bool hit = false;

		for (size_t i = 0; i < labels->n && !hit; i++) {
			const struct json_member *l = &labels->items[i];

			hit = strlen(l->key) == n && !memcmp(l->key, *values, n) &&
			      (!equals || !strcmp(str_or(l->value, ""), equals + 1));
		}
		if (!hit)
			return false;
	}
	return true;
}

bool
filters_labels(const struct filters *f, const struct json_map *labels)
{
	char **unwanted = filters_values(f, "label!");

	return all_labels(filters_values(f, "label"), labels) &&
	       !(*unwanted && all_labels(unwanted, labels));
}

int
filters_bool(const struct filters *f, const char *key, bool otherwise, bool *ret, struct error *e)
{
	char **values = filters_values(f, key);
	bool yes = strv_has(values, "1") || strv_has(values, "true");
	bool no = strv_has(values, "0") || strv_has(values, "false");
	scoped_free char *text = NULL;

	if (!*values || yes != no) {
		*ret = *values ? yes : otherwise;
		return 0;
	}
	text = strv_join(values, " ");
	return error_set(e, ERROR_INVALID, -EINVAL, "invalid filter '%s=[%s]'", key, text);
}
