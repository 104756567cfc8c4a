#include "test.h"

#include "docker/regexp.h"

#include <errno.h>

TEST(expressions_match_as_in_go)
{
	static const struct {
		const char *pattern, *text;
		int expected;
	} cases[] = {
		{"", "", 1},
		{"", "abc", 1},
		{"b", "abc", 1},
		{"x", "abc", 0},
		{"^b", "abc", 0},
		{"^a", "abc", 1},
		{"c$", "abc", 1},
		{"b$", "abc", 0},
		{"^abc$", "abc", 1},
		{"^$", "", 1},
		{"^$", "a", 0},
		{"a.c", "abc", 1},
		{"a.c", "a\nc", 0},
		{"a\\.c", "abc", 0},
		{"a\\.c", "a.c", 1},
		{"^a*$", "", 1},
		{"^a*$", "aaaa", 1},
		{"^a*$", "aab", 0},
		{"^a+$", "", 0},
		{"^a+$", "aaa", 1},
		{"^ab?c$", "ac", 1},
		{"^ab?c$", "abc", 1},
		{"^ab?c$", "abbc", 0},
		{"^(ab)+$", "abab", 1},
		{"^(ab)+$", "aba", 0},
		{"^(?:a|bc|def)$", "bc", 1},
		{"^(a|bc|def)$", "def", 1},
		{"^(a|bc|def)$", "de", 0},
		{"^(a|)$", "", 1},
		{"a|b", "xxb", 1},
		{"^a{3}$", "aaa", 1},
		{"^a{3}$", "aa", 0},
		{"^a{3}$", "aaaa", 0},
		{"^a{2,}$", "aaaaa", 1},
		{"^a{2,}$", "a", 0},
		{"^a{1,3}$", "aaa", 1},
		{"^a{1,3}$", "aaaa", 0},
		{"^a{0}b$", "b", 1},
		{"^(a{2}){2}$", "aaaa", 1},
		{"^(a{2}){2}$", "aaa", 0},
		{"^a{,2}$", "a{,2}", 1},
		{"^{x}$", "{x}", 1},
		{"^[abc]+$", "cab", 1},
		{"^[a-c]+$", "abd", 0},
		{"^[^a-c]+$", "xyz", 1},
		{"^[]a]+$", "]a", 1},
		{"^[a-]+$", "a-", 1},
		{"^[\\d-]+$", "1-2", 1},
		{"^[[:alpha:]_]+$", "ab_", 1},
		{"^[[:digit:]]$", "a", 0},
		{"^\\d+$", "123", 1},
		{"^\\D+$", "123", 0},
		{"^\\w+$", "a_1", 1},
		{"^\\w+$", "a-1", 0},
		{"^\\s$", "\t", 1},
		{"^\\S$", " ", 0},
		{"\\bweb\\b", "my web app", 1},
		{"\\bweb\\b", "cobweb", 0},
		{"^a.*?b$", "axxb", 1},
		{"^a+?$", "aa", 1},
		{"^a??$", "a", 1},
		{"^(a*)*$", "aaa", 1},
		{"^(a*)+$", "b", 0},
		{"^(a|b*)*c$", "abbac", 1},
		{"x*", "", 1},
		{"[^a]", "\xff", 1},
		{"\xc3\xa4",
			"n\xc3\xa4"
			"e",
			1},
		{"^/?web-[0-9]{1,3}$", "/web-12", 1},
		{"^/?web-[0-9]{1,3}$", "/web-1234", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int r = regexp_search(cases[i].pattern, cases[i].text);

		if (r != cases[i].expected)
			test_fail(__FILE__, __LINE__, "%s on %s is %d", cases[i].pattern,
				cases[i].text, r);
	}
}

TEST(what_cannot_be_used_is_refused)
{
	static const char *const patterns[] = {"(", ")", "a)", "(a", "[", "[a", "[^", "[]", "[b-a]",
		"[[:nope:]]", "*", "+a", "?", "a**", "a++", "a|*", "\\", "\\1", "\\pL", "(?i)a",
		"(?P<n>a)", "a{1001}", "a{2,1}", "((a{100}){100}){100}", "[\\", "[a\\"};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		if (regexp_search(patterns[i], "a") != -EINVAL)
			test_fail(__FILE__, __LINE__, "%s was accepted", patterns[i]);
}

TEST(deep_groups_are_refused)
{
	char pattern[4001];

	memset(pattern, '(', 2000);
	memset(pattern + 2000, ')', 2000);
	pattern[4000] = '\0';
	ASSERT_EQ(regexp_search(pattern, "a"), -EINVAL);
}

/* Each of these takes an engine that goes back until the end of time. */
TEST(hostile_expressions_are_cheap)
{
	char text[5001];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ASSERT_EQ(regexp_search("^(a*)*b$", text), 0);
	ASSERT_EQ(regexp_search("^(a|a)*b$", text), 0);
	ASSERT_EQ(regexp_search("(((a*)*)*)*b", text), 0);
	ASSERT_EQ(regexp_search("a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b", text), 0);
}
