/* read.c: trees into structs by field tables. */
#include "json/read.h"
#include "json/raw.h"

#include "base/str.h"
#include "base/time.h"

#include <errno.h>
#include <math.h>

/* Where we are in the document, for messages: a list from the innermost name outwards, in the
 * callers' frames. */
struct place {
	const struct place *parent;
	const char *name;
};

struct reader {
	struct arena *arena;
	struct error *e;
};

static int read_object(struct reader *r, const struct place *at, const struct json_node *node,
	const struct json_type *type, void *object);

static size_t
place_text(const struct place *at, char *out, size_t size)
{
	size_t used = at->parent ? place_text(at->parent, out, size) : 0;
	int n = snprintf(out + used, size - used, "%s%s", used ? "." : "", at->name);

	return n < 0 || used + (size_t)n >= size ? size - 1 : used + (size_t)n;
}

static const char *
node_name(const struct json_node *node)
{
	static const char *const names[] = {"null", "bool", "number", "string", "array", "object"};

	return names[node->kind];
}

static int
wrong_type(struct reader *r, const struct place *at, const struct json_node *node, const char *want)
{
	char where[256] = "";
	bool number = node->kind == NODE_NUMBER;

	place_text(at, where, sizeof(where));
	return error_set(r->e, ERROR_INVALID, -EINVAL,
		"json: cannot unmarshal %s%s%.40s into field %s of type %s", node_name(node),
		number ? " " : "", number ? node->text : "", *where ? where : "(top)", want);
}

static int
no_memory(struct reader *r)
{
	return error_set(r->e, ERROR_TOO_LARGE, -E2BIG, "json: document is too large");
}

static void *
allocate(struct reader *r, size_t n, size_t size, int *status)
{
	void *p = arena_alloc(r->arena, n * size);

	*status = p ? 0 : no_memory(r);
	return p;
}

/* Scalars */

static int
read_bool(struct reader *r, const struct place *at, const struct json_node *node, bool *ret)
{
	if (node->kind != NODE_BOOL)
		return wrong_type(r, at, node, "bool");
	*ret = node->boolean;
	return 0;
}

static int
read_int(struct reader *r, const struct place *at, const struct json_node *node, int64_t *ret)
{
	if (node->kind != NODE_NUMBER || str_to_i64(node->text, ret) < 0)
		return wrong_type(r, at, node, "integer");
	return 0;
}

static int
read_uint(struct reader *r, const struct place *at, const struct json_node *node, uint64_t *ret)
{
	if (node->kind != NODE_NUMBER || str_to_u64(node->text, ret) < 0)
		return wrong_type(r, at, node, "unsigned integer");
	return 0;
}

static int
read_double(struct reader *r, const struct place *at, const struct json_node *node, double *ret)
{
	double v;

	if (node->kind != NODE_NUMBER || str_to_double(node->text, &v) < 0 || !isfinite(v))
		return wrong_type(r, at, node, "number");
	*ret = v;
	return 0;
}

static int
read_time(struct reader *r, const struct place *at, const struct json_node *node, int64_t *ret)
{
	if (node->kind != NODE_STRING || time_parse_rfc3339(node->text, ret) < 0)
		return wrong_type(r, at, node, "RFC 3339 time");
	return 0;
}

/* The tree's strings are in the same arena already, so they are shared. */
static int
read_string(struct reader *r, const struct place *at, const struct json_node *node, unsigned flags,
	char **ret)
{
	if (node->kind != NODE_STRING && !(node->kind == NODE_NUMBER && (flags & JSON_OR_NUMBER)))
		return wrong_type(r, at, node, "string");
	*ret = (char *)node->text;
	return 0;
}

/* Lists. A null among strings or numbers is Go's zero value. */

static int
read_strings(struct reader *r, const struct place *at, const struct json_node *node, unsigned flags,
	char ***ret)
{
	bool lone = node->kind == NODE_STRING && (flags & JSON_OR_STRING);
	const struct json_node *items = lone ? node : node->items;
	size_t n = lone ? 1 : node->n;
	int status;
	char **v;

	if (!lone && node->kind != NODE_ARRAY)
		return wrong_type(r, at, node, "list of strings");
	v = allocate(r, n + 1, sizeof(*v), &status);
	for (size_t i = 0; status == 0 && i < n; i++) {
		v[i] = "";
		if (items[i].kind != NODE_NULL)
			status = read_string(r, at, &items[i], 0, &v[i]);
	}
	if (status == 0)
		*ret = v;
	return status;
}

