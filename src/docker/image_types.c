#include "docker/image_types.h"

#define T struct root_fs
static const struct json_field root_fs_fields[] = {
	JSON_FIELD(T, "Type", JSON_STRING, type, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Layers", JSON_STRINGS, layers, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type root_fs_type = {"RootFS", sizeof(struct root_fs), root_fs_fields};

#define T struct image_metadata
static const struct json_field image_metadata_fields[] = {
	JSON_FIELD(T, "LastTagTime", JSON_TIME, last_tag_time, 0),
	JSON_END,
};
#undef T
const struct json_type image_metadata_type = {
	"Metadata", sizeof(struct image_metadata), image_metadata_fields};

#define T struct image_inspect
static const struct json_field image_inspect_fields[] = {
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "RepoTags", JSON_STRINGS, repo_tags, JSON_EMPTY_LIST),
	JSON_FIELD(T, "RepoDigests", JSON_STRINGS, repo_digests, JSON_EMPTY_LIST),
	JSON_FIELD(T, "Parent", JSON_STRING, parent, 0),
	JSON_FIELD(T, "Comment", JSON_STRING, comment, 0),
	JSON_FIELD(T, "Created", JSON_TIME, created, 0),
	JSON_FIELD(T, "Container", JSON_STRING, container, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(
		T, "ContainerConfig", JSON_OBJECT_PTR, container_config, 0, container_config_type),
	JSON_FIELD(T, "DockerVersion", JSON_STRING, docker_version, 0),
	JSON_FIELD(T, "Author", JSON_STRING, author, 0),
	JSON_FIELD_OF(T, "Config", JSON_OBJECT_PTR, config, 0, container_config_type),
	JSON_FIELD(T, "Architecture", JSON_STRING, architecture, 0),
	JSON_FIELD(T, "Variant", JSON_STRING, variant, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Os", JSON_STRING, os, 0),
	JSON_FIELD(T, "OsVersion", JSON_STRING, os_version, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Size", JSON_INT, size, 0),
	JSON_FIELD_SINCE(T, "VirtualSize", JSON_INT, virtual_size, 0, 0, 144),
	JSON_FIELD_OF(T, "GraphDriver", JSON_OBJECT, graph_driver, 0, graph_driver_type),
	JSON_FIELD_OF(T, "RootFS", JSON_OBJECT, root_fs, 0, root_fs_type),
	JSON_FIELD_OF(T, "Metadata", JSON_OBJECT, metadata, 0, image_metadata_type),
	JSON_END,
};
#undef T
const struct json_type image_inspect_type = {
	"ImageInspect", sizeof(struct image_inspect), image_inspect_fields};

#define T struct image_summary
static const struct json_field image_summary_fields[] = {
	JSON_FIELD(T, "Containers", JSON_INT, containers, 0),
	JSON_FIELD(T, "Created", JSON_INT, created, 0),
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, 0),
	JSON_FIELD(T, "ParentId", JSON_STRING, parent_id, 0),
	JSON_FIELD(T, "RepoDigests", JSON_STRINGS, repo_digests, 0),
	JSON_FIELD(T, "RepoTags", JSON_STRINGS, repo_tags, 0),
	JSON_FIELD(T, "SharedSize", JSON_INT, shared_size, 0),
	JSON_FIELD(T, "Size", JSON_INT, size, 0),
	JSON_FIELD_SINCE(T, "VirtualSize", JSON_INT, virtual_size, JSON_OMIT_EMPTY, 0, 144),
	JSON_END,
};
#undef T
const struct json_type image_summary_type = {
	"ImageSummary", sizeof(struct image_summary), image_summary_fields};

#define T struct image_history_item
static const struct json_field image_history_item_fields[] = {
	JSON_FIELD(T, "Comment", JSON_STRING, comment, 0),
	JSON_FIELD(T, "Created", JSON_INT, created, 0),
	JSON_FIELD(T, "CreatedBy", JSON_STRING, created_by, 0),
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "Size", JSON_INT, size, 0),
	JSON_FIELD(T, "Tags", JSON_STRINGS, tags, 0),
	JSON_END,
};
#undef T
const struct json_type image_history_item_type = {
	"HistoryResponseItem", sizeof(struct image_history_item), image_history_item_fields};

#define T struct image_delete_item
static const struct json_field image_delete_item_fields[] = {
	JSON_FIELD(T, "Deleted", JSON_STRING, deleted, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Untagged", JSON_STRING, untagged, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type image_delete_item_type = {
	"ImageDeleteResponseItem", sizeof(struct image_delete_item), image_delete_item_fields};

#define T struct image_prune_answer
static const struct json_field image_prune_answer_fields[] = {
	JSON_FIELD_OF(T, "ImagesDeleted", JSON_LIST, images_deleted, 0, image_delete_item_type),
	JSON_FIELD(T, "SpaceReclaimed", JSON_INT, space_reclaimed, 0),
	JSON_END,
};
#undef T
const struct json_type image_prune_answer_type = {
	"ImagePruneResponse", sizeof(struct image_prune_answer), image_prune_answer_fields};

#define T struct commit_answer
static const struct json_field commit_answer_fields[] = {
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_END,
};
#undef T
const struct json_type commit_answer_type = {
	"IdResponse", sizeof(struct commit_answer), commit_answer_fields};
