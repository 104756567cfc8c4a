#include "test.h"

#include "docker/signame.h"

#include <signal.h>

static int
parse(const char *text)
{
	scoped_error e = {0};
	int signal;

	if (signame_parse(text, &signal, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error_message(&e));
	return signal;
}

TEST(names_and_numbers)
{
	ASSERT_EQ(parse("SIGTERM"), SIGTERM);
	ASSERT_EQ(parse("term"), SIGTERM);
	ASSERT_EQ(parse("sigkill"), SIGKILL);
	ASSERT_EQ(parse("15"), 15);
	ASSERT_EQ(parse("64"), 64);
	ASSERT_EQ(parse("SIGCLD"), SIGCHLD);
	ASSERT_EQ(parse("RTMIN"), 34);
	ASSERT_EQ(parse("SIGRTMIN+3"), 37);
	ASSERT_EQ(parse("RTMAX-14"), 50);
	ASSERT_EQ(parse("RTMAX"), 64);
}

TEST(other_texts_are_refused)
{
	static const char *const texts[] = {"NONESUCH", "", "SIG", "0", "-9", "65", "9x",
		"RTMIN+16", "RTMIN+", "RTMAX-15", "SIG15", "RTMIN-1"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		scoped_error e = {0};
		char message[64] = "invalid signal: ";
		int signal;

		if (signame_parse(texts[i], &signal, &e) >= 0)
			test_fail(__FILE__, __LINE__, "%s was accepted", texts[i]);
		memcpy(message + strlen(message), texts[i], strlen(texts[i]) + 1);
		ASSERT_STR(error_message(&e), message);
	}
}

TEST(every_name_reads_back)
{
	char text[SIGNAME_SIZE];

	for (int signal = 1; signal <= SIGNAME_MAX; signal++) {
		signame_format(signal, text);
		ASSERT_EQ(parse(text), signal);
	}
	signame_format(SIGTERM, text);
	ASSERT_STR(text, "SIGTERM");
	signame_format(37, text);
	ASSERT_STR(text, "SIGRTMIN+3");
	signame_format(32, text);
	ASSERT_STR(text, "32");
}
