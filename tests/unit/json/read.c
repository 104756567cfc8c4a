#include "sample.h"
#include "test.h"

#include "json/read.h"
#include "json/write.h"

#include <stdlib.h>

#define FULL                                                                                  \
	"{\"Memory\":64,\"OOM\":true,\"Flag\":true,\"FlagPtr\":false,\"Number\":-1,"          \
	"\"NumberPtr\":7,\"Size\":18446744073709551615,\"Pair\":[24,80],\"Uints\":[1,2],"     \
	"\"Ratio\":0.5,\"Text\":\"t\",\"TextPtr\":\"p\",\"Time\":\"2001-09-09T01:46:40.5Z\"," \
	"\"Strings\":[\"a\",\"b\"],\"Rows\":[[\"a\",\"b\"],[]],"                              \
	"\"Leaf\":{\"Name\":\"l\",\"Size\":5},\"LeafPtr\":{\"Name\":\"x\",\"Size\":1},"       \
	"\"Leaves\":[{\"Name\":\"x\",\"Size\":1},{\"Name\":\"y\"}],"                          \
	"\"Labels\":{\"a\":\"2\",\"z\":\"1\"},\"Counts\":{\"c\":3},"                          \
	"\"Objects\":{\"n\":null,\"o\":{\"Name\":\"y\"}},"                                    \
	"\"Lists\":{\"80/tcp\":[{\"Name\":\"x\",\"Size\":1}],\"81/tcp\":null},"               \
	"\"Set\":{\"k\":{}},\"Raw\":{\"q\":[1,2.50,\"x\",null,true]}}"

static void
assert_reads_as(const char *text, const char *expected)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct sample s = {0};
	char *out;

	if (json_read(arena, text, strlen(text), &sample_type, &s, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error_message(&e));
	out = json_text(&sample_type, &s, 0);
	ASSERT_STR(out, expected);
	free(out);
}

static void
assert_fails(const char *text, const char *message)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct sample s = {0};

	if (json_read(arena, text, strlen(text), &sample_type, &s, &e) >= 0)
		test_fail(__FILE__, __LINE__, "%s was accepted", text);
	ASSERT_STR(error_message(&e), message);
	ASSERT_EQ(e.kind, ERROR_INVALID);
}

TEST(what_is_written_reads_back)
{
	assert_reads_as(FULL, FULL);
}

TEST(null_leaves_a_member_as_it_is)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct sample s = {.number = 5, .text = "kept"};
	const char text[] = "{\"Number\":null,\"Text\":null,\"Flag\":true}";

	ASSERT_OK(json_read(arena, text, strlen(text), &sample_type, &s, &e));
	ASSERT_EQ(s.number, 5);
	ASSERT_STR(s.text, "kept");
	ASSERT(s.flag);
	ASSERT_OK(json_read(arena, "null", 4, &sample_type, &s, &e));
}

TEST(names_match_without_case_and_unknown_ones_are_ignored)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct sample s = {0};
	const char text[] =
		" {\"nUMBER\":1,\"memory\":3,\"Nonesuch\":{\"x\":[1]},\"Number\":2}\r\n";

	ASSERT_OK(json_read(arena, text, strlen(text), &sample_type, &s, &e));
	ASSERT_EQ(s.number, 2);
	ASSERT_EQ(s.common.memory, 3);
}

TEST(lenient_forms_where_the_table_says_so)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct sample s = {0};
	const char text[] = "{\"Strings\":\"one\",\"Text\":15}";

	ASSERT_OK(json_read(arena, text, strlen(text), &sample_type, &s, &e));
	ASSERT_STR(s.strings[0], "one");
	ASSERT(!s.strings[1]);
	ASSERT_STR(s.text, "15");
	assert_fails("{\"TextPtr\":15}",
		"json: cannot unmarshal number 15 into field TextPtr of type string");
}

TEST(wrong_types_say_where)
{
	assert_fails("{\"Memory\":\"x\"}",
		"json: cannot unmarshal string into field Memory of type integer");
	assert_fails("{\"Leaf\":{\"Size\":1.5}}",
		"json: cannot unmarshal number 1.5 into field Leaf.Size of type integer");
	assert_fails("{\"leaves\":[{\"Name\":[]}]}",
		"json: cannot unmarshal array into field Leaves.Name of type string");
	assert_fails("{\"Lists\":{\"80/tcp\":{}}}",
		"json: cannot unmarshal object into field Lists.80/tcp of type list");
	assert_fails("{\"Set\":{\"k\":1}}",
		"json: cannot unmarshal number 1 into field Set.k of type empty object");
	assert_fails("{\"Size\":-1}",
		"json: cannot unmarshal number -1 into field Size of type unsigned integer");
	assert_fails("{\"Time\":\"\"}",
		"json: cannot unmarshal string into field Time of type RFC 3339 time");
	assert_fails("[]", "json: cannot unmarshal array into field (top) of type Sample");
	assert_fails("{\"Number\":9223372036854775808}",
		"json: cannot unmarshal number 9223372036854775808 into field Number of type "
		"integer");
}

