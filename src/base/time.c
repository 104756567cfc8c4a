#include "base/time.h"

#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ZERO_TIME "0001-01-01T00:00:00Z" /* Go's zero time */
#define ZERO_TIME_SECONDS (-62135596800ll)

int64_t
time_read_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

usec_t
usec_add(usec_t a, usec_t b)
{
	return a > USEC_INFINITY - b ? USEC_INFINITY : a + b;
}

/* Splits ns into whole seconds, rounded down, and the rest. */
static long
split(int64_t ns, struct tm *ret)
{
	int64_t rest = ns % NSEC_PER_SEC;
	time_t seconds = ns / NSEC_PER_SEC;

	if (rest < 0) {
		rest += NSEC_PER_SEC;
		seconds--;
	}
	gmtime_r(&seconds, ret);
	return (long)rest;
}

void
time_rfc3339_fixed(int64_t ns, char out[TIME_TEXT_SIZE])
{
	struct tm tm;
	long rest = split(ns, &tm);

	str_format(out, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, rest);
}

void
time_rfc3339(int64_t ns, char out[TIME_TEXT_SIZE])
{
	char *end;

	if (ns == 0) {
		str_format(out, TIME_TEXT_SIZE, ZERO_TIME);
		return;
	}
	time_rfc3339_fixed(ns, out);
	end = out + strlen(out) - strlen("Z");
	while (end[-1] == '0')
		end--;
	if (end[-1] == '.')
		end--;
	end[0] = 'Z';
	end[1] = '\0';
}

/* Reads exactly n digits at *s into *ret and moves on. */
static bool
read_digits(const char **s, int n, int *ret)
{
	int value = 0;

	for (int i = 0; i < n; i++, ++*s) {
		if (!isdigit((unsigned char)**s))
			return false;
		value = value * 10 + (**s - '0');
	}
	*ret = value;
	return true;
}

static bool
skip(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

/* Reads one or more digits of a fraction into nanoseconds; those after the ninth are dropped. */
static bool
read_fraction(const char **s, int64_t *ret_ns)
{
	int64_t unit = NSEC_PER_SEC / 10, ns = 0;

	if (!isdigit((unsigned char)**s))
		return false;
	for (; isdigit((unsigned char)**s); ++*s, unit /= 10)
		ns += (**s - '0') * unit;
	*ret_ns = ns;
	return true;
}

static bool
read_date(const char **s, struct tm *tm)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, last;

	if (!read_digits(s, 4, &year) || !skip(s, '-') || !read_digits(s, 2, &month) ||
		!skip(s, '-') || !read_digits(s, 2, &day))
		return false;
	if (month < 1 || month > 12)
		return false;
	last = days[month - 1];
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		last++;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return day >= 1 && day <= last;
}

/* "15", "15:04", "15:04:05" or "15:04:05.9" */
static bool
read_clock(const char **s, struct tm *tm, int64_t *ret_ns)
{
	if (!read_digits(s, 2, &tm->tm_hour))
		return false;
	if (skip(s, ':') && !read_digits(s, 2, &tm->tm_min))
		return false;
	if (skip(s, ':') && !read_digits(s, 2, &tm->tm_sec))
		return false;
	if (skip(s, '.') && !read_fraction(s, ret_ns))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

/* "", "Z" or "±hh:mm" */
static bool
read_offset(const char **s, int *ret_seconds)
{
	int sign = **s == '-' ? -1 : 1, hours, minutes;

	*ret_seconds = 0;
	if (!**s || skip(s, 'Z') || skip(s, 'z'))
		return true;
	if (!skip(s, '+') && !skip(s, '-'))
		return false;
	if (!read_digits(s, 2, &hours) || !skip(s, ':') || !read_digits(s, 2, &minutes))
		return false;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

/* seconds and ns to nanoseconds since the epoch, Go's zero time being 0. */
static int
join(int64_t seconds, int64_t ns, int64_t *ret_ns)
{
	int64_t total;

	if (seconds == ZERO_TIME_SECONDS) {
		*ret_ns = 0;
		return 0;
	}
	if (__builtin_mul_overflow(seconds, NSEC_PER_SEC, &total) ||
		__builtin_add_overflow(total, ns, &total))
		return -EINVAL;
	*ret_ns = total;
	return 0;
}

int
time_parse_rfc3339(const char *s, int64_t *ret_ns)
{
	struct tm tm = {0};
	int64_t ns = 0;
	int offset;

	if (!read_date(&s, &tm))
		return -EINVAL;
	if ((skip(&s, 'T') || skip(&s, 't')) && !read_clock(&s, &tm, &ns))
		return -EINVAL;
	if (!read_offset(&s, &offset) || *s)
		return -EINVAL;
	return join((int64_t)timegm(&tm) - offset, ns, ret_ns);
}

/* "1136073600" or "1136073600.000000001" */
static int
parse_seconds(const char *s, int64_t *ret_ns)
{
	const char *dot = strchr(s, '.');
	char whole[24];
	int64_t seconds, ns = 0;
	int r;

	if (str_format(whole, sizeof(whole), "%.*s", dot ? (int)(dot - s) : (int)strlen(s), s) < 0)
		return -EINVAL;
	r = str_to_i64(whole, &seconds);
	if (r < 0)
		return -EINVAL;
	if (dot) {
		dot++;
		if (!read_fraction(&dot, &ns) || *dot)
			return -EINVAL;
	}
	return join(seconds, ns, ret_ns);
}

int
time_parse_query(const char *s, int64_t now_ns, int64_t *ret_ns)
{
	int64_t duration, point;

	if (parse_seconds(s, ret_ns) == 0 || time_parse_rfc3339(s, ret_ns) == 0)
		return 0;
	if (time_parse_duration(s, &duration) < 0 ||
		__builtin_sub_overflow(now_ns, duration, &point))
		return -EINVAL;
	*ret_ns = point;
	return 0;
}

static const struct unit {
	const char *name;
	int64_t ns;
} units[] = {
	/* a unit that begins with another comes before it */
	{"ns", 1},
	{"us", 1000},
	{"\u00b5s", 1000}, /* micro sign */
	{"\u03bcs", 1000}, /* Greek mu */
	{"ms", 1000000},
	{"s", NSEC_PER_SEC},
	{"m", 60 * NSEC_PER_SEC},
	{"h", 3600 * NSEC_PER_SEC},
};

static const struct unit *
read_unit(const char **s)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (str_starts(*s, units[i].name)) {
			*s += strlen(units[i].name);
			return &units[i];
		}
	}
	return NULL;
}

