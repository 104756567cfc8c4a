#include "base/attr.h"
#include "base/str.h"
#include "base/url.h"
#include "test.h"

#include <errno.h>

TEST(address_unix)
{
	static const char *const texts[] = {"unix:///run/a.sock", "/run/a.sock"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct address a;
		char out[128];

		ASSERT_OK(address_parse(texts[i], &a, NULL));
		ASSERT_EQ(a.kind, ADDRESS_UNIX);
		ASSERT_STR(a.path, "/run/a.sock");
		ASSERT(address_is_local(&a));
		address_format(&a, out, sizeof(out));
		ASSERT_STR(out, "unix:///run/a.sock");
	}
}

TEST(address_tcp)
{
	static const struct {
		const char *text, *host, *formatted;
		uint16_t port;
		bool local;
	} cases[] = {
		{":2375", "", "tcp://:2375", 2375, false},
		{"tcp://:0", "", "tcp://:0", 0, false},
		{"localhost:1", "localhost", "tcp://localhost:1", 1, true},
		{"tcp://LOCALHOST:1", "LOCALHOST", "tcp://LOCALHOST:1", 1, true},
		{"127.0.0.1:80", "127.0.0.1", "tcp://127.0.0.1:80", 80, true},
		{"127.9.8.7:80", "127.9.8.7", "tcp://127.9.8.7:80", 80, true},
		{"tcp://[::1]:65535", "::1", "tcp://[::1]:65535", 65535, true},
		{"[::]:2375", "::", "tcp://[::]:2375", 2375, false},
		{"http://host.example:9100/", "host.example", "tcp://host.example:9100", 9100,
			false},
		{"http://host.example:9100", "host.example", "tcp://host.example:9100", 9100,
			false},
		{"https://host.example:9100", "host.example", "https://host.example:9100", 9100,
			false},
		{"0.0.0.0:2375", "0.0.0.0", "tcp://0.0.0.0:2375", 2375, false},
		{"127.0.0.1.example:80", "127.0.0.1.example", "tcp://127.0.0.1.example:80", 80,
			false},
		{"128.0.0.1:80", "128.0.0.1", "tcp://128.0.0.1:80", 80, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct address a;
		char out[300];

		ASSERT_OK(address_parse(cases[i].text, &a, NULL));
		ASSERT_EQ(a.kind, ADDRESS_TCP);
		ASSERT_STR(a.host, cases[i].host);
		ASSERT_EQ(a.port, cases[i].port);
		ASSERT_EQ(address_is_local(&a), cases[i].local);
		ASSERT_EQ(a.tls, str_starts(cases[i].text, "https:"));
		address_format(&a, out, sizeof(out));
		ASSERT_STR(out, cases[i].formatted);
	}
}

TEST(address_refuses)
{
	static const char *const wrong[] = {"", "x", "unix://", "unix:///", "/", "unix://a.sock",
		"tcp://host", "host:", "host:x", "host:65536", "host:-1", "host:+1", "host:1/path",
		"host:1//", "a b:1", "[::1]", "[::1:1", "[zz]:1", "[127.0.0.1]:1", "::1:80",
		"https://host", "user@host:1", "fd://3", "host:0x10", "host:00000080"};
	struct address a = {.port = 42};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		scoped_error e = {0};

		if (address_parse(wrong[i], &a, &e) != -EINVAL || e.kind != ERROR_INVALID)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken", wrong[i]);
	}
	ASSERT_EQ(a.port, 42);
}

TEST(address_has_limits)
{
	char text[400] = "unix:///";
	scoped_error e = {0};
	struct address a;

	memset(text + 8, 'a', 106);
	ASSERT_OK(address_parse(text, &a, &e));
	text[114] = 'a';
	ASSERT_EQ(address_parse(text, &a, &e), -ENAMETOOLONG);

	memset(text, 'a', sizeof(text));
	memcpy(text + 255, ":80", 4);
	ASSERT_OK(address_parse(text, &a, NULL));
	memcpy(text + 255, "a:80", 5);
	ASSERT_EQ(address_parse(text, &a, NULL), -EINVAL);
}
