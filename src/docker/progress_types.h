/*
 * progress_types.h: one line of the streams that pull, load, build and push answer with. The schemas are CreateImageInfo,
 * BuildInfo and PushImageInfo of Docker Engine API v1.44; clients use one type for all of them.
 */
#pragma once

#include "json/field.h"

struct progress_detail {
	int64_t current;
	int64_t total;
	int64_t start;
	bool hide_counts;
	char *units;
};
extern const struct json_type progress_detail_type;

struct error_detail {
	int64_t code;
	char *message;
};
extern const struct json_type error_detail_type;

struct progress_line {
	char *stream;
	char *status;
	struct progress_detail *progress_detail; /* an empty one is written as {} */
	char *progress;                          /* the bar, drawn by us for old clients */
	char *id;
	char *from;
	int64_t time;
	int64_t time_nano;
	struct error_detail *error_detail;
	char *error;
	char *aux;
};
extern const struct json_type progress_line_type;
