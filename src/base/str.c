#include "base/str.h"

#include "base/error.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <strings.h>

bool
str_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool
str_ieq(const char *a, const char *b)
{
	return a == b || (a && b && strcasecmp(a, b) == 0);
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

const char *
str_or(const char *s, const char *otherwise)
{
	return str_empty(s) ? otherwise : s;
}

/* strtoll and its like skip white space and a plus, which are not part of a number here. */
static bool
starts_number(const char *s)
{
	if (*s == '-')
		s++;
	return isdigit((unsigned char)*s);
}

int
str_to_i64(const char *s, int64_t *ret)
{
	long long value;
	char *end;

	if (!s || !starts_number(s))
		return -EINVAL;
	errno = 0;
	value = strtoll(s, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	*ret = value;
	return 0;
}

int
str_to_u64(const char *s, uint64_t *ret)
{
	unsigned long long value;
	char *end;

	if (!s || !starts_number(s) || *s == '-')
		return -EINVAL;
	errno = 0;
	value = strtoull(s, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	*ret = value;
	return 0;
}

int
str_to_int(const char *s, int min, int max, int *ret)
{
	int64_t value;
	int r = str_to_i64(s, &value);

	if (r < 0)
		return r;
	if (value < min || value > max)
		return -ERANGE;
	*ret = (int)value;
	return 0;
}

int
str_to_double(const char *s, double *ret)
{
	double value;
	char *end;

	/* strtod also reads "inf", "nan", "0x1p3" and leading blanks. */
	if (str_empty(s) || s[strspn(s, "0123456789+-.eE")])
		return -EINVAL;
	errno = 0;
	value = strtod(s, &end);
	if (end == s || *end)
		return -EINVAL;
	if (!isfinite(value))
		return -ERANGE;
	*ret = value;
	return 0;
}

bool
str_to_bool(const char *s, bool otherwise)
{
	static const char *const no[] = {"", "0", "no", "false", "none"};
	size_t n;

	if (!s)
		return otherwise;
	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (strlen(no[i]) == n && strncasecmp(s, no[i], n) == 0)
			return false;
	return true;
}

/* The power of 1024 that the unit after a size stands for, or -1. */
static int
unit_power(const char *unit)
{
	static const char *const units[][3] = {
		{"", "b", "b"},
		{"k", "kb", "kib"},
		{"m", "mb", "mib"},
		{"g", "gb", "gib"},
		{"t", "tb", "tib"},
		{"p", "pb", "pib"},
	};

	if (*unit == ' ')
		unit++;
	for (size_t power = 0; power < ARRAY_LEN(units); power++)
		for (size_t form = 0; form < ARRAY_LEN(units[power]); form++)
			if (str_ieq(unit, units[power][form]))
				return (int)power;
	return -1;
}

int
str_to_bytes(const char *s, int64_t *ret)
{
	double value, scaled;
	char *end;
	int power;

	if (!s || !isdigit((unsigned char)*s) || tolower((unsigned char)s[1]) == 'x')
		return -EINVAL;
	value = strtod(s, &end);
	if (memchr(s, 'e', (size_t)(end - s)) || memchr(s, 'E', (size_t)(end - s)))
		return -EINVAL;
	power = unit_power(end);
	if (power < 0)
		return -EINVAL;
	scaled = ldexp(value, 10 * power);
	if (scaled >= 0x1p63)
		return -ERANGE;
	*ret = (int64_t)scaled;
	return 0;
}

int
str_format(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, size, fmt, ap);
	va_end(ap);
	bug_if(n < 0 || size == 0);
	if ((size_t)n < size)
		return 0;
	out[0] = '\0';
	return -ENAMETOOLONG;
}