static int
read_rows(struct reader *r, const struct place *at, const struct json_node *node, char ****ret)
{
	int status;
	char ***rows;

	if (node->kind != NODE_ARRAY)
		return wrong_type(r, at, node, "list of lists of strings");
	rows = allocate(r, node->n + 1, sizeof(*rows), &status);
	for (size_t i = 0; status == 0 && i < node->n; i++)
		status = read_strings(r, at, &node->items[i], 0, &rows[i]);
	if (status == 0)
		*ret = rows;
	return status;
}

static int
read_uints(struct reader *r, const struct place *at, const struct json_node *node, uint64_t *ret,
	size_t max)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < node->n && i < max; i++)
		if (node->items[i].kind != NODE_NULL)
			status = read_uint(r, at, &node->items[i], &ret[i]);
	return status;
}

static int
read_uint_pair(
	struct reader *r, const struct place *at, const struct json_node *node, uint64_t *ret)
{
	if (node->kind != NODE_ARRAY)
		return wrong_type(r, at, node, "pair of unsigned integers");
	return read_uints(r, at, node, ret, 2);
}

static int
read_uint_list(struct reader *r, const struct place *at, const struct json_node *node,
	struct json_list *ret)
{
	int status;
	uint64_t *items;

	if (node->kind != NODE_ARRAY)
		return wrong_type(r, at, node, "list of unsigned integers");
	items = allocate(r, node->n, sizeof(*items), &status);
	if (status == 0)
		status = read_uints(r, at, node, items, node->n);
	if (status == 0)
		*ret = (struct json_list){items, node->n, true};
	return status;
}

static int
read_list(struct reader *r, const struct place *at, const struct json_node *node,
	const struct json_type *type, struct json_list *ret)
{
	int status;
	char *items;

	if (node->kind != NODE_ARRAY)
		return wrong_type(r, at, node, "list");
	items = allocate(r, node->n, type->size, &status);
	for (size_t i = 0; status == 0 && i < node->n; i++)
		if (node->items[i].kind != NODE_NULL)
			status = read_object(r, at, &node->items[i], type, items + i * type->size);
	if (status == 0)
		*ret = (struct json_list){items, node->n, true};
	return status;
}

/* Maps */

static int
read_map_value(struct reader *r, const struct place *at, const struct json_field *f,
	const struct json_node *node, void **ret)
{
	int status;

	switch (f->kind) {
	case JSON_SET:
		return node->kind == NODE_OBJECT || node->kind == NODE_NULL
			       ? 0
			       : wrong_type(r, at, node, "empty object");
	case JSON_STRING_MAP:
		*ret = "";
		return node->kind == NODE_NULL ? 0
					       : read_string(r, at, node, f->flags, (char **)ret);
	case JSON_UINT_MAP:
		*ret = allocate(r, 1, sizeof(uint64_t), &status);
		return status < 0 || node->kind == NODE_NULL ? status
							     : read_uint(r, at, node, *ret);
	default:
		if (node->kind == NODE_NULL)
			return 0;
		break;
	}
	if (f->kind == JSON_LIST_MAP) {
		*ret = allocate(r, 1, sizeof(struct json_list), &status);
		return status < 0 ? status : read_list(r, at, node, f->type, *ret);
	}
	*ret = allocate(r, 1, f->type->size, &status);
	return status < 0 ? status : read_object(r, at, node, f->type, *ret);
}

static int
read_map(struct reader *r, const struct place *at, const struct json_field *f,
	const struct json_node *node, struct json_map *ret)
{
	struct json_member *items;
	int status;

	if (node->kind != NODE_OBJECT)
		return wrong_type(r, at, node, "map");
	items = allocate(r, node->n, sizeof(*items), &status);
	for (size_t i = 0; status == 0 && i < node->n; i++) {
		struct place here = {at, node->keys[i]};

		items[i].key = (char *)node->keys[i];
		status = read_map_value(r, &here, f, &node->items[i], &items[i].value);
	}
	if (status == 0)
		*ret = (struct json_map){items, node->n, true};
	return status;
}

/* Objects */

static int
read_object_ptr(struct reader *r, const struct place *at, const struct json_node *node,
	const struct json_type *type, void **ret)
{
	int status;
	void *object = allocate(r, 1, type->size, &status);

	if (status == 0)
		status = read_object(r, at, node, type, object);
	if (status == 0)
		*ret = object;
	return status;
}

