#include "docker/glob.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

/* One character of a class, which a backslash may escape; NULL if the pattern ends. */
static const char *
class_char(const char *p, unsigned char *ret)
{
	if (*p == '\\')
		p++;
	if (!*p)
		return NULL;
	*ret = (unsigned char)*p;
	return p + 1;
}

/* p is behind '['. Returns what is behind ']', or NULL for a malformed class. */
static const char *
match_class(const char *p, unsigned char c, bool *ret)
{
	bool negated = *p == '^', hit = false, first = true;

	if (negated)
		p++;
	for (; first || *p != ']'; first = false) {
		unsigned char low, high;

		if (*p == '-' || *p == ']' || !(p = class_char(p, &low)))
			return NULL;
		high = low;
		if (*p == '-' && (p[1] == ']' || !(p = class_char(p + 1, &high))))
			return NULL;
		if (low <= c && c <= high)
			hit = true;
	}
	*ret = hit != negated;
	return p + 1;
}

/* Matches one element that is not a star. NULL: malformed; else *ret tells, and the rest of the pattern is returned. */
static const char *
match_one(const char *p, unsigned char c, bool *ret)
{
	switch (*p) {
	case '?':
		*ret = c && c != '/';
		return p + 1;
	case '[': {
		const char *rest = match_class(p + 1, c, ret);

		if (!c || c == '/')
			*ret = false;
		return rest;
	}
	case '\\':
		if (!*++p)
			return NULL;
		break;
	}
	*ret = c && (unsigned char)*p == c;
	return p + 1;
}

static int
check_pattern(const char *p)
{
	bool ignored;

	while (p && *p)
		p = *p == '*' ? p + 1 : match_one(p, 'x', &ignored);
	return p ? 0 : -EINVAL;
}

/* A star does not match '/', so only the last star may have to give way: no deeper going back can help. */
int
glob_match(const char *pattern, const char *name)
{
	const char *p = pattern, *after_star = NULL, *star_name = NULL;

	if (check_pattern(pattern) < 0)
		return -EINVAL;
	for (;;) {
		bool hit = false;
		const char *rest;

		if (*p == '*') {
			after_star = ++p;
			star_name = name;
			continue;
		}
		if (!*p && !*name)
			return 1;
		rest = *p ? match_one(p, (unsigned char)*name, &hit) : p;
		if (hit) {
			p = rest;
			name++;
			continue;
		}
		if (!after_star || !*star_name || *star_name == '/')
			return 0;
		p = after_star;
		name = ++star_name;
	}
}
