#include "test.h"

#include "docker/host_types.h"
#include "docker/port.h"

static void
assert_port(const char *text, unsigned first, unsigned last, const char *shown)
{
	scoped_error e = {0};
	char out[PORT_TEXT_SIZE];
	struct port p;

	if (port_parse(text, &p, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error_message(&e));
	ASSERT_EQ(p.first, first);
	ASSERT_EQ(p.last, last);
	port_format(&p, out);
	ASSERT_STR(out, shown);
}

TEST(ports_and_ranges)
{
	assert_port("80", 80, 80, "80/tcp");
	assert_port("80/tcp", 80, 80, "80/tcp");
	assert_port("53/UDP", 53, 53, "53/udp");
	assert_port("8080-8090/udp", 8080, 8090, "8080-8090/udp");
	assert_port("65535/sctp", 65535, 65535, "65535/sctp");
	assert_port("80/", 80, 80, "80/tcp");
}

TEST(what_is_no_port_is_refused)
{
	static const char *const texts[] = {"x", "", "/tcp", "65536", "-1", "80-", "90-80",
		"80-90-100", "80x", "80 /tcp", "99999999999999999999"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		scoped_error e = {0};
		struct port p;

		if (port_parse(texts[i], &p, &e) >= 0)
			test_fail(__FILE__, __LINE__, "%s was accepted", texts[i]);
		ASSERT(strstr(error_message(&e), "invalid port specification: \""));
	}
}

static int
check(const char *key, const char *host_port, struct error *e)
{
	struct port_binding binding = {.host_port = (char *)host_port};
	struct json_list list = {&binding, 1, true};
	struct json_member member = {(char *)key, &list};
	struct json_map map = {&member, 1, true};

	return port_check_bindings(&map, e);
}

TEST(bindings_are_checked_in_the_engines_words)
{
	scoped_error e = {0}, e2 = {0};

	ASSERT_OK(check("80/tcp", "8080", &e));
	ASSERT_OK(check("80", "", &e));
	ASSERT_OK(check("80/tcp", "8000-9000", &e));
	ASSERT(check("x/tcp", "8080", &e) < 0);
	ASSERT_STR(error_message(&e), "invalid port specification: \"x\"");
	ASSERT(check("80/tcp", "y", &e2) < 0);
	ASSERT_STR(error_message(&e2), "invalid port specification: \"y\"");
	ASSERT(check("80-81/tcp", "", NULL) < 0);
	ASSERT(check("80/icmp", "", NULL) < 0);
}

TEST(an_unpublished_port_has_no_list)
{
	struct json_member member = {"80/tcp", NULL};
	struct json_map map = {&member, 1, true};

	ASSERT_OK(port_check_bindings(&map, NULL));
	ASSERT_OK(port_check_exposed(&map, NULL));
}
