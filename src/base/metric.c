#include "base/metric.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"

#include <errno.h>
#include <math.h>

#define NUMBER_SIZE 32
#define NAME_FIRST "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

struct series {
	double value;      /* a histogram's sum */
	uint64_t counts[]; /* a histogram's observations, by bucket; the last is up to +Inf */
};

struct metric {
	struct list link;
	struct metric_spec spec;
	size_t n_labels;
	struct map *series; /* by their labels, as they are shown */
};

struct collector {
	struct list link;
	void (*fn)(void *context);
	void *context;
};

struct metrics {
	struct list metrics, collectors;
};

/* -- the registry ------------------------------------------------------------------------------ */

struct metrics *
metrics_new(void)
{
	struct metrics *metrics = NEW(metrics);

	list_init(&metrics->metrics);
	list_init(&metrics->collectors);
	return metrics;
}

void
metrics_free(struct metrics *metrics)
{
	list_each_safe (&metrics->metrics, it) {
		struct metric *metric = list_entry(it, struct metric, link);

		map_free(metric->series);
		free(metric);
	}
	list_each_safe (&metrics->collectors, it)
		free(list_entry(it, struct collector, link));
	free(metrics);
}

static bool
is_name(const char *s, const char *more)
{
	size_t n = strspn(s, NAME_FIRST);

	return n > 0 && s[n + strspn(s + n, more)] == '\0';
}

static void
check_spec(const struct metrics *metrics, const struct metric_spec *spec)
{
	bug_if(!is_name(spec->name, NAME_FIRST "0123456789:"));
	for (size_t i = 0; i < METRIC_MAX_LABELS && spec->labels[i]; i++)
		bug_if(!is_name(spec->labels[i], NAME_FIRST "0123456789"));
	bug_if((spec->type == METRIC_HISTOGRAM) != (spec->n_bounds > 0));
	for (size_t i = 1; i < spec->n_bounds; i++)
		bug_if(!(spec->bounds[i] > spec->bounds[i - 1]));
	list_each (&metrics->metrics, it)
		bug_if(str_eq(list_entry(it, struct metric, link)->spec.name, spec->name));
}

static struct series *
add_series(struct metric *metric, const char *labels)
{
	size_t n_counts = metric->spec.n_bounds ? metric->spec.n_bounds + 1 : 0;
	struct series *series = xcalloc(1, sizeof(*series) + n_counts * sizeof(series->counts[0]));

	map_set(metric->series, labels, series);
	return series;
}

struct metric *
metrics_register(struct metrics *metrics, const struct metric_spec *spec)
{
	struct metric *metric = NEW(metric);

	check_spec(metrics, spec);
	metric->spec = *spec;
	metric->series = map_new(free);
	while (metric->n_labels < METRIC_MAX_LABELS && spec->labels[metric->n_labels])
		metric->n_labels++;
	if (metric->spec.max_series == 0)
		metric->spec.max_series = METRIC_MAX_SERIES;
	if (metric->n_labels == 0)
		add_series(metric, "");
	list_add(&metrics->metrics, &metric->link);
	return metric;
}

void
metrics_collect(struct metrics *metrics, void (*fn)(void *context), void *context)
{
	struct collector *collector = NEW(collector);

	collector->fn = fn;
	collector->context = context;
	list_add(&metrics->collectors, &collector->link);
}

/* -- counting ---------------------------------------------------------------------------------- */

/* Where the next byte goes; NULL once there was no room. One byte is kept for the NUL. */
struct text {
	char *at, *end;
};

static void
put(struct text *t, char c)
{
	if (t->at && t->at < t->end)
		*t->at++ = c;
	else
		t->at = NULL;
}

static void
put_all(struct text *t, const char *s)
{
	for (; *s; s++)
		put(t, *s);
}

static void
put_escaped(struct text *t, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\' || *s == '\n')
			put(t, '\\');
		put(t, (char)(*s == '\n' ? 'n' : *s));
	}
}

/* `name="value",name="value"`. False if that is too long. */
static bool
write_labels(
	const struct metric *metric, const char *const *values, char out[METRIC_MAX_LABELS_TEXT])
{
	struct text t = {out, out + METRIC_MAX_LABELS_TEXT - 1};

	for (size_t i = 0; i < metric->n_labels; i++) {
		if (i > 0)
			put(&t, ',');
		put_all(&t, metric->spec.labels[i]);
		put(&t, '=');
		put(&t, '"');
		put_escaped(&t, values[i]);
		put(&t, '"');
	}
	if (!t.at)
		return false;
	*t.at = '\0';
	return true;
}

