#include "docker/version.h"

#include "base/str.h"

#include <errno.h>

/* Reads digits at *s; -1 if there are none or too many to matter. */
static int
read_number(const char **s)
{
	int n = 0, digits = 0;

	for (; **s >= '0' && **s <= '9'; (*s)++) {
		if (++digits > 4)
			return -1;
		n = n * 10 + (**s - '0');
	}
	return digits ? n : -1;
}

const char *
api_version_scan(const char *text, int *ret)
{
	const char *s = text;
	int major = read_number(&s), minor;

	if (major < 0 || *s++ != '.')
		return NULL;
	minor = read_number(&s);
	if (minor < 0)
		return NULL;
	if (*s == '.') {
		s++;
		if (read_number(&s) < 0)
			return NULL;
	}
	*ret = major * 100 + (minor < 100 ? minor : 99);
	return s;
}

int
api_version_check(const char *text, int *ret, struct error *e)
{
	const char *end;

	*ret = API_VERSION_MAX;
	if (str_empty(text))
		return 0;
	end = api_version_scan(text, ret);
	if (!end || *end)
		return error_set(e, ERROR_INVALID, -EINVAL, "\"%s\" is no API version", text);
	if (*ret > API_VERSION_MAX)
		return error_set(e, ERROR_INVALID, -EPROTONOSUPPORT,
			"client version %s is too new. Maximum supported API version "
			"is " API_VERSION_MAX_TEXT,
			text);
	if (*ret < API_VERSION_MIN)
		return error_set(e, ERROR_INVALID, -EPROTONOSUPPORT,
			"client version %s is too old. Minimum supported API version "
			"is " API_VERSION_MIN_TEXT
			", please upgrade your client to a newer version",
			text);
	return 0;
}
