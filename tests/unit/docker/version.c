#include "docker/version.h"

#include "test.h"

#include "base/str.h"

TEST(versions_are_scanned)
{
	static const struct {
		const char *text, *rest;
		int number;
	} cases[] = {
		{"1.44/info", "/info", 144},
		{"1.24", "", 124},
		{"1.4/x", "/x", 104},
		{"4.0.0/libpod", "/libpod", 400},
		{"1.100", "", 199},
		{"1", NULL, 0},
		{"1.", NULL, 0},
		{".4", NULL, 0},
		{"1.44.", NULL, 0},
		{"12345.1", NULL, 0},
		{"", NULL, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int number = 0;
		const char *rest = api_version_scan(cases[i].text, &number);

		ASSERT_EQ(rest != NULL, cases[i].rest != NULL);
		if (rest) {
			ASSERT_STR(rest, cases[i].rest);
			ASSERT_EQ(number, cases[i].number);
		}
	}
}

TEST(versions_outside_the_window_are_refused)
{
	static const struct {
		const char *text, *error;
		int number;
	} cases[] = {
		{"", NULL, API_VERSION_MAX},
		{"1.24", NULL, 124},
		{"1.44", NULL, 144},
		{"1.45", "client version 1.45 is too new. Maximum supported API version is 1.44",
			0},
		{"1.23",
			"client version 1.23 is too old. Minimum supported API version is 1.24, "
			"please upgrade your client to a newer version",
			0},
		{"1.44x", "\"1.44x\" is no API version", 0},
		{"new", "\"new\" is no API version", 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_error e = {0};
		int number;
		int r = api_version_check(cases[i].text, &number, &e);

		ASSERT_EQ(r < 0, cases[i].error != NULL);
		if (r < 0)
			ASSERT_STR(error_message(&e), cases[i].error);
		else
			ASSERT_EQ(number, cases[i].number);
	}
}
