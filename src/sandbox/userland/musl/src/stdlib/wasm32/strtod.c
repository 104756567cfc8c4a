/*
 * Numbers as people write them, a few digits with or without a point, are converted exactly by one
 * division; musl's general algorithm does the rest.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include "shgetc.h"
#include "floatscan.h"
#include "stdio_impl.h"

#define EXACT (1ull << 53) /* integers up to this are doubles */

/* Powers of ten that are doubles. */
static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

#define TENS (sizeof tens / sizeof *tens)

/* The quotient of two exact doubles is rounded correctly. NULL: not that simple. */
static const char *
plain_number(const char *s, double *ret_value)
{
	uint64_t digits = 0;
	unsigned fraction = 0;
	int negative, any = 0, point = 0;

	while (isspace((unsigned char)*s))
		s++;
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	for (;; s++) {
		if (*s == '.' && !point) {
			point = 1;
		} else if (isdigit((unsigned char)*s)) {
			digits = digits * 10 + (unsigned)(*s - '0');
			fraction += (unsigned)point;
			any = 1;
			if (digits > EXACT || fraction >= TENS)
				return NULL;
		} else {
			break;
		}
	}
	if (!any || (*s | 32) == 'e' || (*s | 32) == 'x')
		return NULL;
	*ret_value = (double)digits / tens[fraction];
	if (negative)
		*ret_value = -*ret_value;
	return s;
}

static double
any_number(const char *s, char **end, int precision)
{
	FILE f;
	double value;
	off_t length;

	sh_fromstring(&f, s);
	shlim(&f, 0);
	value = __floatscan(&f, precision, 1);
	length = shcnt(&f);
	if (end)
		*end = (char *)s + length;
	return value;
}

float
strtof(const char *restrict s, char **restrict end)
{
	return (float)any_number(s, end, 0);
}

double
strtod(const char *restrict s, char **restrict end)
{
	double value;
	const char *after = plain_number(s, &value);

	if (!after)
		return any_number(s, end, 1);
	if (end)
		*end = (char *)after;
	return value;
}

long double
strtold(const char *restrict s, char **restrict end)
{
	return strtod(s, end);
}
