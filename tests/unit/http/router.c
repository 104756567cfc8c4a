#include "http/router.h"

#include "test.h"

#include <errno.h>

static const char *reached;

#define HANDLER(n)                                                                           \
	static int n(struct call *call UNUSED, void *context UNUSED, struct error *e UNUSED) \
	{                                                                                    \
		reached = #n;                                                                \
		return 0;                                                                    \
	}
HANDLER(list)
HANDLER(inspect)
HANDLER(create)
HANDLER(image_inspect)
HANDLER(image_history)
HANDLER(image_remove)
HANDLER(image_any)
HANDLER(archive_head)
HANDLER(prune)

static const struct http_route routes[] = {
	{"GET", "/images/{name...}", image_any},
	{"GET", "/containers/{id}/json", inspect},
	{"GET", "/containers/json", list},
	{"POST", "/containers/create", create},
	{"POST", "/containers/{id}", prune},
	{NULL, NULL, NULL},
};
static const struct http_route more_routes[] = {
	{"GET", "/images/{name...}/json", image_inspect},
	{"GET", "/images/{name...}/history", image_history},
	{"DELETE", "/images/{name...}", image_remove},
	{"HEAD", "/containers/{id}/archive", archive_head},
	{NULL, NULL, NULL},
};

struct outcome {
	int r;
	char name[64], id[64], message[64], route[64];
};

static struct outcome
route(const char *method, const char *path)
{
	scoped(router) *r = router_new();
	scoped(arena) *arena = arena_new(0);
	struct call call = {.arena = arena, .request.method = method};
	struct outcome ret = {0};
	scoped_error e = {0};

	router_add(r, routes);
	router_add(r, more_routes);
	reached = NULL;
	ret.r = router_handle(r, &call, path, NULL, &e);
	if (ret.r < 0)
		snprintf(ret.message, sizeof(ret.message), "%s", error_message(&e));
	snprintf(ret.route, sizeof(ret.route), "%s", call.route);
	if (query_get(&call.params, "name"))
		snprintf(ret.name, sizeof(ret.name), "%s", http_param(&call, "name"));
	if (query_get(&call.params, "id"))
		snprintf(ret.id, sizeof(ret.id), "%s", http_param(&call, "id"));
	return ret;
}

TEST(router_prefers_literals)
{
	route("GET", "/containers/json");
	ASSERT_STR(reached, "list");
	route("POST", "/containers/create");
	ASSERT_STR(reached, "create");
	route("POST", "/containers/other");
	ASSERT_STR(reached, "prune");
	ASSERT_STR(route("GET", "/containers/json/json").id, "json");
	ASSERT_STR(reached, "inspect");
}

TEST(router_lets_names_have_slashes)
{
	ASSERT_STR(route("GET", "/images/alpine/json").name, "alpine");
	ASSERT_STR(reached, "image_inspect");
	ASSERT_STR(route("GET", "/images/ghcr.io/a/b:1/history").name, "ghcr.io/a/b:1");
	ASSERT_STR(reached, "image_history");
	ASSERT_STR(route("GET", "/images/json/json/json").name, "json/json");
	ASSERT_STR(reached, "image_inspect");
	ASSERT_STR(route("DELETE", "/images/a/json").name, "a/json");
	ASSERT_STR(reached, "image_remove");
	ASSERT_STR(route("GET", "/images/json").name, "json");
	ASSERT_STR(reached, "image_any");
	ASSERT_STR(route("GET", "/images/a/b/c").name, "a/b/c");
	ASSERT_STR(reached, "image_any");
}

TEST(router_tells_the_route)
{
	ASSERT_STR(route("GET", "/containers/abc/json").route, "/containers/{id}/json");
	ASSERT_STR(route("DELETE", "/images/a/b").route, "/images/{name...}");
	ASSERT_STR(route("GET", "/containers/%zz/json").route, "/containers/{id}/json");
	ASSERT_STR(route("GET", "/nonesuch").route, "");
	ASSERT_STR(route("DELETE", "/containers/json").route, "");
}

TEST(router_decodes_parameters)
{
	ASSERT_STR(route("GET", "/images/a%2Fb%3a1/json").name, "a/b:1");
	ASSERT_STR(route("GET", "/containers/a+b%20c/json").id, "a+b c");
	ASSERT_EQ(route("GET", "/containers/%zz/json").r, -EINVAL);
	ASSERT_EQ(route("GET", "/containers/%00/json").r, -EINVAL);
}

TEST(router_answers_like_the_engine_when_nothing_fits)
{
	static const char *const paths[] = {"/", "", "*", "/containers", "/containers/json/",
		"/containers//json", "/images/", "/containers/a/b/json", "/nonesuch"};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct outcome o = route("GET", paths[i]);

		if (o.r != -ENOENT || reached)
			test_fail(__FILE__, __LINE__, "%s is %d, %s", paths[i], o.r, reached);
		ASSERT_STR(o.message, "page not found");
	}
	ASSERT_EQ(route("DELETE", "/containers/json").r, -ENOENT);
	ASSERT_EQ(route("HEAD", "/containers/json").r, -ENOENT);
	ASSERT_EQ(route("HEAD", "/containers/a/archive").r, 0);
}

TEST(router_survives_a_path_of_slashes)
{
	char path[4096];

	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ASSERT_EQ(route("GET", path).r, -ENOENT);
}
