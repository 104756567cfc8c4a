#include "base/time.h"

#include "base/attr.h"
#include "test.h"

#include <errno.h>

#define SECOND NSEC_PER_SEC
#define HOUR (3600 * SECOND)

TEST(time_usec_add_saturates)
{
	ASSERT_EQ(usec_add(1, 2), 3);
	ASSERT(usec_add(USEC_INFINITY, 1) == USEC_INFINITY);
	ASSERT(usec_add(1, USEC_INFINITY) == USEC_INFINITY);
	ASSERT(usec_add(USEC_INFINITY - 1, 5) == USEC_INFINITY);
	ASSERT(usec_add(USEC_INFINITY - 1, 1) == USEC_INFINITY);
}

TEST(time_rfc3339_texts)
{
	static const struct {
		int64_t ns;
		const char *text, *fixed;
	} cases[] = {
		{0, "0001-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z"},
		{1, "1970-01-01T00:00:00.000000001Z", "1970-01-01T00:00:00.000000001Z"},
		{SECOND, "1970-01-01T00:00:01Z", "1970-01-01T00:00:01.000000000Z"},
		{1767323045678901234, "2026-01-02T03:04:05.678901234Z",
			"2026-01-02T03:04:05.678901234Z"},
		{1767323045600000000, "2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600000000Z"},
		{1767323050000000000, "2026-01-02T03:04:10Z", "2026-01-02T03:04:10.000000000Z"},
		{-1, "1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999999Z"},
		{INT64_MAX, "2262-04-11T23:47:16.854775807Z", "2262-04-11T23:47:16.854775807Z"},
		{INT64_MIN, "1677-09-21T00:12:43.145224192Z", "1677-09-21T00:12:43.145224192Z"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[TIME_TEXT_SIZE];

		time_rfc3339(cases[i].ns, out);
		ASSERT_STR(out, cases[i].text);
		time_rfc3339_fixed(cases[i].ns, out);
		ASSERT_STR(out, cases[i].fixed);
	}
}

TEST(time_parse_rfc3339_accepts)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{"1970-01-01T00:00:01Z", SECOND},
		{"1970-01-01t00:00:01z", SECOND},
		{"2026-01-02T03:04:05.678901234Z", 1767323045678901234},
		{"2026-01-02T03:04:05.6789012345Z", 1767323045678901234},
		{"2026-01-02T03:04:05.6+00:00", 1767323045600000000},
		{"2026-01-02T05:34:05+02:30", 1767323045000000000},
		{"2026-01-01T22:04:05-05:00", 1767323045000000000},
		{"2026-01-02T03:04:05", 1767323045000000000},
		{"2026-01-02T03:04", 1767323040000000000},
		{"2026-01-02", 1767312000000000000},
		{"2024-02-29", 1709164800000000000},
		{"2000-02-29", 951782400000000000},
		{"0001-01-01T00:00:00Z", 0},
		{"1969-12-31T23:59:59.5Z", -500000000},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t ns;

		ASSERT_OK(time_parse_rfc3339(cases[i].text, &ns));
		ASSERT_EQ(ns, cases[i].ns);
	}
}

TEST(time_parse_rfc3339_refuses)
{
	static const char *const wrong[] = {"", "x", "2026", "2026-1-02", "2026-13-01",
		"2026-00-01", "2026-01-32", "2026-01-00", "2026-02-29", "1900-02-29", "2026-04-31",
		"2026-01-02T", "2026-01-02T24:00:00Z", "2026-01-02T03:60:00Z",
		"2026-01-02T03:04:60Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05ZZ",
		"2026-01-02T03:04:05+2:00", "2026-01-02T03:04:05+02", "2026-01-02T03:04:05+24:00",
		"2026-01-02T03:04:05+02:60", "2026-01-02 03:04:05Z", " 2026-01-02", "2263-01-01",
		"1677-01-01", "9999-12-31T23:59:59Z", "2026-01-02T03:"};
	int64_t ns = 42;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (time_parse_rfc3339(wrong[i], &ns) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken", wrong[i]);
	ASSERT_EQ(ns, 42);
}

TEST(time_parse_duration_accepts)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{"0", 0},
		{"-0", 0},
		{"1s", SECOND},
		{"+1s", SECOND},
		{"-1s", -SECOND},
		{"300ms", 300000000},
		{"1h2m3.5s", HOUR + 123500000000},
		{"1.5h", HOUR + HOUR / 2},
		{".5s", 500000000},
		{"1.s", SECOND},
		{"7ns", 7},
		{"7us", 7000},
		{"7\u00b5s", 7000},
		{"7\u03bcs", 7000},
		{"0.3333333333333333333h", 1199999998800},
		{"2562047h47m16.854775807s", INT64_MAX},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t ns;

		ASSERT_OK(time_parse_duration(cases[i].text, &ns));
		ASSERT_EQ(ns, cases[i].ns);
	}
}

