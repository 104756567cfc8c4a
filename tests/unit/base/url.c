#include "base/url.h"

#include "base/str.h"
#include "test.h"

#include <errno.h>

static char *
decode(struct arena *arena, const char *s, bool plus)
{
	return url_decode(arena, s, strlen(s), plus, NULL);
}

TEST(url_decode_escapes)
{
	scoped(arena) *arena = arena_new(0);

	ASSERT_STR(decode(arena, "", false), "");
	ASSERT_STR(decode(arena, "a%2Fb%2fc", false), "a/b/c");
	ASSERT_STR(decode(arena, "%C3%A4", false), "\u00e4");
	ASSERT_STR(decode(arena, "a+b", false), "a+b");
	ASSERT_STR(decode(arena, "a+b%2B", true), "a b+");
	ASSERT_STR(url_decode(arena, "abcdef", 3, false, NULL), "abc");
}

TEST(url_decode_refuses)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"a%", "invalid URL escape \"%\""},
		{"a%4", "invalid URL escape \"%4\""},
		{"%zz%41", "invalid URL escape \"%zz\""},
		{"%4g", "invalid URL escape \"%4g\""},
		{"a%00b", "invalid URL escape \"%00\""},
	};
	scoped(arena) *arena = arena_new(0);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_error e = {0};

		ASSERT(url_decode(arena, cases[i].text, strlen(cases[i].text), false, &e) == NULL);
		ASSERT_EQ(e.kind, ERROR_INVALID);
		ASSERT_STR(e.message, cases[i].message);
	}
	ASSERT(url_decode(arena, "a\0b", 3, false, NULL) == NULL);
	ASSERT(url_decode(arena, "%41", 2, false, NULL) == NULL);
}

TEST(url_decode_keeps_to_the_arena)
{
	scoped(arena) *arena = arena_new(64);
	scoped_error e = {0};
	char text[100];

	memset(text, 'a', sizeof(text));
	ASSERT(url_decode(arena, text, sizeof(text), false, &e) == NULL);
	ASSERT_EQ(e.kind, ERROR_TOO_LARGE);
	text[sizeof(text) - 1] = '\0';
	ASSERT_EQ(query_parse(arena, text, &(struct query){0}, NULL), -ENOBUFS);
}

TEST(url_encode_is_undone_by_decode)
{
	scoped(arena) *arena = arena_new(0);
	char all[256];
	scoped_buf out;

	for (int i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	buf_init(&out, 1000);
	ASSERT_OK(url_encode(&out, all));
	ASSERT_STR(decode(arena, out.data, true), all);
	buf_clear(&out);
	ASSERT_OK(url_encode(&out, "az09-._~ /\u00e4"));
	ASSERT_STR(out.data, "az09-._~%20%2F%C3%A4");
}

TEST(url_encode_refuses_over_the_maximum)
{
	scoped_buf out;

	buf_init(&out, 4);
	ASSERT_EQ(url_encode(&out, "a //"), -ENOBUFS);
}

TEST(query_parse_pairs_in_order)
{
	scoped(arena) *arena = arena_new(0);
	struct query q;

	ASSERT_OK(query_parse(arena, "all=1&&a+b=%3D%26&flag&empty=&all=2&x=y=z&", &q, NULL));
	ASSERT_EQ(q.n, 6);
	ASSERT_STR(q.pairs[0].key, "all");
	ASSERT_STR(q.pairs[4].value, "2");
	ASSERT_STR(query_get(&q, "all"), "1");
	ASSERT_STR(query_get(&q, "a b"), "=&");
	ASSERT_STR(query_get(&q, "flag"), "");
	ASSERT_STR(query_get(&q, "empty"), "");
	ASSERT_STR(query_get(&q, "x"), "y=z");
	ASSERT(query_get(&q, "ALL") == NULL);
}

TEST(query_parse_nothing)
{
	scoped(arena) *arena = arena_new(0);
	struct query q;

	ASSERT_OK(query_parse(arena, "", &q, NULL));
	ASSERT_EQ(q.n, 0);
	ASSERT_OK(query_parse(arena, "&&", &q, NULL));
	ASSERT_EQ(q.n, 0);
	ASSERT(query_get(&q, "") == NULL);
}

TEST(query_parse_refuses)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"a=1;b=2", "invalid semicolon separator in query"},
		{"a=1&b=%", "invalid URL escape \"%\""},
		{"%zz=1", "invalid URL escape \"%zz\""},
		{"a=%00", "invalid URL escape \"%00\""},
	};
	scoped(arena) *arena = arena_new(0);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_error e = {0};
		struct query q;

		ASSERT_EQ(query_parse(arena, cases[i].text, &q, &e), -EINVAL);
		ASSERT_EQ(e.kind, ERROR_INVALID);
		ASSERT_STR(e.message, cases[i].message);
	}
}

TEST(query_parse_limits_the_pairs)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct query q;
	scoped_buf text;

	buf_init(&text, 10000);
	for (int i = 0; i < 1000; i++)
		buf_puts(&text, "a=b&");
	ASSERT_OK(query_parse(arena, text.data, &q, &e));
	ASSERT_EQ(q.n, 1000);
	buf_puts(&text, "a");
	ASSERT_EQ(query_parse(arena, text.data, &q, &e), -E2BIG);
	ASSERT_EQ(e.kind, ERROR_TOO_LARGE);
}
