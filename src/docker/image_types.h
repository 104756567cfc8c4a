/*
 * image_types.h: images (Docker Engine API v1.44, tag Image).
 */
#pragma once

#include "docker/config_types.h"
#include "docker/container_types.h"
#include "json/field.h"

struct root_fs {
	char *type;
	char **layers; /* sha256:… of the uncompressed layers */
};
extern const struct json_type root_fs_type;

struct image_metadata {
	int64_t last_tag_time;
};
extern const struct json_type image_metadata_type;

/* GET /images/{name}/json */
struct image_inspect {
	char *id;
	char **repo_tags;
	char **repo_digests;
	char *parent;
	char *comment;
	int64_t created;
	char *container;
	struct container_config
		*container_config; /* what built it; NULL writes null, the Engine an empty config */
	char *docker_version;
	char *author;
	struct container_config *config;
	char *architecture;
	char *variant;
	char *os;
	char *os_version;
	int64_t size;
	int64_t virtual_size;
	struct graph_driver graph_driver;
	struct root_fs root_fs;
	struct image_metadata metadata;
};
extern const struct json_type image_inspect_type;

/* GET /images/json */
struct image_summary {
	int64_t containers; /* -1: not counted */
	int64_t created;    /* seconds since the epoch */
	char *id;
	struct json_map labels;
	char *parent_id;
	char **repo_digests;
	char **repo_tags;
	int64_t shared_size; /* -1: not computed */
	int64_t size;
	int64_t virtual_size;
};
extern const struct json_type image_summary_type;

/* GET /images/{name}/history */
struct image_history_item {
	char *comment;
	int64_t created; /* seconds since the epoch */
	char *created_by;
	char *id; /* or "<missing>" */
	int64_t size;
	char **tags;
};
extern const struct json_type image_history_item_type;

/* DELETE /images/{name}; one of the two */
struct image_delete_item {
	char *deleted;
	char *untagged;
};
extern const struct json_type image_delete_item_type;

/* POST /images/prune */
struct image_prune_answer {
	struct json_list images_deleted; /* of struct image_delete_item */
	int64_t space_reclaimed;
};
extern const struct json_type image_prune_answer_type;

/* POST /commit */
struct commit_answer {
	char *id;
};
extern const struct json_type commit_answer_type;
