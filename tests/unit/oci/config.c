#include "oci/config.h"

#include "json/field.h"
#include "sample.h"
#include "test.h"

#include <errno.h>

static struct image_config
read_sample(struct arena *arena)
{
	struct image_config c;
	size_t n;
	const char *text = sample(arena, "config.json", &n);

	ASSERT_OK(image_config_read(arena, text, n, &c, NULL));
	return c;
}

TEST(what_the_image_is)
{
	scoped(arena) *arena = arena_new(0);
	struct image_config c = read_sample(arena);

	ASSERT_EQ(c.created, 1714979289500000000);
	ASSERT_STR(c.author, "The Example Authors");
	ASSERT_STR(c.architecture, "arm64");
	ASSERT_STR(c.os, "linux");
	ASSERT_STR(c.variant, "v8");
}

TEST(what_is_to_run)
{
	scoped(arena) *arena = arena_new(0);
	struct container_config c = read_sample(arena).config;

	ASSERT_STR(c.user, "web:www");
	ASSERT_STR(c.working_dir, "/srv");
	ASSERT_STR(c.stop_signal, "SIGQUIT");
	ASSERT_STR(c.entrypoint[1], "--flag");
	ASSERT_STR(c.cmd[0], "serve");
	ASSERT_STR(c.env[1], "EMPTY=");
	ASSERT(json_map_has(&c.exposed_ports, "443/tcp") && json_map_has(&c.volumes, "/data"));
	ASSERT_STR(json_map_get(&c.labels, "org.example.kind"), "sample");
	ASSERT_STR(c.healthcheck->test[1], "wget -q localhost");
	ASSERT_EQ(c.healthcheck->retries, 2);
}

TEST(how_it_was_made)
{
	scoped(arena) *arena = arena_new(0);
	struct image_config c = read_sample(arena);
	const struct image_step *steps = c.history.items;

	ASSERT_EQ(c.history.n, 2);
	ASSERT_STR(steps[0].created_by, "ADD root.tar /");
	ASSERT_STR(steps[0].comment, "base");
	ASSERT(!steps[0].empty_layer && steps[1].empty_layer);
	ASSERT_EQ(steps[1].created, c.created);
}

TEST(a_config_may_say_nothing_but_not_nonsense)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct image_config c;

	ASSERT_OK(image_config_read(arena, "{\"config\":null}", 15, &c, NULL));
	ASSERT(!c.config.cmd && c.history.n == 0);
	ASSERT_EQ(image_config_read(arena, "{\"config\":[]}", 13, &c, &e), -EINVAL);
	ASSERT(strstr(error_message(&e), "the image's configuration cannot be read: json: "));
}
