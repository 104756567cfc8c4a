/*
 * types.c: real answers of Docker Engine 26.1 at API 1.44 (golden/) read into our types and written again must come out
 * byte for byte: names, order, nulls, empty lists, numbers.
 */
#include "test.h"

#include "base/base64.h"
#include "docker/container_types.h"
#include "docker/event_types.h"
#include "docker/exec_types.h"
#include "docker/image_types.h"
#include "docker/network_types.h"
#include "docker/progress_types.h"
#include "docker/stats_types.h"
#include "docker/system_types.h"
#include "docker/volume_types.h"
#include "json/read.h"
#include "json/write.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name;
	const struct json_type *type;
	bool list;
} answers[] = {
	{"container-changes", &change_item_type, true},
	{"container-create", &container_create_answer_type},
	{"container-inspect", &container_inspect_type},
	{"container-list", &container_summary_type, true},
	{"container-prune", &container_prune_answer_type},
	{"container-stats", &container_stats_type},
	{"container-top", &top_answer_type},
	{"container-update", &container_update_answer_type},
	{"container-wait", &wait_answer_type},
	{"disk-usage", &disk_usage_type},
	{"error", &error_answer_type},
	{"event", &event_message_type},
	{"exec-create", &exec_create_answer_type},
	{"exec-inspect", &exec_inspect_type},
	{"image-delete", &image_delete_item_type, true},
	{"image-history", &image_history_item_type, true},
	{"image-inspect", &image_inspect_type},
	{"image-list", &image_summary_type, true},
	{"image-prune", &image_prune_answer_type},
	{"info", &system_info_type},
	{"network-create", &network_create_answer_type},
	{"network-inspect", &network_resource_type},
	{"network-list", &network_resource_type, true},
	{"network-prune", &network_prune_answer_type},
	{"progress-error", &progress_line_type},
	{"version", &version_answer_type},
	{"volume-inspect", &volume_resource_type},
	{"volume-list", &volume_list_answer_type},
	{"volume-prune", &volume_prune_answer_type},
};

/* The document without its newline. */
static char *
golden(struct arena *arena, const char *name)
{
	char *path = arena_printf(arena, "%s/%s.json", GOLDEN_DIR, name);
	char *text = arena_alloc(arena, 1 << 16);
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		test_fail(__FILE__, __LINE__, "cannot open %s", path);
	n = fread(text, 1, (1 << 16) - 1, f);
	fclose(f);
	ASSERT(n > 1 && text[n - 1] == '\n');
	text[n - 1] = '\0';
	return text;
}

static char *
rewrite(struct arena *arena, const char *text, const struct json_type *type, bool is_list)
{
	scoped_error e = {0};
	scoped_json_writer w;
	struct json_list list = {.n = 1};
	int r;

	if (is_list) {
		r = json_read_list(arena, text, strlen(text), type, &list, &e);
	} else {
		list.items = arena_alloc(arena, type->size);
		r = json_read(arena, text, strlen(text), type, list.items, &e);
	}
	if (r < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", type->name, error_message(&e));
	json_writer_init(&w, NULL, NULL, 144);
	if (is_list)
		json_array_begin(&w);
	for (size_t i = 0; i < list.n; i++)
		json_write(&w, type, (const char *)list.items + i * type->size);
	if (is_list)
		json_array_end(&w);
	ASSERT_OK(json_finish(&w));
	return arena_strdup(arena, w.buf.data);
}

TEST(the_engines_answers_come_out_as_they_went_in)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		scoped(arena) *arena = arena_new(0);
		const char *text = golden(arena, answers[i].name);

		ASSERT_STR(rewrite(arena, text, answers[i].type, answers[i].list), text);
	}
}

/* Every field of a create body has a value of its own in this one. */
TEST(nothing_of_a_create_request_is_lost)
{
	scoped(arena) *arena = arena_new(0);
	const char *text = golden(arena, "full-create-request");

	ASSERT_STR(rewrite(arena, text, &container_create_request_type, false), text);
}

TEST(a_copied_create_request_is_whole)
{
	scoped(arena) *copies = arena_new(0);
	scoped_error e = {0};
	struct container_create_request copy;
	char *expected, *text;

	{
		scoped(arena) *arena = arena_new(0);
		struct container_create_request request = {0};

		text = golden(arena, "full-create-request");
		expected = arena_strdup(copies, text);
		ASSERT_OK(json_read(
			arena, text, strlen(text), &container_create_request_type, &request, &e));
		json_copy(copies, &container_create_request_type, &request, &copy);
	}
	text = json_text(&container_create_request_type, &copy, 0);
	ASSERT_STR(text, expected);
	free(text);
}

static bool
writes(const struct json_type *type, const void *object, int version, const char *needle)
{
	char *text = json_text(type, object, version);
	bool hit = strstr(text, needle);

	free(text);
	return hit;
}

TEST(fields_come_and_go_with_the_version)
{
	struct image_inspect image = {.virtual_size = 5};
	struct endpoint_settings endpoint = {0};
	struct health_config health = {.start_interval = 7};
	struct disk_usage usage = {0};

	ASSERT(writes(&image_inspect_type, &image, 143, "\"VirtualSize\":5"));
	ASSERT(!writes(&image_inspect_type, &image, 144, "VirtualSize"));
	ASSERT(!writes(&endpoint_settings_type, &endpoint, 143, "DNSNames"));
	ASSERT(writes(&endpoint_settings_type, &endpoint, 144, "\"DNSNames\":null"));
	ASSERT(!writes(&health_config_type, &health, 143, "StartInterval"));
	ASSERT(writes(&health_config_type, &health, 144, "\"StartInterval\":7"));
	ASSERT(writes(&disk_usage_type, &usage, 141, "\"BuilderSize\":0"));
	ASSERT(!writes(&disk_usage_type, &usage, 142, "BuilderSize"));
}

/* The header X-Docker-Container-Path-Stat of a directory as the Engine sent it. */
TEST(path_stats)
{
	static const char header[] =
		"eyJuYW1lIjoidG1wIiwic2l6ZSI6NDA5NiwibW9kZSI6MjE0NzQ4NDE0MSwibXRpbWUiOiIyMDI2LTExLT"
		"IxVDIyOjU0OjIwLjAwNzYyMzMyMloiLCJsaW5rVGFyZ2V0IjoiIn0=";
	scoped(arena) *arena = arena_new(0);
	char *text;

	ASSERT(base64_decode(header, strlen(header), &text) > 0);
	ASSERT_STR(rewrite(arena, text, &container_path_stat_type, false), text);
	free(text);
}
