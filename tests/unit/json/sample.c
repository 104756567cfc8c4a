#include "sample.h"

static const struct json_field leaf_fields[] = {
	JSON_FIELD(struct leaf, "Name", JSON_STRING, name, 0),
	JSON_FIELD(struct leaf, "Size", JSON_INT, size, JSON_OMIT_EMPTY),
	JSON_END,
};
const struct json_type leaf_type = {"Leaf", sizeof(struct leaf), leaf_fields};

static const struct json_field common_fields[] = {
	JSON_FIELD(struct common, "Memory", JSON_INT, memory, 0),
	JSON_FIELD(struct common, "OOM", JSON_BOOL_PTR, oom, 0),
	JSON_END,
};
static const struct json_type common_type = {"Common", sizeof(struct common), common_fields};

static const struct json_field sample_fields[] = {
	JSON_FIELDS_OF(struct sample, common, common_type),
	JSON_FIELD(struct sample, "Flag", JSON_BOOL, flag, 0),
	JSON_FIELD(struct sample, "FlagPtr", JSON_BOOL_PTR, flag_ptr, JSON_OMIT_EMPTY),
	JSON_FIELD(struct sample, "Number", JSON_INT, number, 0),
	JSON_FIELD(struct sample, "NumberPtr", JSON_INT_PTR, number_ptr, 0),
	JSON_FIELD(struct sample, "Size", JSON_UINT, size, 0),
	JSON_FIELD(struct sample, "Pair", JSON_UINT_PAIR, pair, JSON_OMIT_EMPTY),
	JSON_FIELD(struct sample, "Uints", JSON_UINT_LIST, uints, 0),
	JSON_FIELD(struct sample, "Ratio", JSON_DOUBLE, ratio, 0),
	JSON_FIELD(struct sample, "Text", JSON_STRING, text, JSON_OR_NUMBER),
	JSON_FIELD(struct sample, "TextPtr", JSON_STRING_PTR, text_ptr, 0),
	JSON_FIELD(struct sample, "Time", JSON_TIME, time, 0),
	JSON_FIELD(struct sample, "Strings", JSON_STRINGS, strings, JSON_OR_STRING),
	JSON_FIELD(struct sample, "Rows", JSON_STRING_ROWS, rows, 0),
	JSON_FIELD_OF(struct sample, "Leaf", JSON_OBJECT, leaf, 0, leaf_type),
	JSON_FIELD_OF(struct sample, "LeafPtr", JSON_OBJECT_PTR, leaf_ptr, 0, leaf_type),
	JSON_FIELD_OF(struct sample, "Leaves", JSON_LIST, leaves, JSON_EMPTY_LIST, leaf_type),
	JSON_FIELD(struct sample, "Labels", JSON_STRING_MAP, labels, JSON_EMPTY_LIST),
	JSON_FIELD(struct sample, "Counts", JSON_UINT_MAP, counts, 0),
	JSON_FIELD_OF(struct sample, "Objects", JSON_OBJECT_MAP, objects, 0, leaf_type),
	JSON_FIELD_OF(struct sample, "Lists", JSON_LIST_MAP, lists, 0, leaf_type),
	JSON_FIELD(struct sample, "Set", JSON_SET, set, 0),
	JSON_FIELD(struct sample, "Raw", JSON_RAW, raw, 0),
	JSON_END,
};
const struct json_type sample_type = {"Sample", sizeof(struct sample), sample_fields};
