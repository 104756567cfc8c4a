#include "oci/config.h"

#include "json/read.h"

#define T struct image_step
static const struct json_field step_fields[] = {
	JSON_FIELD(T, "created", JSON_TIME, created, 0),
	JSON_FIELD(T, "created_by", JSON_STRING, created_by, 0),
	JSON_FIELD(T, "author", JSON_STRING, author, 0),
	JSON_FIELD(T, "comment", JSON_STRING, comment, 0),
	JSON_FIELD(T, "empty_layer", JSON_BOOL, empty_layer, 0),
	JSON_END,
};
#undef T
static const struct json_type step_type = {"History", sizeof(struct image_step), step_fields};

#define T struct image_config
static const struct json_field config_fields[] = {
	JSON_FIELD(T, "created", JSON_TIME, created, 0),
	JSON_FIELD(T, "author", JSON_STRING, author, 0),
	JSON_FIELD(T, "architecture", JSON_STRING, architecture, 0),
	JSON_FIELD(T, "os", JSON_STRING, os, 0),
	JSON_FIELD(T, "variant", JSON_STRING, variant, 0),
	JSON_FIELD_OF(T, "config", JSON_OBJECT, config, 0, container_config_type),
	JSON_FIELD_OF(T, "history", JSON_LIST, history, 0, step_type),
	JSON_END,
};
#undef T
static const struct json_type config_type = {"Image", sizeof(struct image_config), config_fields};

int
image_config_read(
	struct arena *arena, const char *text, size_t n, struct image_config *ret, struct error *e)
{
	scoped_error why = {0};
	int r;

	*ret = (struct image_config){0};
	r = json_read(arena, text, n, &config_type, ret, &why);
	if (r < 0)
		return error_set(e, ERROR_INTERNAL, r,
			"the image's configuration cannot be read: %s", error_message(&why));
	return 0;
}
