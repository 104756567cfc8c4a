#include "docker/progress_types.h"

#define T struct progress_detail
static const struct json_field progress_detail_fields[] = {
	JSON_FIELD(T, "current", JSON_INT, current, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "total", JSON_INT, total, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "start", JSON_INT, start, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "hidecounts", JSON_BOOL, hide_counts, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "units", JSON_STRING, units, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type progress_detail_type = {
	"ProgressDetail", sizeof(struct progress_detail), progress_detail_fields};

#define T struct error_detail
static const struct json_field error_detail_fields[] = {
	JSON_FIELD(T, "code", JSON_INT, code, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "message", JSON_STRING, message, 0),
	JSON_END,
};
#undef T
const struct json_type error_detail_type = {
	"ErrorDetail", sizeof(struct error_detail), error_detail_fields};

#define T struct progress_line
static const struct json_field progress_line_fields[] = {
	JSON_FIELD(T, "stream", JSON_STRING, stream, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "status", JSON_STRING, status, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "progressDetail", JSON_OBJECT_PTR, progress_detail, JSON_OMIT_EMPTY,
		progress_detail_type),
	JSON_FIELD(T, "progress", JSON_STRING, progress, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "id", JSON_STRING, id, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "from", JSON_STRING, from, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "time", JSON_INT, time, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "timeNano", JSON_INT, time_nano, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "errorDetail", JSON_OBJECT_PTR, error_detail, JSON_OMIT_EMPTY,
		error_detail_type),
	JSON_FIELD(T, "error", JSON_STRING, error, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "aux", JSON_RAW, aux, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type progress_line_type = {
	"ProgressLine", sizeof(struct progress_line), progress_line_fields};
