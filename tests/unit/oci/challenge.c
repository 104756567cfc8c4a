#include "oci/challenge.h"

#include "test.h"

static struct challenge
parse(struct arena *arena, const char *header)
{
	return challenge_parse(arena, header);
}

TEST(bearer_as_the_hub_sends_it)
{
	scoped(arena) *arena = arena_new(0);
	struct challenge c = parse(arena,
		"Bearer realm=\"https://auth.example/token\",service=\"registry.example\","
		"scope=\"repository:library/alpine:pull\",error=\"insufficient_scope\"");

	ASSERT_EQ(c.kind, CHALLENGE_BEARER);
	ASSERT_STR(c.realm, "https://auth.example/token");
	ASSERT_STR(c.service, "registry.example");
	ASSERT_STR(c.error, "insufficient_scope");
}

TEST(basic_with_and_without_realm)
{
	scoped(arena) *arena = arena_new(0);

	ASSERT_EQ(parse(arena, "Basic realm=\"here\"").kind, CHALLENGE_BASIC);
	ASSERT_STR(parse(arena, "Basic realm=\"here\"").realm, "here");
	ASSERT_EQ(parse(arena, "basic").kind, CHALLENGE_BASIC);
}

TEST(spaces_letters_and_tokens)
{
	scoped(arena) *arena = arena_new(0);
	struct challenge c = parse(arena, " bEARER  ReaLM = \"a\\\"b\\\\c\" ,\t service=plain");

	ASSERT_EQ(c.kind, CHALLENGE_BEARER);
	ASSERT_STR(c.realm, "a\"b\\c");
	ASSERT_STR(c.service, "plain");
}

TEST(the_strongest_of_several)
{
	scoped(arena) *arena = arena_new(0);
	struct challenge c = parse(arena,
		"Negotiate, Basic realm=\"weak\", Bearer realm=\"strong\", Digest realm=\"other\"");

	ASSERT_EQ(c.kind, CHALLENGE_BEARER);
	ASSERT_STR(c.realm, "strong");
	ASSERT(c.service == NULL);
	ASSERT_EQ(parse(arena, "Bearer realm=\"s\", Basic realm=\"w\"").kind, CHALLENGE_BEARER);
}

TEST(a_scheme_with_bare_data_is_passed_over)
{
	scoped(arena) *arena = arena_new(0);

	ASSERT_STR(parse(arena, "Negotiate YWJj==, Bearer realm=\"x\"").realm, "x");
	ASSERT_EQ(parse(arena, "Negotiate YWJj, Basic").kind, CHALLENGE_BASIC);
	ASSERT_EQ(parse(arena, "Other a=\"open, Bearer realm=x").kind, CHALLENGE_NONE);
}

TEST(what_cannot_be_used_is_no_challenge)
{
	static const char *const headers[] = {"", " ", ",,,", "Negotiate abc==", "Bearer",
		"Bearer realm=", "Bearer realm=\"", "Bearer realm=\"open", "Bearer realm=\"\"",
		"Bearer service=\"x\"", "=", "\"", "Bearer realm=\"a\\"};
	scoped(arena) *arena = arena_new(0);

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		ASSERT_EQ(parse(arena, headers[i]).kind, CHALLENGE_NONE);
}
