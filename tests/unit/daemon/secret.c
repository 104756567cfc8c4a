#include "daemon/secret.h"

#include "test.h"
#include "wire/internal.h"

#include "base/alloc.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What secret_read makes of a file with n bytes of text: the secret, or NULL with the error. */
static char *
read_file(const char *text, size_t n, struct error *e)
{
	char path[] = "/tmp/secret-test-XXXXXX";
	int fd = mkstemp(path);
	char *secret = NULL;

	ASSERT(fd >= 0);
	ASSERT_EQ(write(fd, text, n), (ssize_t)n);
	close(fd);
	secret_read(path, &secret, e);
	unlink(path);
	return secret;
}

TEST(a_secret_is_one_line)
{
	static const char *const good[] = {
		"0123456789abcdef\n", "0123456789abcdef", "a+b/c=~!0123456789abcdef\n"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		scoped_error e = {0};
		scoped_free char *secret = read_file(good[i], strlen(good[i]), &e);

		ASSERT(secret);
		ASSERT(strncmp(secret, good[i], strlen(secret)) == 0);
		ASSERT(!strchr(secret, '\n'));
	}
}

TEST(bad_secrets_are_refused)
{
	scoped_free char *long_one = xcalloc(1, SECRET_MAX + 2);
	struct {
		const char *text, *error;
	} bad[] = {
		{"", "shorter than 16 bytes"},
		{"short\n", "shorter than 16 bytes"},
		{"0123456789abcdef\n0123456789abcdef\n", "not one line"},
		{"0123456789 abcdef\n", "not one line"},
		{"0123456789abcdef\xc3\xa4", "not one line"},
		{long_one, "longer than 1024 bytes"},
	};

	memset(long_one, 'x', SECRET_MAX + 1);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		scoped_error e = {0};

		ASSERT(!read_file(bad[i].text, strlen(bad[i].text), &e));
		ASSERT(strstr(error_message(&e), bad[i].error));
	}
}

TEST(a_secret_file_that_is_not_there_is_named)
{
	scoped_error e = {0};
	char *secret;

	ASSERT(secret_read("/nonesuch/secret", &secret, &e) < 0);
	ASSERT(strstr(error_message(&e), "/nonesuch/secret"));
}

static int
check(const char *given, const char *secret, struct error *e)
{
	struct http_header header = {INTERNAL_SECRET_HEADER, given};
	struct call call = {.request.headers = {&header, given ? 1 : 0, 1}};

	return secret_check(&call, secret, e);
}

TEST(calls_need_the_secret)
{
	scoped_error wrong = {0}, none = {0}, other = {0};

	ASSERT_EQ(check("0123456789abcdef", "0123456789abcdef", NULL), 0);
	ASSERT_EQ(check(NULL, NULL, NULL), 0);
	ASSERT_EQ(check("anything", NULL, NULL), 0);
	ASSERT(check("0123456789abcdeg", "0123456789abcdef", &wrong) < 0);
	ASSERT(check("0123456789abcde", "0123456789abcdef", &other) < 0);
	ASSERT(check(NULL, "0123456789abcdef", &none) < 0);
	ASSERT_EQ(wrong.kind, ERROR_UNAUTHORIZED);
	ASSERT_EQ(none.kind, ERROR_UNAUTHORIZED);
	ASSERT(!strstr(error_message(&wrong), "0123456789abcdef"));
}
