#include "docker/volume_types.h"

#define T struct volume_usage
static const struct json_field volume_usage_fields[] = {
	JSON_FIELD(T, "RefCount", JSON_INT, ref_count, 0),
	JSON_FIELD(T, "Size", JSON_INT, size, 0),
	JSON_END,
};
#undef T
const struct json_type volume_usage_type = {
	"UsageData", sizeof(struct volume_usage), volume_usage_fields};

#define T struct volume_resource
static const struct json_field volume_resource_fields[] = {
	JSON_FIELD(T, "CreatedAt", JSON_TIME, created_at, 0),
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, 0),
	JSON_FIELD(T, "Mountpoint", JSON_STRING, mountpoint, 0),
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "Options", JSON_STRING_MAP, options, 0),
	JSON_FIELD(T, "Scope", JSON_STRING, scope, 0),
	JSON_FIELD(T, "Status", JSON_RAW, status, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(
		T, "UsageData", JSON_OBJECT_PTR, usage_data, JSON_OMIT_EMPTY, volume_usage_type),
	JSON_END,
};
#undef T
const struct json_type volume_resource_type = {
	"Volume", sizeof(struct volume_resource), volume_resource_fields};

#define T struct volume_create_request
static const struct json_field volume_create_request_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "DriverOpts", JSON_STRING_MAP, driver_opts, 0),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, 0),
	JSON_END,
};
#undef T
const struct json_type volume_create_request_type = {
	"VolumeCreateOptions", sizeof(struct volume_create_request), volume_create_request_fields};

#define T struct volume_list_answer
static const struct json_field volume_list_answer_fields[] = {
	JSON_FIELD_OF(T, "Volumes", JSON_LIST, volumes, JSON_EMPTY_LIST, volume_resource_type),
	JSON_FIELD(T, "Warnings", JSON_STRINGS, warnings, 0),
	JSON_END,
};
#undef T
const struct json_type volume_list_answer_type = {
	"VolumeListResponse", sizeof(struct volume_list_answer), volume_list_answer_fields};

#define T struct volume_prune_answer
static const struct json_field volume_prune_answer_fields[] = {
	JSON_FIELD(T, "VolumesDeleted", JSON_STRINGS, volumes_deleted, JSON_EMPTY_LIST),
	JSON_FIELD(T, "SpaceReclaimed", JSON_INT, space_reclaimed, 0),
	JSON_END,
};
#undef T
const struct json_type volume_prune_answer_type = {
	"VolumePruneResponse", sizeof(struct volume_prune_answer), volume_prune_answer_fields};