/* One number with its unit, "1.5h". */
static bool
read_term(const char **s, int64_t *ret_ns)
{
	int64_t whole = 0, fraction = 0, total;
	const struct unit *unit;
	bool digits = false;

	for (; isdigit((unsigned char)**s); ++*s, digits = true)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_add_overflow(whole, **s - '0', &whole))
			return false;
	if (skip(s, '.') && read_fraction(s, &fraction))
		digits = true;
	unit = read_unit(s);
	if (!digits || !unit || __builtin_mul_overflow(whole, unit->ns, &total))
		return false;
	fraction =
		(int64_t)((__int128)fraction * unit->ns / NSEC_PER_SEC); /* billionths of a unit */
	return !__builtin_add_overflow(total, fraction, ret_ns);
}

int
time_parse_duration(const char *s, int64_t *ret_ns)
{
	int64_t total = 0, term;
	bool negative = *s == '-';

	if (*s == '-' || *s == '+')
		s++;
	if (!*s)
		return -EINVAL;
	if (str_eq(s, "0"))
		s++; /* the one number that needs no unit */
	while (*s)
		if (!read_term(&s, &term) || __builtin_add_overflow(total, term, &total))
			return -EINVAL;
	*ret_ns = negative ? -total : total;
	return 0;
}

/* Docker prints durations with HumanDuration of its go-units package: hours are rounded, all else
 * is cut. */
void
time_human(int64_t duration_ns, char out[TIME_HUMAN_SIZE])
{
	long long seconds = duration_ns / NSEC_PER_SEC, minutes = seconds / 60;
	long long hours = (seconds + 1800) / 3600;

	if (seconds < 1)
		str_format(out, TIME_HUMAN_SIZE, "Less than a second");
	else if (seconds == 1)
		str_format(out, TIME_HUMAN_SIZE, "1 second");
	else if (seconds < 60)
		str_format(out, TIME_HUMAN_SIZE, "%lld seconds", seconds);
	else if (minutes == 1)
		str_format(out, TIME_HUMAN_SIZE, "About a minute");
	else if (minutes < 60)
		str_format(out, TIME_HUMAN_SIZE, "%lld minutes", minutes);
	else if (hours == 1)
		str_format(out, TIME_HUMAN_SIZE, "About an hour");
	else if (hours < 48)
		str_format(out, TIME_HUMAN_SIZE, "%lld hours", hours);
	else if (hours < 24 * 14)
		str_format(out, TIME_HUMAN_SIZE, "%lld days", hours / 24);
	else if (hours < 24 * 60)
		str_format(out, TIME_HUMAN_SIZE, "%lld weeks", hours / 24 / 7);
	else if (hours < 24 * 730)
		str_format(out, TIME_HUMAN_SIZE, "%lld months", hours / 24 / 30);
	else
		str_format(out, TIME_HUMAN_SIZE, "%lld years", seconds / 3600 / 24 / 365);
}
