#include "core/routes/routes.h"

#include "base/str.h"
#include "docker/stdmsg.h"
#include "task/clock.h"

#include <errno.h>
#include <limits.h>

#define RAW_STREAM "application/vnd.docker.raw-stream"
#define MULTIPLEXED_STREAM "application/vnd.docker.multiplexed-stream"

int
route_container(struct call *call, struct core *core, struct container **ret, struct error *e)
{
	return container_find(core, http_param(call, "id"), ret, e);
}

bool
route_bool(const struct call *call, const char *key, bool otherwise)
{
	return str_to_bool(http_query(call, key), otherwise);
}

int
route_int(const struct call *call, const char *key, int otherwise, int *ret, enum error_kind kind,
	struct error *e)
{
	const char *text = http_query(call, key);

	*ret = otherwise;
	if (str_empty(text))
		return 0;
	if (str_to_int(text, INT_MIN, INT_MAX, ret) < 0)
		return not_a_number(e, kind, "Atoi", text);
	return 0;
}

static int
required_int(const struct call *call, const char *key, int *ret, struct error *e)
{
	if (str_empty(http_query(call, key)))
		return not_a_number(e, ERROR_INVALID, "Atoi", "");
	return route_int(call, key, 0, ret, ERROR_INVALID, e);
}

int
route_terminal_size(
	const struct call *call, unsigned *ret_rows, unsigned *ret_columns, struct error *e)
{
	int rows, columns;
	int r = required_int(call, "h", &rows, e);

	if (r >= 0)
		r = required_int(call, "w", &columns, e);
	if (r < 0)
		return r;
	*ret_rows = (unsigned)rows;
	*ret_columns = (unsigned)columns;
	return 0;
}

int
route_filters(struct call *call, struct filters *ret, struct error *e)
{
	return filters_parse(call->arena, http_query(call, "filters"), ret, e);
}

int
route_time(const struct call *call, const char *key, int64_t *ret_ns, struct error *e)
{
	const char *text = http_query(call, key);

	*ret_ns = 0;
	if (str_empty(text) || str_eq(text, "0"))
		return 0;
	if (time_parse_query(text, clock_wall_ns(), ret_ns) < 0)
		return not_a_number(e, ERROR_INTERNAL, "ParseInt", text);
	return 0;
}

int
route_until(const struct filters *f, int64_t *ret_ns, struct error *e)
{
	char **values = filters_values(f, "until");

	*ret_ns = INT64_MAX;
	if (!*values)
		return 0;
	if (values[1])
		return error_set(e, ERROR_INVALID, -EINVAL, "more than one until filter specified");
	if (time_parse_query(*values, clock_wall_ns(), ret_ns) < 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid filter 'until=%s'", *values);
	return 0;
}

const char *
route_log_type(const struct call *call, bool tty)
{
	return tty || call->api_version < 142 ? RAW_STREAM : MULTIPLEXED_STREAM;
}

const char *
route_hijack_type(const struct call *call, bool tty)
{
	return call->request.upgrade ? route_log_type(call, tty) : RAW_STREAM;
}
