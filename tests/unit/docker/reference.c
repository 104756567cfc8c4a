#include "test.h"

#include "docker/reference.h"

#include <errno.h>
#include <stdio.h>

#define HEX64 "c4d4c162daa3708b1a3f89a7cf271f37b799614cd62ba8a3289698adfe8e4d73"
#define DIGEST "sha256:" HEX64

static void
assert_forms(const char *text, const char *full, const char *familiar)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct reference r;

	if (reference_parse(arena, text, &r, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error_message(&e));
	ASSERT_STR(reference_text(arena, &r), full);
	ASSERT_STR(reference_familiar(arena, &r), familiar);
}

static void
assert_refused(const char *text, const char *message)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct reference r;

	if (reference_parse(arena, text, &r, &e) >= 0)
		test_fail(__FILE__, __LINE__, "%s was accepted", text);
	ASSERT_STR(error_message(&e), message);
	ASSERT_EQ(e.kind, ERROR_INVALID);
}

TEST(names_are_normalised)
{
	assert_forms("alpine", "docker.io/library/alpine", "alpine");
	assert_forms("alpine:3.18", "docker.io/library/alpine:3.18", "alpine:3.18");
	assert_forms("library/alpine", "docker.io/library/alpine", "alpine");
	assert_forms("docker.io/alpine", "docker.io/library/alpine", "alpine");
	assert_forms("index.docker.io/library/alpine:x", "docker.io/library/alpine:x", "alpine:x");
	assert_forms("user/app", "docker.io/user/app", "user/app");
	assert_forms("docker.io/library/a/b", "docker.io/library/a/b", "library/a/b");
	assert_forms("localhost/app", "localhost/app", "localhost/app");
	assert_forms("localhost:5000/app:1", "localhost:5000/app:1", "localhost:5000/app:1");
	assert_forms("registry.example.com/a/b-c/d__e.f:v1", "registry.example.com/a/b-c/d__e.f:v1",
		"registry.example.com/a/b-c/d__e.f:v1");
	assert_forms("Registry/app", "Registry/app", "Registry/app");
	assert_forms("[::1]:5000/app", "[::1]:5000/app", "[::1]:5000/app");
	assert_forms("alpine@" DIGEST, "docker.io/library/alpine@" DIGEST, "alpine@" DIGEST);
	assert_forms("alpine:3@" DIGEST, "docker.io/library/alpine:3@" DIGEST, "alpine:3@" DIGEST);
	assert_forms("docker.io/a.b/c", "docker.io/a.b/c", "docker.io/a.b/c");
	assert_forms("docker.io/" HEX64, "docker.io/library/" HEX64, "docker.io/library/" HEX64);
	assert_forms("a----b", "docker.io/library/a----b", "a----b");
	assert_forms("alpine:_A.b-c", "docker.io/library/alpine:_A.b-c", "alpine:_A.b-c");
}

TEST(what_is_no_reference_is_refused)
{
	static const char *const texts[] = {"", ":tag", "alpine:", "alpine@", "a b", "/alpine",
		"alpine/", "a//b", "-alpine", "alpine-", "a..b", "a._b", "a___b", "alpine:-x",
		"alpine:a/b", "alpine@sha256:1234", "alpine@sha256", "alpine:a:b",
		"exam_ple.com:80/a", "a.b-/c", "-a.b/c", "host:port/app", "alp\xc3\xa4ne",
		"[::1/app", "a.b:/c"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_refused(texts[i], "invalid reference format");
}

TEST(refusals_have_the_engines_words)
{
	assert_refused("Orc_BAD",
		"invalid reference format: repository name (library/Orc_BAD) must be lowercase");
	assert_refused("user/App:x",
		"invalid reference format: repository name (user/App) must be lowercase");
	assert_refused(HEX64,
		"invalid repository name (" HEX64 "), cannot specify 64-byte hexadecimal strings");
	assert_refused("a@md5:c4d4c162daa3708b1a3f89a7cf271f37", "unsupported digest algorithm");
	assert_refused(
		"a@sha256:c4d4c162daa3708b1a3f89a7cf271f37", "invalid checksum digest length");
	assert_refused("a@sha256:C4d4c162daa3708b1a3f89a7cf271f37b799614cd62ba8a3289698adfe8e4d73",
		"invalid checksum digest format");
}

TEST(a_tag_apart_is_to_blame_alone)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0}, name = {0};
	struct reference r;

	ASSERT_EQ(reference_parse_tagged(arena, "alpine", "3", &r, NULL), 0);
	ASSERT_STR(reference_familiar(arena, &r), "alpine:3");
	ASSERT_EQ(reference_parse_tagged(arena, "alpine:3", NULL, &r, NULL), 0);
	ASSERT_STR(r.tag, "3");
	ASSERT_EQ(reference_parse_tagged(arena, "alpine", "sha256:" HEX64, &r, NULL), 0);
	ASSERT_STR(r.digest, "sha256:" HEX64);
	ASSERT_EQ(reference_parse_tagged(arena, "alpine", "a:b", &r, &e), -EINVAL);
	ASSERT_STR(error_message(&e), "invalid tag format");
	ASSERT_EQ(reference_parse_tagged(arena, "a b", "3", &r, &name), -EINVAL);
	ASSERT_STR(error_message(&name), "invalid reference format");
}

TEST(lengths_are_limited)
{
	char text[400], tagged[400];
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct reference r;

	memset(text, 'a', sizeof(text));
	text[255 - strlen("docker.io/library/")] = '\0';
	ASSERT_OK(reference_parse(arena, text, &r, &e));
	text[255 - strlen("docker.io/library/")] = 'a';
	text[256 - strlen("docker.io/library/")] = '\0';
	assert_refused(text, "repository name must not be more than 255 characters");

	memset(text, 't', sizeof(text));
	snprintf(tagged, sizeof(tagged), "a:%.128s", text);
	ASSERT_OK(reference_parse(arena, tagged, &r, &e));
	snprintf(tagged, sizeof(tagged), "a:%.129s", text);
	assert_refused(tagged, "invalid reference format");
}

TEST(the_default_tag_is_for_names_alone)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct reference r;

	ASSERT_OK(reference_parse(arena, "alpine", &r, &e));
	reference_default_tag(&r);
	ASSERT_STR(r.tag, "latest");
	ASSERT_OK(reference_parse(arena, "alpine@" DIGEST, &r, &e));
	reference_default_tag(&r);
	ASSERT(!r.tag);
}

static bool
matches(const char *pattern, const char *text)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct reference r;
	bool hit;

	ASSERT_OK(reference_parse(arena, text, &r, &e));
	ASSERT_OK(reference_match(arena, pattern, &r, &hit, &e));
	return hit;
}

TEST(the_reference_filter)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct reference r;
	bool hit;

	ASSERT(matches("alpine", "alpine:3.18"));
	ASSERT(matches("alpine:3.*", "alpine:3.18"));
	ASSERT(matches("al*", "docker.io/library/alpine:latest"));
	ASSERT(matches("*/app", "user/app:x"));
	ASSERT(!matches("app", "user/app:x"));
	ASSERT(!matches("alpine:2*", "alpine:3.18"));
	ASSERT_OK(reference_parse(arena, "alpine", &r, &e));
	ASSERT(reference_match(arena, "[", &r, &hit, &e) < 0);
	ASSERT_STR(error_message(&e), "syntax error in pattern");
}
