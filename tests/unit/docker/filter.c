#include "test.h"

#include "docker/filter.h"

static struct filters
parse(struct arena *arena, const char *text)
{
	scoped_error e = {0};
	struct filters f;

	if (filters_parse(arena, text, &f, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", text ? text : "NULL", error_message(&e));
	return f;
}

static void
assert_malformed(const char *text)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct filters f;

	if (filters_parse(arena, text, &f, &e) >= 0)
		test_fail(__FILE__, __LINE__, "%s was accepted", text);
	ASSERT_STR(error_message(&e), "invalid filter");
	ASSERT_EQ(e.kind, ERROR_INVALID);
}

TEST(both_forms_mean_the_same)
{
	scoped(arena) *arena = arena_new(0);
	struct filters lists = parse(arena, "{\"name\":[\"a\",\"b\"],\"id\":[]}");
	struct filters flags = parse(arena, "{\"name\":{\"a\":true,\"b\":false}}");
	struct filters none = parse(arena, NULL);

	ASSERT_STR(filters_values(&lists, "name")[0], "a");
	ASSERT_STR(filters_values(&lists, "name")[1], "b");
	ASSERT_STR(filters_values(&flags, "name")[0], "a");
	ASSERT_STR(filters_values(&flags, "name")[1], "b");
	ASSERT(!filters_values(&flags, "name")[2]);
	ASSERT(filters_have(&lists, "name"));
	ASSERT(!filters_have(&lists, "id"));
	ASSERT(!filters_have(&none, "name"));
	ASSERT_EQ(parse(arena, "").n, 0);
}

TEST(other_forms_are_refused)
{
	assert_malformed("{x");
	assert_malformed("[]");
	assert_malformed("\"name\"");
	assert_malformed("{\"name\":\"a\"}");
	assert_malformed("{\"name\":[1]}");
	assert_malformed("{\"name\":{\"a\":1}}");
}

TEST(unknown_names_and_values_are_named)
{
	static const char *const names[] = {"status", "name", NULL}, *const states[] = {
									     "running", NULL};
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0}, e2 = {0};
	struct filters f = parse(arena, "{\"name\":[\"a\"],\"nonesuch\":[\"1\"]}");
	struct filters s = parse(arena, "{\"status\":[\"running\",\"nonesuch\"]}");

	ASSERT(filters_check(&f, names, &e) < 0);
	ASSERT_STR(error_message(&e), "invalid filter 'nonesuch'");
	ASSERT_OK(filters_check(&s, names, &e2));
	ASSERT(filters_check_values(&s, "status", states, &e2) < 0);
	ASSERT_STR(error_message(&e2), "invalid filter 'status=nonesuch'");
}

TEST(values_are_alternatives)
{
	scoped(arena) *arena = arena_new(0);
	struct filters f = parse(arena, "{\"id\":[\"abc\",\"def\"]}");

	ASSERT(filters_exact(&f, "id", "abc"));
	ASSERT(!filters_exact(&f, "id", "abcd"));
	ASSERT(filters_prefix(&f, "id", "defg"));
	ASSERT(!filters_prefix(&f, "id", "de"));
	ASSERT(filters_exact(&f, "other", "anything"));
}

static bool
regexp(const char *json, const char *text)
{
	scoped(arena) *arena = arena_new(0);
	struct filters f = parse(arena, json);

	return filters_regexp(&f, "name", text);
}

TEST(names_are_matched_as_expressions)
{
	ASSERT(regexp("{\"name\":[\"^/?web\"]}", "/web-1"));
	ASSERT(regexp("{\"name\":[\"eb\"]}", "/web-1"));
	ASSERT(regexp("{\"name\":[\"web-\\\\d+$\"]}", "/web-12"));
	ASSERT(!regexp("{\"name\":[\"^web$\"]}", "/web-1"));
	ASSERT(regexp("{\"name\":[\"nope\",\"(web|app)-[0-9]{1,2}\"]}", "/app-7"));
	ASSERT(regexp("{\"name\":[\"web.1\"]}", "web.1"));
}

TEST(an_expression_that_cannot_be_used_fits_only_itself)
{
	ASSERT(!regexp("{\"name\":[\"(\"]}", "x"));
	ASSERT(!regexp("{\"name\":[\"(.*)\\\\1\"]}", "xx"));
	ASSERT(regexp("{\"name\":[\"a(b\"]}", "a(b"));
}

static bool
labels(const char *json)
{
	scoped(arena) *arena = arena_new(0);
	struct json_member items[] = {{"k", "v"}, {"orc", "1"}, {"empty", ""}};
	struct json_map map = {items, 3, true};
	struct filters f = parse(arena, json);

	return filters_labels(&f, &map);
}

TEST(labels_must_all_fit)
{
	ASSERT(labels("{}"));
	ASSERT(labels("{\"label\":[\"k\"]}"));
	ASSERT(labels("{\"label\":[\"k=v\",\"orc=1\"]}"));
	ASSERT(labels("{\"label\":[\"empty=\"]}"));
	ASSERT(!labels("{\"label\":[\"k=x\"]}"));
	ASSERT(!labels("{\"label\":[\"k=v\",\"none\"]}"));
	ASSERT(!labels("{\"label\":[\"k=\"]}"));
	ASSERT(!labels("{\"label!\":[\"k\"]}"));
	ASSERT(labels("{\"label!\":[\"k=x\"]}"));
	ASSERT(labels("{\"label\":[\"orc\"],\"label!\":[\"none\"]}"));
}

TEST(booleans)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct filters f = parse(
		arena, "{\"a\":[\"true\"],\"b\":[\"0\"],\"c\":[\"x\"],\"d\":[\"1\",\"0\"]}");
	bool v;

	ASSERT_OK(filters_bool(&f, "a", false, &v, &e));
	ASSERT(v);
	ASSERT_OK(filters_bool(&f, "b", true, &v, &e));
	ASSERT(!v);
	ASSERT_OK(filters_bool(&f, "none", true, &v, &e));
	ASSERT(v);
	ASSERT(filters_bool(&f, "d", true, &v, NULL) < 0);
	ASSERT(filters_bool(&f, "c", true, &v, &e) < 0);
	ASSERT_STR(error_message(&e), "invalid filter 'c=[x]'");
}
