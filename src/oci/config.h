/*
 * config.h: an image's configuration, the document whose digest is the image's id (OCI image
 * specification 1.0, config.md; Docker's is the same).
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "docker/config_types.h"
#include "json/field.h"

struct image_step {
	int64_t created; /* ns since the epoch */
	char *created_by, *author, *comment;
	bool empty_layer;
};

struct image_config {
	int64_t created; /* ns since the epoch; 0 if not given */
	char *author, *architecture, *os, *variant;
	struct container_config config;
	struct json_list history; /* struct image_step, oldest first */
};

int image_config_read(
	struct arena *arena, const char *text, size_t n, struct image_config *ret, struct error *e);
