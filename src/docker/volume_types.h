/*
 * volume_types.h: volumes (Docker Engine API v1.44, tag Volume).
 */
#pragma once

#include "json/field.h"

struct volume_usage {
	int64_t ref_count; /* -1: not counted */
	int64_t size;      /* bytes; -1: not computed */
};
extern const struct json_type volume_usage_type;

/* GET /volumes/{name} */
struct volume_resource {
	int64_t created_at; /* whole seconds */
	char *driver;
	struct json_map labels;
	char *mountpoint;
	char *name;
	struct json_map options;
	char *scope;
	char *status;
	struct volume_usage *usage_data; /* only in GET /system/df */
};
extern const struct json_type volume_resource_type;

/* POST /volumes/create */
struct volume_create_request {
	char *name;
	char *driver;
	struct json_map driver_opts;
	struct json_map labels;
};
extern const struct json_type volume_create_request_type;

/* GET /volumes */
struct volume_list_answer {
	struct json_list volumes; /* of struct volume_resource */
	char **warnings;
};
extern const struct json_type volume_list_answer_type;

/* POST /volumes/prune */
struct volume_prune_answer {
	char **volumes_deleted;
	int64_t space_reclaimed;
};
extern const struct json_type volume_prune_answer_type;