/* The series of all that has none of its own. */
static struct series *
find_other(struct metric *metric, char labels[METRIC_MAX_LABELS_TEXT])
{
	static const char *const other[METRIC_MAX_LABELS] = {"other", "other", "other", "other"};
	struct series *series;

	bug_if(!write_labels(metric, other, labels));
	series = map_get(metric->series, labels);
	return series ? series : add_series(metric, labels);
}

static struct series *
find_series(struct metric *metric, const char *const *values)
{
	char labels[METRIC_MAX_LABELS_TEXT];
	struct series *series;

	if (!write_labels(metric, values, labels))
		return find_other(metric, labels);
	series = map_get(metric->series, labels);
	if (series)
		return series;
	if (map_len(metric->series) >= metric->spec.max_series)
		return find_other(metric, labels);
	return add_series(metric, labels);
}

void
metric_add(struct metric *metric, const char *const *values, double by)
{
	bug_if(metric->spec.type == METRIC_HISTOGRAM);
	bug_if(metric->spec.type == METRIC_COUNTER && !(by >= 0));
	find_series(metric, values)->value += by;
}

void
metric_set(struct metric *metric, const char *const *values, double to)
{
	bug_if(metric->spec.type == METRIC_HISTOGRAM);
	find_series(metric, values)->value = to;
}

void
metric_observe(struct metric *metric, const char *const *values, double value)
{
	const struct metric_spec *spec = &metric->spec;
	struct series *series = find_series(metric, values);
	size_t i = 0;

	bug_if(spec->type != METRIC_HISTOGRAM);
	while (i < spec->n_bounds && value > spec->bounds[i])
		i++;
	series->counts[i]++;
	series->value += value;
}

/* -- rendering --------------------------------------------------------------------------------- */

/* Whole numbers as such, others with the fewest of 15 to 17 digits that read back the same. */
static void
format_number(double v, char out[NUMBER_SIZE])
{
	if (isnan(v)) {
		snprintf(out, NUMBER_SIZE, "NaN");
	} else if (isinf(v)) {
		snprintf(out, NUMBER_SIZE, v > 0 ? "+Inf" : "-Inf");
	} else if (fabs(v) < 1e15 && v == (double)(int64_t)v) {
		snprintf(out, NUMBER_SIZE, "%.0f", v);
	} else {
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(out, NUMBER_SIZE, "%.*g", digits, v);
			if (strtod(out, NULL) == v)
				break;
		}
	}
}

static void
render_sample(struct buf *out, const char *name, const char *suffix, const char *labels, double v)
{
	char number[NUMBER_SIZE];

	format_number(v, number);
	if (*labels)
		buf_printf(out, "%s%s{%s} %s\n", name, suffix, labels, number);
	else
		buf_printf(out, "%s%s %s\n", name, suffix, number);
}

static void
render_histogram(struct buf *out, const struct metric_spec *spec, const char *labels,
	const struct series *series)
{
	const char *comma = *labels ? "," : "";
	uint64_t below = 0;

	for (size_t i = 0; i <= spec->n_bounds; i++) {
		char bound[NUMBER_SIZE];

		below += series->counts[i];
		format_number(i < spec->n_bounds ? spec->bounds[i] : INFINITY, bound);
		buf_printf(out, "%s_bucket{%s%sle=\"%s\"} %llu\n", spec->name, labels, comma, bound,
			(unsigned long long)below);
	}
	render_sample(out, spec->name, "_sum", labels, series->value);
	render_sample(out, spec->name, "_count", labels, (double)below);
}

static void
render_help(struct buf *out, const struct metric_spec *spec)
{
	static const char *const types[] = {
		[METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_HISTOGRAM] = "histogram",
	};

	buf_printf(out, "# HELP %s ", spec->name);
	for (const char *s = spec->help; *s; s++) {
		if (*s == '\\' || *s == '\n')
			buf_putc(out, '\\');
		buf_putc(out, (char)(*s == '\n' ? 'n' : *s));
	}
	buf_printf(out, "\n# TYPE %s %s\n", spec->name, types[spec->type]);
}

static void
render_metric(struct buf *out, const struct metric *metric)
{
	if (map_len(metric->series) == 0)
		return;
	render_help(out, &metric->spec);
	map_each (metric->series, entry) {
		if (metric->spec.type == METRIC_HISTOGRAM)
			render_histogram(out, &metric->spec, entry->key, entry->value);
		else
			render_sample(out, metric->spec.name, "", entry->key,
				((const struct series *)entry->value)->value);
	}
}

int
metrics_render(struct metrics *metrics, struct buf *out)
{
	list_each (&metrics->collectors, it) {
		struct collector *collector = list_entry(it, struct collector, link);

		collector->fn(collector->context);
	}
	list_each (&metrics->metrics, it)
		render_metric(out, list_entry(it, struct metric, link));
	return out->full ? -ENOBUFS : 0;
}
