#include "http/router.h"

#include "base/alloc.h"
#include "base/str.h"

#include <errno.h>

#define MAX_SEGMENTS 64 /* of a path; no pattern is near it, names with more slashes do not exist */

enum segment_kind { LITERAL, PARAMETER, REST }; /* the better match has the lower number */

struct segment {
	enum segment_kind kind;
	const char *text; /* literal or name; within the pattern, n bytes */
	size_t n;
};

struct entry {
	const struct http_route *route;
	struct segment *segments;
	size_t n;
	size_t rest; /* where the {name...} is; n if there is none */
};

struct router {
	struct entry *entries; /* the better match first */
	size_t n;
};

struct router *
router_new(void)
{
	return NEW(router);
}

void
router_free(struct router *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->entries[i].segments);
	free(r->entries);
	free(r);
}

/* -- patterns ---------------------------------------------------------------------------------- */

/* Cuts "/a/b" at its slashes, which end nothing: the pieces are spans. Returns how many, or max + 1
 * for too many. */
static size_t
cut(const char *path, struct segment *segments, size_t max)
{
	size_t n = 0;

	while (*path == '/') {
		size_t length = strcspn(path + 1, "/");

		if (n == max)
			return max + 1;
		segments[n++] = (struct segment){LITERAL, path + 1, length};
		path += 1 + length;
	}
	return n;
}

/* "{name}" and "{name...}" get their kinds. */
static void
classify(struct segment *s)
{
	if (s->n < 3 || s->text[0] != '{' || s->text[s->n - 1] != '}')
		return;
	s->kind = PARAMETER;
	s->text++;
	s->n -= 2;
	if (s->n > 3 && memcmp(s->text + s->n - 3, "...", 3) == 0) {
		s->kind = REST;
		s->n -= 3;
	}
}

static struct entry
compile(const struct http_route *route)
{
	struct segment segments[MAX_SEGMENTS];
	struct entry entry = {.route = route};

	entry.n = cut(route->pattern, segments, MAX_SEGMENTS);
	bug_if(entry.n == 0 || entry.n > MAX_SEGMENTS);
	entry.rest = entry.n;
	for (size_t i = 0; i < entry.n; i++) {
		classify(&segments[i]);
		bug_if(segments[i].kind == REST && entry.rest < entry.n);
		if (segments[i].kind == REST)
			entry.rest = i;
	}
	entry.segments = xmalloc(entry.n * sizeof(*segments));
	memcpy(entry.segments, segments, entry.n * sizeof(*segments));
	return entry;
}

/* The leftmost difference in kind decides; then the pattern with more segments. */
static int
compare(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;

	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (a->segments[i].kind != b->segments[i].kind)
			return a->segments[i].kind < b->segments[i].kind ? -1 : 1;
	return (a->n < b->n) - (a->n > b->n);
}

void
router_add(struct router *r, const struct http_route *routes)
{
	size_t more = 0;

	while (routes[more].method)
		more++;
	r->entries = xrealloc(r->entries, (r->n + more + 1) * sizeof(*r->entries));
	for (size_t i = 0; i < more; i++)
		r->entries[r->n++] = compile(&routes[i]);
	qsort(r->entries, r->n, sizeof(*r->entries), compare);
}

/* -- matching ---------------------------------------------------------------------------------- */

static bool
fits_one(const struct segment *pattern, const struct segment *given)
{
	if (pattern->kind == LITERAL)
		return pattern->n == given->n && memcmp(pattern->text, given->text, given->n) == 0;
	return given->n > 0;
}

/* The segments before {name...} are compared from the front, those after it from the back. */
static bool
fits(const struct entry *entry, const struct segment *path, size_t n)
{
	if (entry->rest == entry->n ? n != entry->n : n < entry->n)
		return false;
	for (size_t i = 0; i < entry->n; i++)
		if (!fits_one(&entry->segments[i], &path[i <= entry->rest ? i : i + n - entry->n]))
			return false;
	return true;
}

/* What of the path the parameter at index i of the pattern stands for. */
static struct segment
span_of(const struct entry *entry, size_t i, const struct segment *path, size_t n)
{
	size_t from = i <= entry->rest ? i : i + n - entry->n;
	size_t to = i < entry->rest ? i : i + n - entry->n;

	return (struct segment){
		.text = path[from].text,
		.n = (size_t)(path[to].text + path[to].n - path[from].text),
	};
}

static int
take_params(struct call *call, const struct entry *entry, const struct segment *path, size_t n,
	struct error *e)
{
	struct query_pair *pairs = ARENA_ARRAY(call->arena, struct query_pair, entry->n);

	if (!pairs)
		return error_set(e, ERROR_TOO_LARGE, -ENOBUFS, "the request is too large");
	call->params = (struct query){pairs, 0};
	for (size_t i = 0; i < entry->n; i++) {
		const struct segment *s = &entry->segments[i];
		struct segment span = span_of(entry, i, path, n);
		struct query_pair *pair = &pairs[call->params.n];

		if (s->kind == LITERAL)
			continue;
		pair->key = arena_strndup(call->arena, s->text, s->n);
		pair->value = url_decode(call->arena, span.text, span.n, false, e);
		if (!pair->value)
			return -EINVAL;
		if (!pair->key)
			return error_set(e, ERROR_TOO_LARGE, -ENOBUFS, "the request is too large");
		call->params.n++;
	}
	return 0;
}

/* A function of its own, so that the segments are off the stack while the handler runs. */
static int __attribute__((noinline))
find(struct router *r, struct call *call, const char *path, http_handler *ret, struct error *e)
{
	struct segment segments[MAX_SEGMENTS];
	size_t n = cut(path, segments, MAX_SEGMENTS);

	call->route = "";
	for (size_t i = 0; i < r->n && n <= MAX_SEGMENTS; i++) {
		const struct entry *entry = &r->entries[i];

		if (str_eq(entry->route->method, call->request.method) &&
			fits(entry, segments, n)) {
			*ret = entry->route->handler;
			call->route = entry->route->pattern;
			return take_params(call, entry, segments, n, e);
		}
	}
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "page not found");
}

int
router_handle(struct router *r, struct call *call, const char *path, void *context, struct error *e)
{
	http_handler handler = NULL;
	int result = find(r, call, path, &handler, e);

	return result < 0 ? result : handler(call, context, e);
}
