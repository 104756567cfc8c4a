#include "base/str.h"

#include "test.h"

#include <errno.h>

TEST(str_equality)
{
	ASSERT(str_eq("a", "a") && !str_eq("a", "b") && !str_eq("a", "A"));
	ASSERT(str_eq(NULL, NULL) && !str_eq(NULL, "") && !str_eq("", NULL));
	ASSERT(str_ieq("Content-Length", "content-length") && !str_ieq("a", "ab"));
	ASSERT(str_ieq(NULL, NULL) && !str_ieq(NULL, "a") && !str_ieq("a", NULL));
}

TEST(str_ends_of_strings)
{
	ASSERT(str_starts("sha256:ab", "sha256:") && str_starts("a", "") && !str_starts("a", "ab"));
	ASSERT(str_ends("a.tar", ".tar") && str_ends("a", "") && !str_ends("r", ".tar"));
	ASSERT(!str_ends("a.tart", ".tar"));
}

TEST(str_emptiness)
{
	ASSERT(str_empty(NULL) && str_empty("") && !str_empty(" "));
	ASSERT_STR(str_or("", "b"), "b");
	ASSERT_STR(str_or(NULL, "b"), "b");
	ASSERT_STR(str_or("a", "b"), "a");
}

TEST(str_to_i64_whole_numbers_only)
{
	static const char *const wrong[] = {
		"", " 1", "1 ", "+1", "-", "0x10", "1.0", "1e3", "a", "--1"};
	int64_t n = 42;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ASSERT_EQ(str_to_i64(wrong[i], &n), -EINVAL);
	ASSERT_EQ(str_to_i64(NULL, &n), -EINVAL);
	ASSERT_EQ(str_to_i64("9223372036854775808", &n), -ERANGE);
	ASSERT_EQ(n, 42);
	ASSERT_OK(str_to_i64("-9223372036854775808", &n));
	ASSERT_EQ(n, INT64_MIN);
	ASSERT_OK(str_to_i64("007", &n));
	ASSERT_EQ(n, 7);
}

TEST(str_to_u64_has_no_sign)
{
	uint64_t n = 42;

	ASSERT_EQ(str_to_u64("-1", &n), -EINVAL);
	ASSERT_EQ(str_to_u64("18446744073709551616", &n), -ERANGE);
	ASSERT_EQ(n, 42);
	ASSERT_OK(str_to_u64("18446744073709551615", &n));
	ASSERT(n == UINT64_MAX);
}

TEST(str_to_int_keeps_its_range)
{
	int n = 42;

	ASSERT_EQ(str_to_int("65536", 0, 65535, &n), -ERANGE);
	ASSERT_EQ(str_to_int("-1", 0, 65535, &n), -ERANGE);
	ASSERT_EQ(str_to_int("x", 0, 65535, &n), -EINVAL);
	ASSERT_EQ(n, 42);
	ASSERT_OK(str_to_int("65535", 0, 65535, &n));
	ASSERT_EQ(n, 65535);
}

TEST(str_to_double_takes_decimals_only)
{
	static const char *const wrong[] = {
		"", "inf", "nan", "0x1p3", " 1", "1 ", "1.5x", ".", "-", "e5"};
	double d = 42;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ASSERT_EQ(str_to_double(wrong[i], &d), -EINVAL);
	ASSERT_EQ(str_to_double("1e999", &d), -ERANGE);
	ASSERT(d == 42);
	ASSERT_OK(str_to_double("-1.5e2", &d));
	ASSERT(d == -150);
}

TEST(str_to_bool_as_docker)
{
	static const char *const no[] = {
		"", "0", "no", "NO", "false", "False", "none", " none ", "\t"};
	static const char *const yes[] = {"1", "true", "yes", "2", "off", "noo", "falsey"};

	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		ASSERT(!str_to_bool(no[i], true));
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		ASSERT(str_to_bool(yes[i], false));
	ASSERT(str_to_bool(NULL, true) && !str_to_bool(NULL, false));
}

TEST(str_to_bytes_with_units)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} cases[] = {
		{"0", 0},
		{"100", 100},
		{"512b", 512},
		{"10k", 10240},
		{"64m", 67108864},
		{"64M", 67108864},
		{"64MB", 67108864},
		{"64MiB", 67108864},
		{"1g", 1073741824},
		{"1 gb", 1073741824},
		{"1.5k", 1536},
		{"2t", 2199023255552},
		{"1P", 1125899906842624},
	};
	static const char *const wrong[] = {"", "m", "-1", "1x", "1mm", "1 m m", "1  ", " 1", "1e3",
		"0x10", "1ki", "1 ib", ".5k", "1.2.3"};
	int64_t n = 42;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (str_to_bytes(wrong[i], &n) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken", wrong[i]);
	ASSERT_EQ(str_to_bytes(NULL, &n), -EINVAL);
	ASSERT_EQ(str_to_bytes("9223372036854775808", &n), -ERANGE);
	ASSERT_EQ(str_to_bytes("8192p", &n), -ERANGE);
	ASSERT_EQ(n, 42);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ASSERT_OK(str_to_bytes(cases[i].text, &n));
		ASSERT_EQ(n, cases[i].bytes);
	}
}

TEST(str_format_fits_or_fails)
{
	char out[4] = "old";

	ASSERT_OK(str_format(out, sizeof(out), "%s", "abc"));
	ASSERT_STR(out, "abc");
	ASSERT_EQ(str_format(out, sizeof(out), "%s", "abcd"), -ENAMETOOLONG);
	ASSERT_STR(out, "");
}
