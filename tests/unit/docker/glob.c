#include "test.h"

#include "docker/glob.h"

#include <errno.h>

TEST(patterns_match_as_gos_path_match)
{
	static const struct {
		const char *pattern, *name;
		int expected;
	} cases[] = {
		{"abc", "abc", 1},
		{"abc", "abcd", 0},
		{"abcd", "abc", 0},
		{"", "", 1},
		{"", "a", 0},
		{"*", "", 1},
		{"*", "abc", 1},
		{"*", "a/b", 0},
		{"*/*", "a/b", 1},
		{"*c", "abc", 1},
		{"a*", "a", 1},
		{"a*", "ab/c", 0},
		{"a*/b", "abc/b", 1},
		{"a*/b", "a/c/b", 0},
		{"a*b*c*d*e*/f", "axbxcxdxe/f", 1},
		{"a*b*c*d*e*/f", "axbxcxdxexxx/fff", 0},
		{"a*b?c*x", "abxbbxdbxebxczzx", 1},
		{"a*b?c*x", "abxbbxdbxebxczzy", 0},
		{"ab[c]", "abc", 1},
		{"ab[b-d]", "abc", 1},
		{"ab[e-g]", "abc", 0},
		{"ab[^c]", "abc", 0},
		{"ab[^e-g]", "abc", 1},
		{"a\\*b", "a*b", 1},
		{"a\\*b", "ab", 0},
		{"a?b", "axb", 1},
		{"a?b", "a/b", 0},
		{"a[^a]b", "a/b", 0},
		{"[\\]a]", "]", 1},
		{"[\\-]", "-", 1},
		{"[x\\-]", "x", 1},
		{"[x\\-]", "z", 0},
		{"[a-b-c]", "a", -EINVAL},
		{"[", "a", -EINVAL},
		{"[^", "a", -EINVAL},
		{"[^bc", "a", -EINVAL},
		{"a[", "a", -EINVAL},
		{"a[", "ab", -EINVAL},
		{"[]a]", "]", -EINVAL},
		{"[-]", "-", -EINVAL},
		{"[a-]", "a", -EINVAL},
		{"a\\", "a", -EINVAL},
		{"*x", "xxx", 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int r = glob_match(cases[i].pattern, cases[i].name);

		if (r != cases[i].expected)
			test_fail(__FILE__, __LINE__, "%s on %s is %d", cases[i].pattern,
				cases[i].name, r);
	}
}

/* Would take years if every star were tried against every other. */
TEST(many_stars_are_cheap)
{
	char pattern[401], name[10001];

	for (size_t i = 0; i < sizeof(pattern) - 1; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[sizeof(pattern) - 2] = 'b';
	pattern[sizeof(pattern) - 1] = '\0';
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ASSERT_EQ(glob_match(pattern, name), 0);
}
