#include "oci/auth.h"

#include "base/base64.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>

static struct auth_config
read_json(struct arena *arena, const char *json)
{
	scoped_free char *header = base64_encode_url(json, strlen(json));

	return auth_read(arena, header);
}

TEST(credentials_of_the_header)
{
	scoped(arena) *arena = arena_new(0);
	struct auth_config c = read_json(
		arena, "{\"username\":\"alice\",\"password\":\"s>c?ret\"}");

	ASSERT_STR(c.username, "alice");
	ASSERT_STR(c.password, "s>c?ret");
	ASSERT_STR(read_json(arena, "{\"identitytoken\":\"tok\"}").identity_token, "tok");
	c = read_json(arena, "{\"auth\":\"Ym9iOmE6Yg==\"}"); /* bob:a:b */
	ASSERT_STR(c.username, "bob");
	ASSERT_STR(c.password, "a:b");
}

TEST(a_header_that_says_nothing_is_none)
{
	static const char *const headers[] = {NULL, "", "!!!", "bm90IGpzb24=", "W10="};
	scoped(arena) *arena = arena_new(0);

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		ASSERT(!auth_read(arena, headers[i]).username);
	ASSERT(!read_json(arena, "{\"auth\":\"YWJj\"}").username); /* no colon in it */
}

static int
answer(const struct challenge *challenge, const struct auth_config *credentials, const char *url,
	const char **ret, struct arena *arena, struct error *e)
{
	struct auth_query query = {.challenge = challenge,
		.credentials = credentials,
		.scope = "repository:x:pull",
		.url = url};

	return auth_answer(NULL, arena, &query, ret, e);
}

TEST(basic_needs_credentials)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct challenge basic = {.kind = CHALLENGE_BASIC};
	struct auth_config none = {0};
	struct auth_config alice = {
		.username = (char[]){"Aladdin"}, .password = (char[]){"open sesame"}};
	const char *text;

	ASSERT_OK(answer(&basic, &alice, "https://r/v2/", &text, arena, NULL));
	ASSERT_STR(text, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); /* RFC 7617, section 2 */
	ASSERT_EQ(answer(&basic, &none, "https://r/v2/", &text, arena, &e), -EACCES);
	ASSERT_STR(error_message(&e), "Get \"https://r/v2/\": no basic auth credentials");
}

/* The web is not even asked: there is none here. */
TEST(a_token_server_without_tls_is_not_asked)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct challenge bearer = {
		.kind = CHALLENGE_BEARER, .realm = (char[]){"http://token.example/"}};
	struct auth_config none = {0}, token = {.registry_token = (char[]){"abc"}};
	const char *text;

	ASSERT_EQ(answer(&bearer, &none, "https://r/v2/", &text, arena, &e), -EPROTO);
	ASSERT(strstr(error_message(&e), "http://token.example/ is not asked") != NULL);
	ASSERT_OK(answer(&bearer, &token, "https://r/v2/", &text, arena, NULL));
	ASSERT_STR(text, "Bearer abc");
}
