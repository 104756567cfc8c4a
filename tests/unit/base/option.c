#include "base/option.h"

#include "base/attr.h"
#include "base/str.h"
#include "capture.h"
#include "test.h"

#include <sys/wait.h>

static const struct option_spec specs[] = {
	{.flag = "addr", .env = "TEST_ADDR", .value = "ADDR", .help = "Listen here.", .many = true},
	{.flag = "log-level",
		.env = "TEST_LEVEL",
		.value = "LEVEL",
		.fallback = "info",
		.help = "Say this much."},
	{.flag = "insecure", .env = "TEST_INSECURE", .help = "Allow anyone."},
	{.flag = "name", .value = "NAME", .help = "Be called so."},
	{0},
};

static struct options *
parse(char **argv)
{
	return options_parse("tester", "Tests options.", specs, (int)strv_len(argv), argv);
}

#define ARGS(...) ((char *[]){"tester", ##__VA_ARGS__, NULL})

TEST(option_defaults)
{
	struct options *o = parse(ARGS());

	ASSERT_STR(option_get(o, "log-level"), "info");
	ASSERT(option_get(o, "name") == NULL);
	ASSERT(!option_true(o, "insecure") && !option_given(o, "log-level"));
	ASSERT_EQ(strv_len(option_list(o, "addr")), 0);
	ASSERT_EQ(strv_len(option_operands(o)), 0);
	options_free(o);
}

TEST(option_flag_forms)
{
	struct options *o = parse(ARGS("-addr", ":1", "--addr=:2", "--insecure", "-log-level=debug",
		"--name", "-x", "run", "-y"));

	ASSERT_EQ(strv_len(option_list(o, "addr")), 2);
	ASSERT_STR(option_list(o, "addr")[0], ":1");
	ASSERT_STR(option_get(o, "addr"), ":2");
	ASSERT_STR(option_get(o, "log-level"), "debug");
	ASSERT_STR(option_get(o, "name"), "-x");
	ASSERT(option_true(o, "insecure") && option_given(o, "insecure"));
	ASSERT_EQ(strv_len(option_operands(o)), 2);
	ASSERT_STR(option_operands(o)[1], "-y");
	options_free(o);
}

TEST(option_last_wins_and_dashes_end_flags)
{
	struct options *o = parse(
		ARGS("--name", "a", "--name=", "--insecure", "--insecure=false", "--", "--name"));

	ASSERT_STR(option_get(o, "name"), "");
	ASSERT(!option_true(o, "insecure") && option_given(o, "insecure"));
	ASSERT_STR(option_operands(o)[0], "--name");
	options_free(o);
	o = parse(ARGS("-", "--name", "a"));
	ASSERT_STR(option_operands(o)[0], "-");
	ASSERT(option_get(o, "name") == NULL);
	options_free(o);
}

TEST(option_environment)
{
	struct options *o;

	setenv("TEST_ADDR", ":1,:2", 1);
	setenv("TEST_LEVEL", "warn", 1);
	setenv("TEST_INSECURE", "true", 1);
	o = parse(ARGS("--addr", ":3"));
	ASSERT_EQ(strv_len(option_list(o, "addr")), 1);
	ASSERT_STR(option_get(o, "addr"), ":3");
	ASSERT_STR(option_get(o, "log-level"), "warn");
	ASSERT(option_true(o, "insecure") && option_given(o, "log-level"));
	options_free(o);
	setenv("TEST_LEVEL", "", 1);
	setenv("TEST_INSECURE", "1", 1);
	o = parse(ARGS());
	ASSERT(option_true(o, "insecure"));
	ASSERT_EQ(strv_len(option_list(o, "addr")), 2);
	ASSERT_STR(option_get(o, "log-level"), "info");
	options_free(o);
	unsetenv("TEST_ADDR");
	unsetenv("TEST_LEVEL");
	unsetenv("TEST_INSECURE");
}

static void
parse_and_free(void *argv)
{
	options_free(parse(argv));
}

static void
assert_refused(char **argv, const char *message)
{
	struct buf out;
	int status = capture(2, parse_and_free, argv, &out);

	ASSERT(WIFEXITED(status));
	ASSERT_EQ(WEXITSTATUS(status), 2);
	ASSERT_STR(out.data, message);
	buf_free(&out);
}

TEST(option_wrong_flags_end_the_program)
{
	assert_refused(ARGS("--bogus=1"), "tester: unknown flag --bogus\nSee tester --help.\n");
	assert_refused(ARGS("-add", "x"), "tester: unknown flag -add\nSee tester --help.\n");
	assert_refused(ARGS("--name"), "tester: --name needs a value (NAME)\nSee tester --help.\n");
	assert_refused(ARGS("--insecure=maybe"),
		"tester: --insecure is true or false, not \"maybe\"\nSee tester --help.\n");
	setenv("TEST_INSECURE", "maybe", 1);
	assert_refused(ARGS(),
		"tester: TEST_INSECURE is true or false, not \"maybe\"\nSee tester --help.\n");
	unsetenv("TEST_INSECURE");
}

TEST(option_help)
{
	struct buf out;

	ASSERT_EQ(capture(1, parse_and_free, ARGS("--help"), &out), 0);
	ASSERT_STR(out.data, "Tests options.\n"
			     "\n"
			     "Usage: tester [FLAG…]\n"
			     "\n"
			     "Flags (the environment variable is in brackets; the flag wins):\n"
			     "  --addr ADDR        Listen here.\n"
			     "                     (TEST_ADDR; may be repeated)\n"
			     "  --log-level LEVEL  Say this much.\n"
			     "                     (TEST_LEVEL; default info)\n"
			     "  --insecure         Allow anyone.\n"
			     "                     (TEST_INSECURE)\n"
			     "  --name NAME        Be called so.\n"
			     "  --help             Print this and end.\n"
			     "  --version          Print the version and end.\n");
	buf_free(&out);
}

TEST(option_version)
{
	struct buf out;

	ASSERT_EQ(capture(1, parse_and_free, ARGS("-version"), &out), 0);
	ASSERT_STR(out.data, "tester " SOCKERLESS_VERSION "\n");
	buf_free(&out);
}