TEST(time_parse_duration_refuses)
{
	static const char *const wrong[] = {"", "1", "-", "+", "s", ".s", ".", "1d", "1 s", " 1s",
		"1s ", "1h-2m", "--1s", "00", "1.2.3s", "2562048h", "9223372036854775808ns",
		"99999999999999999999s"};
	int64_t ns = 42;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (time_parse_duration(wrong[i], &ns) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken", wrong[i]);
	ASSERT_EQ(ns, 42);
}

TEST(time_parse_query_reads_three_forms)
{
	const int64_t now = 1000 * SECOND;
	int64_t ns;

	ASSERT_OK(time_parse_query("1136073600", now, &ns));
	ASSERT_EQ(ns, 1136073600 * SECOND);
	ASSERT_OK(time_parse_query("1136073600.000000001", now, &ns));
	ASSERT_EQ(ns, 1136073600 * SECOND + 1);
	ASSERT_OK(time_parse_query("1.5", now, &ns));
	ASSERT_EQ(ns, SECOND + SECOND / 2);
	ASSERT_OK(time_parse_query("0", now, &ns));
	ASSERT_EQ(ns, 0);
	ASSERT_OK(time_parse_query("1970-01-01T00:00:01Z", now, &ns));
	ASSERT_EQ(ns, SECOND);
	ASSERT_OK(time_parse_query("10m", now, &ns));
	ASSERT_EQ(ns, 400 * SECOND);
	ASSERT_OK(time_parse_query("-10s", now, &ns));
	ASSERT_EQ(ns, 1010 * SECOND);
}

TEST(time_parse_query_refuses)
{
	static const char *const wrong[] = {"", "x", "1.", ".5", "1.x", "1 ", "9223372037", "10x",
		"99999999999999999999999999"};
	int64_t ns = 42;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (time_parse_query(wrong[i], 0, &ns) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken", wrong[i]);
	ASSERT_EQ(time_parse_query("1h", INT64_MIN, &ns), -EINVAL);
	ASSERT_EQ(ns, 42);
}

TEST(time_human_texts)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{-5 * SECOND, "Less than a second"},
		{0, "Less than a second"},
		{450000000, "Less than a second"},
		{SECOND, "1 second"},
		{2 * SECOND - 1, "1 second"},
		{47 * SECOND, "47 seconds"},
		{59 * SECOND, "59 seconds"},
		{60 * SECOND, "About a minute"},
		{119 * SECOND, "About a minute"},
		{120 * SECOND, "2 minutes"},
		{59 * 60 * SECOND, "59 minutes"},
		{HOUR, "About an hour"},
		{HOUR + 29 * 60 * SECOND, "About an hour"},
		{HOUR + 31 * 60 * SECOND, "2 hours"},
		{3 * HOUR, "3 hours"},
		{47 * HOUR, "47 hours"},
		{48 * HOUR, "2 days"},
		{32 * 24 * HOUR, "4 weeks"},
		{13 * 24 * HOUR, "13 days"},
		{14 * 24 * HOUR, "2 weeks"},
		{59 * 24 * HOUR, "8 weeks"},
		{60 * 24 * HOUR, "2 months"},
		{729 * 24 * HOUR, "24 months"},
		{730 * 24 * HOUR, "2 years"},
		{INT64_MAX, "292 years"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[TIME_HUMAN_SIZE];

		time_human(cases[i].ns, out);
		ASSERT_STR(out, cases[i].text);
	}
}
