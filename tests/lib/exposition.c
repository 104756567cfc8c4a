#include "exposition.h"

#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

/* What is being read: where, and the family that the last TYPE line opened. */
struct reader {
	const char *line;
	int number;
	char family[128];
	const char *type;
	bool helped; /* the last line was a HELP line */
	bool sampled;

	/* the histogram's series at work */
	char labels[1024]; /* without le */
	double last_bound, last_count;
	int parts; /* 1: +Inf was seen, 2: the sum, 3: complete or none at work */
};

static void
wrong(const struct reader *r, const char *why)
{
	test_fail(__FILE__, __LINE__, "line %d: %s: %.*s", r->number, why,
		(int)strcspn(r->line, "\n"), r->line);
}

static void
require(const struct reader *r, bool holds, const char *why)
{
	if (!holds)
		wrong(r, why);
}

/* The length of a name, of which `more` may be in all but its first place. */
static size_t
name_length(const char *s, const char *more)
{
	char all[128];

	snprintf(all, sizeof(all), "%s%s", LETTERS, more);
	return strspn(s, LETTERS) ? strspn(s, all) : 0;
}

/* -- lines ------------------------------------------------------------------------------------- */

static void
read_help(struct reader *r, const char *name)
{
	char again[160];

	require(r, r->parts == 3, "a histogram that is not complete before it");
	snprintf(again, sizeof(again), "\n# HELP %s ", name);
	require(r, !strstr(r->line, again), "a family that comes again");
	snprintf(r->family, sizeof(r->family), "%s", name);
	r->helped = true;
}

static void
read_type(struct reader *r, const char *name, const char *type)
{
	static const char *const types[] = {"counter", "gauge", "histogram"};
	size_t n = strlen(name);

	require(r, r->helped && strcmp(r->family, name) == 0, "a TYPE without its HELP");
	r->type = NULL;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i]) == 0)
			r->type = types[i];
	require(r, r->type, "no such type");
	if (strcmp(type, "counter") == 0)
		require(r, n > 6 && strcmp(name + n - 6, "_total") == 0,
			"a counter whose name does not end in _total");
	r->helped = r->sampled = false;
}

static void
read_comment(struct reader *r)
{
	char word[8], name[128], rest[1024];

	require(r, sscanf(r->line, "# %7s %127s %1023[^\n]", word, name, rest) == 3, "a comment");
	require(r, name_length(name, DIGITS ":") == strlen(name), "no name");
	if (strcmp(word, "HELP") == 0)
		read_help(r, name);
	else if (strcmp(word, "TYPE") == 0)
		read_type(r, name, rest);
	else
		wrong(r, "neither HELP nor TYPE");
}

/* The length of `"value"` with its quotes. */
static size_t
quoted_length(const struct reader *r, const char *s)
{
	size_t n = 1;

	require(r, *s == '"', "a value without quotes");
	for (; s[n] != '"'; n++) {
		require(r, s[n] && s[n] != '\n', "a value without an end");
		if (s[n] == '\\')
			require(r, strchr("\\\"n", s[++n]) && s[n], "no such escape");
	}
	return n + 1;
}

/* Copies the labels but for le, whose value goes to *ret_bound. Returns where they end. */
static const char *
read_labels(const struct reader *r, const char *s, char labels[1024], char bound[64])
{
	size_t used = 0;

	*labels = *bound = '\0';
	while (*s++ != '}') { /* steps over the brace or the comma ahead */
		size_t name = name_length(s, DIGITS), value;

		require(r, name > 0 && s[name] == '=', "no label");
		value = quoted_length(r, s + name + 1);
		if (name == 2 && memcmp(s, "le", 2) == 0)
			snprintf(bound, 64, "%.*s", (int)value - 2, s + 4);
		else
			used += (size_t)snprintf(
				labels + used, 1024 - used, "%.*s,", (int)(name + 1 + value), s);
		require(r, used < 1024, "more labels than this checker takes");
		s += name + 1 + value;
		require(r, *s == ',' || *s == '}', "no end of the label");
	}
	return s;
}

static double
read_number(const struct reader *r, const char *s, const char *ends)
{
	char *end;
	double v = strtod(s, &end);

	require(r, end > s && strchr(ends, *end), "no number");
	require(r, *s == '-' || *s == '+' || *s == 'N' || (*s >= '0' && *s <= '9'), "no number");
	return v;
}

static void
read_histogram(struct reader *r, const char *part, const char *labels, const char *bound, double v)
{
	if (strcmp(part, "_bucket") == 0) {
		double le = read_number(r, bound, "");

		if (r->parts == 3) { /* the first of a series */
			snprintf(r->labels, sizeof(r->labels), "%s", labels);
			r->last_bound = -INFINITY;
			r->last_count = r->parts = 0;
		}
		require(r, r->parts == 0 && strcmp(labels, r->labels) == 0, "a stray bucket");
		require(r, le > r->last_bound && v >= r->last_count, "a bucket that descends");
		r->last_bound = le;
		r->last_count = v;
		r->parts = le == INFINITY;
		return;
	}
	require(r, *bound == '\0' && strcmp(labels, r->labels) == 0, "no such series");
	require(r, strcmp(part, r->parts == 1 ? "_sum" : "_count") == 0, "out of order");
	require(r, r->parts == 1 || (r->parts == 2 && v == r->last_count), "a wrong count");
	r->parts++;
}

static void
read_sample(struct reader *r)
{
	size_t name = name_length(r->line, DIGITS ":"), family = strlen(r->family);
	char series[1200], labels[1024], bound[64], part[16];
	const char *at = r->line + name;
	double v;

	require(r, name >= family && !strncmp(r->line, r->family, family), "not in its family");
	require(r, r->type && !r->helped, "a sample without a type");
	if (*at == '{')
		at = read_labels(r, at, labels, bound);
	else
		*labels = *bound = '\0';
	require(r, *at == ' ', "no blank before the value");
	snprintf(series, sizeof(series), "\n%.*s ", (int)(at - r->line), r->line);
	require(r, !strstr(at, series), "a series that comes again");
	v = read_number(r, at + 1, "\n");
	snprintf(part, sizeof(part), "%.*s", (int)(name - family), r->line + family);
	if (strcmp(r->type, "histogram") == 0)
		read_histogram(r, part, labels, bound, v);
	else
		require(r, !*part && !*bound, "not in its family");
	if (strcmp(r->type, "counter") == 0)
		require(r, !(v < 0), "a counter below 0");
	r->sampled = true;
}

void
exposition_check(const char *text)
{
	struct reader r = {.line = text, .number = 1, .parts = 3};

	for (const char *end; *r.line; r.line = end + 1, r.number++) {
		end = strchr(r.line, '\n');
		require(&r, end != NULL, "no newline at the end");
		if (*r.line == '#')
			read_comment(&r);
		else
			read_sample(&r);
	}
	require(&r, !r.helped && r.parts == 3 && r.sampled, "something is missing at the end");
}

/* -- values ------------------------------------------------------------------------------------ */

/* Where the value is, or NULL. */
static const char *
find(const char *text, const char *series)
{
	size_t n = strlen(series);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, series, n) == 0 && line[n] == ' ')
			return line + n + 1;
	}
	return NULL;
}

int
exposition_has(const char *text, const char *series)
{
	return find(text, series) != NULL;
}

double
exposition_value(const char *text, const char *series)
{
	const char *value = find(text, series);

	if (!value)
		test_fail(__FILE__, __LINE__, "there is no %s in:\n%s", series, text);
	return strtod(value, NULL);
}