static int
read_pointer(struct reader *r, const struct place *at, const struct json_field *f,
	const struct json_node *node, void **ret)
{
	int status;
	void *p = allocate(r, 1, sizeof(int64_t), &status);

	if (status == 0)
		status = f->kind == JSON_BOOL_PTR ? read_bool(r, at, node, p)
						  : read_int(r, at, node, p);
	if (status == 0)
		*ret = p;
	return status;
}

static int
read_value(struct reader *r, const struct place *at, const struct json_field *f,
	const struct json_node *node, void *member)
{
	switch (f->kind) {
	case JSON_BOOL:
		return read_bool(r, at, node, member);
	case JSON_INT:
		return read_int(r, at, node, member);
	case JSON_UINT:
		return read_uint(r, at, node, member);
	case JSON_DOUBLE:
		return read_double(r, at, node, member);
	case JSON_TIME:
		return read_time(r, at, node, member);
	case JSON_STRING:
	case JSON_STRING_PTR:
		return read_string(r, at, node, f->flags, member);
	case JSON_BOOL_PTR:
	case JSON_INT_PTR:
		return read_pointer(r, at, f, node, member);
	case JSON_UINT_PAIR:
		return read_uint_pair(r, at, node, member);
	case JSON_UINT_LIST:
		return read_uint_list(r, at, node, member);
	case JSON_STRINGS:
		return read_strings(r, at, node, f->flags, member);
	case JSON_STRING_ROWS:
		return read_rows(r, at, node, member);
	case JSON_OBJECT:
		return read_object(r, at, node, f->type, member);
	case JSON_OBJECT_PTR:
		return read_object_ptr(r, at, node, f->type, member);
	case JSON_LIST:
		return read_list(r, at, node, f->type, member);
	case JSON_RAW:
		*(char **)member = raw_text(r->arena, node);
		return *(char **)member ? 0 : no_memory(r);
	default:
		return read_map(r, at, f, node, member);
	}
}

typedef bool name_match(const char *, const char *);

/* The field for a name and the struct it is in, which differs from *object within embedded ones. */
static const struct json_field *
find_field(const struct json_type *type, const char *name, name_match *match, char **object)
{
	for (const struct json_field *f = type->fields; f->name; f++) {
		if (f->kind == JSON_EMBED) {
			char *inner = *object + f->offset;
			const struct json_field *found = find_field(f->type, name, match, &inner);

			if (found) {
				*object = inner;
				return found;
			}
		} else if (!(f->flags & JSON_WRITE_ONLY) && match(f->name, name)) {
			return f;
		}
	}
	return NULL;
}

static int
read_object(struct reader *r, const struct place *at, const struct json_node *node,
	const struct json_type *type, void *object)
{
	if (node->kind != NODE_OBJECT)
		return wrong_type(r, at, node, type->name);
	for (size_t i = 0; i < node->n; i++) {
		struct place here = {at, node->keys[i]};
		char *holder = object;
		const struct json_field *f = find_field(type, node->keys[i], str_eq, &holder);
		int status;

		if (node->items[i].kind == NODE_NULL)
			continue;
		if (!f)
			f = find_field(type, node->keys[i], str_ieq, &holder);
		if (!f)
			continue;
		here.name = f->name;
		status = read_value(r, &here, f, &node->items[i], holder + f->offset);
		if (status < 0)
			return status;
	}
	return 0;
}

int
json_read(struct arena *arena, const char *text, size_t n, const struct json_type *type,
	void *object, struct error *e)
{
	struct reader r = {arena, e};
	struct place top = {NULL, ""};
	struct json_node root;
	int status = json_parse(arena, text, n, &root, e);

	if (status < 0 || root.kind == NODE_NULL)
		return status;
	return read_object(&r, &top, &root, type, object);
}

int
json_read_list(struct arena *arena, const char *text, size_t n, const struct json_type *type,
	struct json_list *ret, struct error *e)
{
	struct reader r = {arena, e};
	struct place top = {NULL, ""};
	struct json_node root;
	int status = json_parse(arena, text, n, &root, e);

	if (status < 0)
		return status;
	if (root.kind == NODE_NULL) {
		*ret = (struct json_list){0};
		return 0;
	}
	return read_list(&r, &top, &root, type, ret);
}
