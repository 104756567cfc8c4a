#include "base/str.h"

#include "base/scope.h"
#include "test.h"

TEST(strv_push_and_len)
{
	scoped_strv v = NULL;

	ASSERT_EQ(strv_len(NULL), 0);
	ASSERT_OK(strv_push(&v, "a"));
	ASSERT_OK(strv_push(&v, ""));
	ASSERT_EQ(strv_len(v), 2);
	ASSERT_STR(v[0], "a");
	ASSERT_STR(v[1], "");
	ASSERT(v[2] == NULL);
}

TEST(strv_has_and_copy)
{
	scoped_strv v = strv_split("a,b", ',');
	scoped_strv copy = strv_copy(v);

	ASSERT(strv_has(v, "b") && !strv_has(v, "c") && !strv_has(NULL, "a"));
	ASSERT_EQ(strv_len(copy), 2);
	ASSERT(copy[0] != v[0]);
	ASSERT_STR(copy[1], "b");
	ASSERT(strv_copy(NULL) == NULL);
}

static void
assert_split_and_join(const char *text, size_t n)
{
	scoped_strv v = strv_split(text, ',');
	scoped_free char *joined = strv_join(v, ",");

	ASSERT_EQ(strv_len(v), n);
	ASSERT_STR(joined, text);
}

TEST(strv_split_and_join_are_inverse)
{
	assert_split_and_join("", 0);
	assert_split_and_join("a", 1);
	assert_split_and_join("a,b", 2);
	assert_split_and_join("a,,b,", 4);
	assert_split_and_join(",", 2);
}

TEST(strv_join_of_nothing)
{
	scoped_free char *joined = strv_join(NULL, ", ");

	ASSERT_STR(joined, "");
}
