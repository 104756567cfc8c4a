#include "oci/manifest.h"

#include "sample.h"
#include "test.h"

#include <errno.h>

static struct manifest
read_sample(struct arena *arena, const char *name)
{
	struct manifest m;
	size_t n;
	const char *text = sample(arena, name, &n);

	ASSERT_OK(manifest_read(arena, text, n, &m, NULL));
	return m;
}

static void
assert_refused(const char *text, const char *message)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct manifest m;

	ASSERT_EQ(manifest_read(arena, text, strlen(text), &m, &e), -EINVAL);
	ASSERT_EQ(e.kind, ERROR_INVALID);
	ASSERT(strstr(error_message(&e), message) != NULL);
}

TEST(an_image_names_its_config)
{
	scoped(arena) *arena = arena_new(0);
	struct manifest m = read_sample(arena, "manifest.json");

	ASSERT(!manifest_is_index(&m));
	ASSERT_EQ(m.config->size, 1201);
	ASSERT(strstr(m.config->digest, "sha256:6666") == m.config->digest);
}

static int
choose(struct arena *arena, const char *platform, const char **ret, struct error *e)
{
	struct manifest m = read_sample(arena, "index.json");
	struct platform p;

	ASSERT(manifest_is_index(&m));
	ASSERT_OK(platform_parse(arena, platform, &p, NULL));
	return manifest_choose(&m, &p, ret, e);
}

static void
assert_chosen(const char *platform, char digit)
{
	scoped(arena) *arena = arena_new(0);
	const char *digest;

	ASSERT_OK(choose(arena, platform, &digest, NULL));
	ASSERT_EQ(digest[strlen("sha256:")], digit);
}

TEST(an_index_is_chosen_from_by_platform)
{
	assert_chosen(NULL, '4');
	assert_chosen("", '4');
	assert_chosen("amd64", '4');
	assert_chosen("linux", '4');
	assert_chosen("linux/arm/v7", '2');
	assert_chosen("windows/amd64", '3');
	assert_chosen("linux/arm", '1'); /* the first that fits */
}

static void
assert_lacking(const char *platform, const char *message)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	const char *digest;

	ASSERT_EQ(choose(arena, platform, &digest, &e), -ENOENT);
	ASSERT_EQ(e.kind, ERROR_NOT_FOUND);
	ASSERT_STR(error_message(&e), message);
}

TEST(a_platform_that_the_index_lacks)
{
	assert_lacking(
		"linux/s390x", "no matching manifest for linux/s390x in the manifest list entries");
	assert_lacking("linux/arm/v5",
		"no matching manifest for linux/arm/v5 in the manifest list entries");
}

TEST(platforms_that_cannot_be)
{
	static const char *const wrong[] = {"/", "linux/", "a/b/c/d", "linux//v7"};
	scoped(arena) *arena = arena_new(0);
	struct platform p;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ASSERT_EQ(platform_parse(arena, wrong[i], &p, NULL), -EINVAL);
}

TEST(nonsense_is_not_the_callers_fault)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct manifest m;

	ASSERT_EQ(manifest_read(arena, "<html>", 6, &m, &e), -EINVAL);
	ASSERT_EQ(e.kind, ERROR_INTERNAL);
	ASSERT(strstr(error_message(&e), "the registry's manifest cannot be read: ") != NULL);
}

TEST(manifests_that_are_refused)
{
	assert_refused("{\"schemaVersion\":1,\"name\":\"old\"}", "manifest schema 1 only");
	assert_refused("{\"schemaVersion\":2}", "names no image configuration");
	assert_refused("{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:0\",\"mediaType\":"
		       "\"application/vnd.example.chart\"}}",
		"Encountered remote \"application/vnd.example.chart\"(unknown) when fetching");
	assert_refused("{\"schemaVersion\":2,\"manifests\":[],\"config\":{\"digest\":\"x\"}}",
		"both an image and an index");
}
