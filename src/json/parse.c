/* parse.c: text into trees of json_node in an arena; the only file that knows json-c. */
#include "json/read.h"

#include <errno.h>

/* The library's enum and our struct want the same tag; its name is not used here. */
#define json_type json_c_type
#include <json-c/json.h>
#undef json_type

struct parse {
	struct arena *arena;
	struct error *e;
};

static inline void
json_tokener_drop(struct json_tokener **t)
{
	if (*t)
		json_tokener_free(*t);
}
#define scoped_tokener __attribute__((cleanup(json_tokener_drop))) struct json_tokener

static inline void
json_object_drop(struct json_object **o)
{
	json_object_put(*o);
}
#define scoped_object __attribute__((cleanup(json_object_drop))) struct json_object

static int
too_large(struct error *e)
{
	return error_set(e, ERROR_TOO_LARGE, -E2BIG, "json: document is too large");
}

static const char *
syntax_place(enum json_tokener_error error)
{
	switch (error) {
	case json_tokener_error_parse_object_key_name:
		return "looking for beginning of object key string";
	case json_tokener_error_parse_object_key_sep:
		return "after object key";
	case json_tokener_error_parse_object_value_sep:
		return "after object key:value pair";
	case json_tokener_error_parse_array:
		return "after array element";
	case json_tokener_error_parse_string:
		return "in string literal";
	case json_tokener_error_parse_number:
		return "in numeric literal";
	case json_tokener_error_parse_null:
	case json_tokener_error_parse_boolean:
		return "in literal";
	default:
		return "looking for beginning of value";
	}
}

static int
invalid_character(struct error *e, unsigned char c, const char *place)
{
	if (c >= 0x20 && c < 0x7f && c != '\'' && c != '\\')
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid character '%c' %s", c, place);
	return error_set(e, ERROR_INVALID, -EINVAL, "invalid character '\\x%02x' %s", c, place);
}

/* What json-c is too generous with: control characters in strings, single quotes, and empty
 * objects, on each of which it spends several hundred bytes. */
static int
check_text(const char *text, size_t n, struct error *e)
{
	size_t containers = 0;
	bool in_string = false;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (in_string && c < 0x20)
			return invalid_character(e, c, "in string literal");
		if (!in_string && c == '\'')
			return invalid_character(e, c, "looking for beginning of value");
		if (c == '"')
			in_string = !in_string;
		else if (in_string && c == '\\')
			i++;
		else if (!in_string && (c == '{' || c == '['))
			containers++;
	}
	return containers > JSON_MAX_CONTAINERS ? too_large(e) : 0;
}

static size_t
skip_space(const char *text, size_t n, size_t i)
{
	while (i < n && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'))
		i++;
	return i;
}

static int
syntax_error(struct error *e, enum json_tokener_error error, const char *text, size_t n, size_t at)
{
	if (error == json_tokener_error_depth)
		return error_set(e, ERROR_INVALID, -EINVAL, "exceeded max depth");
	if (error == json_tokener_error_parse_eof || error == json_tokener_continue || at >= n)
		return error_set(e, ERROR_INVALID, -EINVAL, "unexpected EOF");
	return invalid_character(e, (unsigned char)text[at], syntax_place(error));
}

static int build(struct parse *p, struct json_object *from, struct json_node *to);

static int
build_string(struct parse *p, const char *s, size_t n, const char **ret)
{
	if (memchr(s, '\0', n))
		return error_set(
			p->e, ERROR_INVALID, -EINVAL, "json: string contains a NUL character");
	*ret = arena_strndup(p->arena, s, n);
	return *ret ? 0 : too_large(p->e);
}

static int
build_array(struct parse *p, struct json_object *from, struct json_node *to)
{
	to->kind = NODE_ARRAY;
	to->n = json_object_array_length(from);
	to->items = ARENA_ARRAY(p->arena, struct json_node, to->n);
	if (!to->items)
		return too_large(p->e);
	for (size_t i = 0; i < to->n; i++) {
		int r = build(p, json_object_array_get_idx(from, i), &to->items[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int
build_object(struct parse *p, struct json_object *from, struct json_node *to)
{
	size_t i = 0;

	to->kind = NODE_OBJECT;
	to->n = (size_t)json_object_object_length(from);
	to->items = ARENA_ARRAY(p->arena, struct json_node, to->n);
	to->keys = ARENA_ARRAY(p->arena, const char *, to->n);
	if (!to->items || !to->keys)
		return too_large(p->e);
	json_object_object_foreach(from, key, value)
	{
		int r = build_string(p, key, strlen(key), &to->keys[i]);

		if (r == 0)
			r = build(p, value, &to->items[i++]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Integers come as json-c read them, other numbers as they were written. It takes NaN, Infinity and
 * "1." for numbers, which JSON does not have. */
static int
build_number(struct parse *p, struct json_object *from, struct json_node *to)
{
	const char *text = json_object_to_json_string(from);
	const char *word = strpbrk(text, "NI"), *point = strchr(text, '.');

	if (word)
		return invalid_character(
			p->e, (unsigned char)*word, "looking for beginning of value");
	if (point && (point[1] < '0' || point[1] > '9'))
		return invalid_character(p->e, '.', "in numeric literal");
	to->kind = NODE_NUMBER;
	return build_string(p, text, strlen(text), &to->text);
}

static int
build(struct parse *p, struct json_object *from, struct json_node *to)
{
	switch (json_object_get_type(from)) {
	case json_type_boolean:
		*to = (struct json_node){
			.kind = NODE_BOOL, .boolean = json_object_get_boolean(from)};
		return 0;
	case json_type_int:
	case json_type_double:
		return build_number(p, from, to);
	case json_type_string:
		to->kind = NODE_STRING;
		return build_string(p, json_object_get_string(from),
			(size_t)json_object_get_string_len(from), &to->text);
	case json_type_array:
		return build_array(p, from, to);
	case json_type_object:
		return build_object(p, from, to);
	default:
		*to = (struct json_node){.kind = NODE_NULL};
		return 0;
	}
}

int
json_parse(struct arena *arena, const char *text, size_t n, struct json_node *ret, struct error *e)
{
	scoped_tokener *tokener = json_tokener_new_ex(JSON_MAX_DEPTH);
	scoped_object *root = NULL;
	struct parse parse = {arena, e};
	size_t end;
	int r;

	if (skip_space(text, n, 0) == n)
		return error_set(e, ERROR_INVALID, -EINVAL, "EOF");
	if (n >= INT32_MAX)
		return too_large(e);
	r = check_text(text, n, e);
	if (r < 0)
		return r;
	bug_if(!tokener);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	root = json_tokener_parse_ex(tokener, text, (int)n);
	end = json_tokener_get_parse_end(tokener);
	/* A number at the end of the text could go on, so json-c waits; a NUL tells it that nothing
	 * comes. */
	if (json_tokener_get_error(tokener) == json_tokener_continue) {
		root = json_tokener_parse_ex(tokener, "", 1);
		end = n;
	}
	if (json_tokener_get_error(tokener) != json_tokener_success)
		return syntax_error(e, json_tokener_get_error(tokener), text, n, end);
	end = skip_space(text, n, end);
	if (end < n)
		return invalid_character(e, (unsigned char)text[end], "after top-level value");
	*ret = (struct json_node){0};
	return build(&parse, root, ret);
}

const struct json_node *
json_node_get(const struct json_node *object, const char *key)
{
	if (object->kind == NODE_OBJECT)
		for (size_t i = 0; i < object->n; i++)
			if (!strcmp(object->keys[i], key))
				return &object->items[i];
	return NULL;
}