TEST(syntax_errors_have_gos_words)
{
	assert_fails("", "EOF");
	assert_fails(" \n", "EOF");
	assert_fails("{\"Image\":", "unexpected EOF");
	assert_fails("{", "unexpected EOF");
	assert_fails("\"abc", "unexpected EOF");
	assert_fails("tru", "unexpected EOF");
	assert_fails("x=1", "invalid character 'x' looking for beginning of value");
	assert_fails("{x}", "invalid character 'x' looking for beginning of object key string");
	assert_fails("{\"a\" 1}", "invalid character '1' after object key");
	assert_fails("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair");
	assert_fails("[1 2]", "invalid character '2' after array element");
	assert_fails("{} x", "invalid character 'x' after top-level value");
	assert_fails("{}{}", "invalid character '{' after top-level value");
	assert_fails("\x01", "invalid character '\\x01' looking for beginning of value");
}

TEST(what_is_not_json_is_refused)
{
	static const char *const texts[] = {"[1,]", "{\"a\":1,}", "[,]", "/* x */1", "nan", "NaN",
		"Infinity", "01", "1.", "+1", "'a'", "{'a':1}", "[1", "\"\\x\"", "\"\\u12g4\"",
		"{\"a\":}", "TRUE", "-", "\"\n\"", "1 2"};
	scoped(arena) *arena = arena_new(0);

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		scoped_error e = {0};
		struct json_node node;

		if (json_parse(arena, texts[i], strlen(texts[i]), &node, &e) >= 0)
			test_fail(__FILE__, __LINE__, "%s was accepted", texts[i]);
		ASSERT_EQ(e.kind, ERROR_INVALID);
	}
}

TEST(nul_in_a_string_is_refused)
{
	assert_fails("{\"Text\":\"a\\u0000b\"}", "json: string contains a NUL character");
}

static void
assert_depth(int depth, bool accepted)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct json_node node;
	char text[1000];

	memset(text, '[', (size_t)depth);
	memset(text + depth, ']', (size_t)depth);
	ASSERT_EQ(json_parse(arena, text, (size_t)depth * 2, &node, &e) >= 0, accepted);
	if (!accepted)
		ASSERT_STR(error_message(&e), "exceeded max depth");
}

TEST(depth_is_limited)
{
	assert_depth(60, true);
	assert_depth(100, false);
}

TEST(an_arena_with_a_maximum_limits_the_document)
{
	scoped(arena) *arena = arena_new(10000);
	scoped_error e = {0};
	struct json_node node;
	static char text[20003];

	memset(text, 'x', sizeof(text));
	text[0] = text[20001] = '"';
	ASSERT(json_parse(arena, text, 20002, &node, &e) < 0);
	ASSERT_EQ(e.kind, ERROR_TOO_LARGE);
}

TEST(the_number_of_objects_is_limited)
{
	size_t n = 2 * (JSON_MAX_CONTAINERS + 10);
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct json_node node;
	char *text = malloc(n);

	memset(text, '[', n);
	ASSERT(json_parse(arena, text, n, &node, &e) < 0);
	ASSERT_EQ(e.kind, ERROR_TOO_LARGE);
	free(text);
}

TEST(lists_of_objects)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct json_list list;
	const char text[] = "[{\"Name\":\"a\"},null,{\"Size\":3}]";
	const struct leaf *leaves;

	ASSERT_OK(json_read_list(arena, text, strlen(text), &leaf_type, &list, &e));
	ASSERT_EQ(list.n, 3);
	leaves = list.items;
	ASSERT_STR(leaves[0].name, "a");
	ASSERT_EQ(leaves[2].size, 3);
}

TEST(trees_keep_strings_and_numbers)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct json_node root;
	const struct json_node *a;
	const char text[] = "{\"a\":[1.250,\"\\u00e4\\\"\",false],\"b\":-9007199254740993}";

	ASSERT_OK(json_parse(arena, text, strlen(text), &root, &e));
	a = json_node_get(&root, "a");
	ASSERT_EQ(a->kind, NODE_ARRAY);
	ASSERT_EQ(a->n, 3);
	ASSERT_STR(a->items[0].text, "1.250");
	ASSERT_STR(a->items[1].text, "\xc3\xa4\"");
	ASSERT_EQ(a->items[2].kind, NODE_BOOL);
	ASSERT_STR(json_node_get(&root, "b")->text, "-9007199254740993");
	ASSERT(!json_node_get(&root, "c"));
}

TEST(a_copy_shares_nothing)
{
	scoped(arena) *copies = arena_new(0);
	scoped_error e = {0};
	struct sample copy;
	char *text;

	{
		scoped(arena) *arena = arena_new(0);
		struct sample s = {0};

		ASSERT_OK(json_read(arena, FULL, strlen(FULL), &sample_type, &s, &e));
		json_copy(copies, &sample_type, &s, &copy);
	}
	text = json_text(&sample_type, &copy, 0);
	ASSERT_STR(text, FULL);
	free(text);
}
