#include "test.h"

#include "docker/config_merge.h"
#include "json/read.h"
#include "json/write.h"

#include <stdlib.h>

static struct container_config
config(struct arena *arena, const char *text)
{
	scoped_error e = {0};
	struct container_config c = {0};

	if (json_read(arena, text, strlen(text), &container_config_type, &c, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error_message(&e));
	return c;
}

/* Merges and compares the members that the expected text names. */
static void
assert_merge(const char *request, const char *image, const char *expected)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct container_config c = config(arena, request), i = config(arena, image);
	struct container_config want = config(arena, expected);
	char *got_text, *want_text;

	if (config_merge(arena, &c, &i, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", request, error_message(&e));
	want.labels.present = true;
	got_text = json_text(&container_config_type, &c, 0);
	want_text = json_text(&container_config_type, &want, 0);
	ASSERT_STR(got_text, want_text);
	free(got_text);
	free(want_text);
}

#define IMAGE                                                                                \
	"{\"Env\":[\"PATH=/bin\",\"LANG=C\"],\"Cmd\":[\"sh\"],\"Entrypoint\":[\"/init\"],"   \
	"\"WorkingDir\":\"/srv\",\"User\":\"app\",\"Labels\":{\"k\":\"image\",\"i\":\"1\"}," \
	"\"ExposedPorts\":{\"80/tcp\":{}},\"Volumes\":{\"/data\":{}},\"StopSignal\":\"SIGINT\"}"

TEST(an_empty_request_is_the_image)
{
	assert_merge("{}", IMAGE, IMAGE);
}

TEST(what_the_request_says_counts)
{
	assert_merge("{\"Env\":[\"A=b\",\"LANG=de\"],\"Cmd\":[\"true\"],\"WorkingDir\":\"/"
		     "tmp\",\"User\":\"0\","
		     "\"Labels\":{\"k\":\"mine\"},\"ExposedPorts\":{\"81/"
		     "tcp\":{}},\"StopSignal\":\"9\"}",
		IMAGE,
		"{\"Env\":[\"A=b\",\"LANG=de\",\"PATH=/bin\"],\"Cmd\":[\"true\"],"
		"\"Entrypoint\":[\"/init\"],\"WorkingDir\":\"/tmp\",\"User\":\"0\","
		"\"Labels\":{\"k\":\"mine\",\"i\":\"1\"},\"ExposedPorts\":{\"81/tcp\":{},\"80/"
		"tcp\":{}},"
		"\"Volumes\":{\"/data\":{}},\"StopSignal\":\"9\"}");
}

#define COMMANDS "{\"Cmd\":[\"sh\"],\"Entrypoint\":[\"/init\"]}"

TEST(an_entrypoint_drops_the_images_command)
{
	assert_merge("{\"Entrypoint\":[\"ls\"]}", COMMANDS, "{\"Entrypoint\":[\"ls\"]}");
	assert_merge("{\"Cmd\":[\"x\"]}", COMMANDS, "{\"Cmd\":[\"x\"],\"Entrypoint\":[\"/init\"]}");
}

TEST(an_empty_entrypoint_resets)
{
	assert_merge("{\"Entrypoint\":[],\"Cmd\":[\"x\"]}", COMMANDS,
		"{\"Cmd\":[\"x\"],\"Entrypoint\":[]}");
	assert_merge("{\"Entrypoint\":[\"\"],\"Cmd\":[\"x\"]}", COMMANDS, "{\"Cmd\":[\"x\"]}");
}

TEST(nothing_to_run_is_refused)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct container_config c = {0}, image = {0};

	ASSERT(config_merge(arena, &c, &image, &e) < 0);
	ASSERT_STR(error_message(&e), "no command specified");
	ASSERT_EQ(e.kind, ERROR_INVALID);
	c = config(arena, "{\"Entrypoint\":[\"\"]}");
	image = config(arena, COMMANDS);
	ASSERT(config_merge(arena, &c, &image, NULL) < 0);
}

TEST(health_checks_are_merged_by_field)
{
	assert_merge("{\"Cmd\":[\"x\"],\"Healthcheck\":{\"Interval\":5}}",
		"{\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":9,\"Retries\":3}}",
		"{\"Cmd\":[\"x\"],\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":5,"
		"\"Retries\":3}}");
	assert_merge("{\"Cmd\":[\"x\"],\"Healthcheck\":{\"Test\":[\"NONE\"]}}",
		"{\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"]}}",
		"{\"Cmd\":[\"x\"],\"Healthcheck\":{\"Test\":[\"NONE\"]}}");
}

TEST(the_image_is_not_shared)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct container_config c = {0};
	char *text;

	{
		scoped(arena) *images = arena_new(0);
		struct container_config image = config(images, IMAGE);

		ASSERT_OK(config_merge(arena, &c, &image, &e));
	}
	text = json_text(&container_config_type, &c, 0);
	ASSERT(strstr(text, "\"Entrypoint\":[\"/init\"]"));
	free(text);
}

static void
assert_env(char *const *base, char *const *over, const char *expected)
{
	scoped(arena) *arena = arena_new(0);
	char **env = env_merge(arena, base, over);
	char joined[100] = "";

	for (char **v = env; *v; v++) {
		size_t n = strlen(joined);

		ASSERT(n + strlen(*v) + 2 < sizeof(joined));
		joined[n] = ' ';
		memcpy(joined + n + 1, *v, strlen(*v) + 1);
	}
	ASSERT_STR(joined, expected);
}

TEST(environments)
{
	char *base[] = {"A=1", "B=2", "C=3", NULL};
	char *over[] = {"B=x", "D=4", "A", "NONE", NULL};

	assert_env(base, over, " B=x C=3 D=4");
	assert_env(base, NULL, " A=1 B=2 C=3");
	assert_env(NULL, over, " B=x D=4");
	assert_env(NULL, NULL, "");
	ASSERT_STR(env_get(base, "B"), "2");
	ASSERT(!env_get(base, "D"));
	ASSERT(!env_get(NULL, "D"));
}
