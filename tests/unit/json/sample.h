/* sample.h: one type with a member of every kind, for the tests of this room. */
#pragma once

#include "json/field.h"

struct leaf {
	char *name;
	int64_t size;
};

struct common {
	int64_t memory;
	bool *oom;
};

struct sample {
	struct common common;
	bool flag;
	bool *flag_ptr;
	int64_t number;
	int64_t *number_ptr;
	uint64_t size;
	uint64_t pair[2];
	struct json_list uints;
	double ratio;
	char *text;
	char *text_ptr;
	int64_t time;
	char **strings;
	char ***rows;
	struct leaf leaf;
	struct leaf *leaf_ptr;
	struct json_list leaves;
	struct json_map labels;
	struct json_map counts;
	struct json_map objects;
	struct json_map lists;
	struct json_map set;
	char *raw;
};

extern const struct json_type leaf_type, sample_type;
