#include "base/metric.h"

#include "base/alloc.h"
#include "capture.h"
#include "exposition.h"
#include "test.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#define MAX (1 << 20)

static const struct metric_spec requests = {
	METRIC_COUNTER, "requests_total", "Requests.", .labels = {"method", "code"}};
static const double bounds[] = {0.1, 1, 2.5};
static const struct metric_spec times = {METRIC_HISTOGRAM, "time_seconds", "Times.",
	.labels = {"route"}, .bounds = bounds, .n_bounds = ARRAY_LEN(bounds)};

/* What is shown, after the format was checked. The caller frees. */
static char *
rendered(struct metrics *metrics)
{
	struct buf out;

	buf_init(&out, MAX);
	ASSERT_OK(metrics_render(metrics, &out));
	exposition_check(out.data);
	return buf_take(&out);
}

TEST(metric_text)
{
	static const struct metric_spec open = {METRIC_GAUGE, "open", "Open\\things,\nnow."};
	static const struct metric_spec bare = {METRIC_HISTOGRAM, "bare_seconds", "Without labels.",
		.bounds = bounds, .n_bounds = 1};
	scoped(metrics) *metrics = metrics_new();
	struct metric *counter = metrics_register(metrics, &requests),
		      *gauge = metrics_register(metrics, &open),
		      *histogram = metrics_register(metrics, &times);
	scoped_free char *text = NULL;

	metrics_register(metrics, &bare);
	metric_add(counter, METRIC_VALUES("GET", "200"), 1);
	metric_add(counter, METRIC_VALUES("POST", "404"), 1);
	metric_add(counter, METRIC_VALUES("GET", "200"), 2);
	metric_set(gauge, NULL, 7);
	metric_add(gauge, NULL, -10.5);
	metric_observe(histogram, METRIC_VALUES("/a"), 0.5);
	metric_observe(histogram, METRIC_VALUES("/a"), 4);
	text = rendered(metrics);
	ASSERT_STR(text, "# HELP requests_total Requests.\n"
			 "# TYPE requests_total counter\n"
			 "requests_total{method=\"GET\",code=\"200\"} 3\n"
			 "requests_total{method=\"POST\",code=\"404\"} 1\n"
			 "# HELP open Open\\\\things,\\nnow.\n"
			 "# TYPE open gauge\n"
			 "open -3.5\n"
			 "# HELP time_seconds Times.\n"
			 "# TYPE time_seconds histogram\n"
			 "time_seconds_bucket{route=\"/a\",le=\"0.1\"} 0\n"
			 "time_seconds_bucket{route=\"/a\",le=\"1\"} 1\n"
			 "time_seconds_bucket{route=\"/a\",le=\"2.5\"} 1\n"
			 "time_seconds_bucket{route=\"/a\",le=\"+Inf\"} 2\n"
			 "time_seconds_sum{route=\"/a\"} 4.5\n"
			 "time_seconds_count{route=\"/a\"} 2\n"
			 "# HELP bare_seconds Without labels.\n"
			 "# TYPE bare_seconds histogram\n"
			 "bare_seconds_bucket{le=\"0.1\"} 0\n"
			 "bare_seconds_bucket{le=\"+Inf\"} 0\n"
			 "bare_seconds_sum 0\n"
			 "bare_seconds_count 0\n");
}

TEST(metric_without_series_is_not_shown)
{
	scoped(metrics) *metrics = metrics_new();
	scoped_buf out;

	buf_init(&out, MAX);
	metrics_register(metrics, &requests);
	ASSERT_OK(metrics_render(metrics, &out));
	ASSERT_STR(out.data, "");
}

TEST(metric_labels_are_escaped)
{
	scoped(metrics) *metrics = metrics_new();
	struct metric *counter = metrics_register(metrics, &requests);
	scoped_free char *text = NULL;

	metric_add(counter, METRIC_VALUES("a\"b\\c\nd", ""), 1);
	metric_add(counter, METRIC_VALUES("\",code=\"", "x"), 2);
	text = rendered(metrics);
	ASSERT_EQ(
		exposition_value(text, "requests_total{method=\"a\\\"b\\\\c\\nd\",code=\"\"}"), 1);
	ASSERT_EQ(
		exposition_value(text, "requests_total{method=\"\\\",code=\\\"\",code=\"x\"}"), 2);
}

TEST(metric_series_are_bounded)
{
	struct metric_spec few = requests;
	scoped(metrics) *metrics = metrics_new();
	scoped_free char *text = NULL;
	struct metric *counter;
	size_t lines = 0;

	few.max_series = 10;
	counter = metrics_register(metrics, &few);
	for (int i = 0; i < 1000; i++) {
		char code[16];

		snprintf(code, sizeof(code), "%d", i);
		metric_add(counter, METRIC_VALUES("GET", code), 1);
		metric_add(counter, METRIC_VALUES("GET", "3"), 1); /* has one, and keeps it */
	}
	text = rendered(metrics);
	for (const char *s = text; (s = strchr(s, '\n')); s++)
		lines++;
	ASSERT_EQ(lines, 2 + 10 + 1);
	ASSERT_EQ(exposition_value(text, "requests_total{method=\"GET\",code=\"3\"}"), 1001);
	ASSERT_EQ(exposition_value(text, "requests_total{method=\"other\",code=\"other\"}"), 990);
}

TEST(metric_long_labels_are_other)
{
	scoped(metrics) *metrics = metrics_new();
	struct metric *counter = metrics_register(metrics, &requests);
	char most[METRIC_MAX_LABELS_TEXT], series[METRIC_MAX_LABELS_TEXT + 64];
	size_t n = METRIC_MAX_LABELS_TEXT - 1 - strlen("method=\"\",code=\"\"");
	scoped_free char *text = NULL;

	memset(most, 'x', n + 1);
	most[n + 1] = '\0';
	metric_add(counter, METRIC_VALUES(most, ""), 1);
	most[n] = '\0';
	metric_add(counter, METRIC_VALUES(most, ""), 2);
	most[n - 1] = '\n'; /* takes two */
	metric_add(counter, METRIC_VALUES(most, ""), 4);
	text = rendered(metrics);
	ASSERT_EQ(exposition_value(text, "requests_total{method=\"other\",code=\"other\"}"), 5);
	most[n - 1] = 'x';
	snprintf(series, sizeof(series), "requests_total{method=\"%s\",code=\"\"}", most);
	ASSERT_EQ(exposition_value(text, series), 2);
}

TEST(metric_histogram_arithmetic)
{
	static const struct {
		double value;
		const char *first; /* the first bucket that has it */
	} cases[] = {
		{-1, "0.1"},
		{0, "0.1"},
		{0.1, "0.1"}, /* a bound belongs to its bucket */
		{0.10000001, "1"},
		{1, "1"},
		{2.5, "2.5"},
		{2.6, "+Inf"},
		{1e300, "+Inf"},
	};
	static const char *const buckets[] = {"0.1", "1", "2.5", "+Inf"};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped(metrics) *metrics = metrics_new();
		scoped_free char *text = NULL;
		bool in = false;

		metric_observe(
			metrics_register(metrics, &times), METRIC_VALUES("/"), cases[i].value);
		text = rendered(metrics);
		for (size_t j = 0; j < ARRAY_LEN(buckets); j++) {
			char name[100];

			in = in || strcmp(buckets[j], cases[i].first) == 0;
			snprintf(name, sizeof(name), "time_seconds_bucket{route=\"/\",le=\"%s\"}",
				buckets[j]);
			if (exposition_value(text, name) != (in ? 1 : 0))
				test_fail(
					__FILE__, __LINE__, "%g in %s", cases[i].value, buckets[j]);
		}
		ASSERT(exposition_value(text, "time_seconds_sum{route=\"/\"}") == cases[i].value);
	}
}

TEST(metric_numbers)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{0, "0"},
		{0.0005, "0.0005"},
		{0.1, "0.1"},
		{0.1 + 0.2, "0.30000000000000004"},
		{-2.5, "-2.5"},
		{1 << 30, "1073741824"},
		{999999999999999, "999999999999999"},
		{1e15, "1e+15"},
		{18446744073709551615.0, "1.8446744073709552e+19"},
		{1e-7, "1e-07"},
		{NAN, "NaN"},
		{INFINITY, "+Inf"},
		{-INFINITY, "-Inf"},
	};
	static const struct metric_spec spec = {METRIC_GAUGE, "g", "G."};
	scoped(metrics) *metrics = metrics_new();
	struct metric *gauge = metrics_register(metrics, &spec);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_free char *text = NULL;
		char line[64];

		metric_set(gauge, NULL, cases[i].value);
		text = rendered(metrics);
		snprintf(line, sizeof(line), "# HELP g G.\n# TYPE g gauge\ng %s\n", cases[i].text);
		ASSERT_STR(text, line);
	}
}

static void
count_renderings(void *context)
{
	metric_add(context, NULL, 1);
}

TEST(metric_collectors_run_before_each_rendering)
{
	static const struct metric_spec spec = {METRIC_COUNTER, "r_total", "Renderings."};
	scoped(metrics) *metrics = metrics_new();
	struct metric *counter = metrics_register(metrics, &spec);

	metrics_collect(metrics, count_renderings, counter);
	for (int i = 1; i <= 3; i++) {
		scoped_free char *text = rendered(metrics);

		ASSERT_EQ(exposition_value(text, "r_total"), i);
	}
}

TEST(metric_rendering_has_a_maximum)
{
	scoped(metrics) *metrics = metrics_new();
	struct metric *counter = metrics_register(metrics, &requests);
	scoped_buf out;

	metric_add(counter, METRIC_VALUES("GET", "200"), 1);
	buf_init(&out, 100);
	ASSERT_EQ(metrics_render(metrics, &out), -ENOBUFS);
	ASSERT(out.len <= 100);
	buf_free(&out);
	buf_init(&out, 200);
	ASSERT_OK(metrics_render(metrics, &out));
}

static void
register_wrongly(void *spec)
{
	struct metrics *metrics = metrics_new();

	metrics_register(metrics, &requests);
	metrics_register(metrics, spec);
}

static void
count_down(void *arg UNUSED)
{
	struct metrics *metrics = metrics_new();

	metric_add(metrics_register(metrics, &requests), METRIC_VALUES("GET", "200"), -1);
}

static void
assert_bug(void (*fn)(void *), void *arg)
{
	scoped_buf said;
	int status = capture(2, fn, arg, &said);

	ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

TEST(metric_mistakes_end_the_program)
{
	static const double descending[] = {2, 1};
	struct metric_spec wrong[] = {
		requests, /* again */
		{METRIC_GAUGE, "", "No name."},
		{METRIC_GAUGE, "1st", "No name."},
		{METRIC_GAUGE, "a-b", "No name."},
		{METRIC_GAUGE, "a", "No label's name.", .labels = {"b:c"}},
		{METRIC_HISTOGRAM, "a", "No buckets."},
		{METRIC_GAUGE, "a", "Buckets.", .bounds = bounds, .n_bounds = 2},
		{METRIC_HISTOGRAM, "a", "Descends.", .bounds = descending, .n_bounds = 2},
	};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_bug(register_wrongly, &wrong[i]);
	assert_bug(count_down, NULL);
}

/* -- the checker itself ------------------------------------------------------------------------ */

#define GAUGE "# HELP g G.\n# TYPE g gauge\n"
#define COUNTER "# HELP c_total C.\n# TYPE c_total counter\n"
#define HISTOGRAM "# HELP h H.\n# TYPE h histogram\n"

static void
check(void *text)
{
	exposition_check(text);
}

TEST(metric_checker_takes_what_is_right)
{
	exposition_check(GAUGE "g{a=\"\\\\\\\"\\n\",b_1=\"}, \"} -1.5e-7\n" COUNTER
			       "c_total NaN\n" HISTOGRAM "h_bucket{le=\"1\"} 2\n"
			       "h_bucket{le=\"+Inf\"} 2\nh_sum 1\nh_count 2\n");
}

TEST(metric_checker_finds_what_is_wrong)
{
	static const char *const wrong[] = {
		"",
		"g 1\n",
		GAUGE,
		GAUGE "g 1",
		GAUGE "g  1\n",
		GAUGE "g 1 \n",
		GAUGE "g\n",
		GAUGE "g one\n",
		GAUGE "g 1\n\n",
		GAUGE "other 1\n",
		GAUGE "g 1\ng 2\n",
		GAUGE "g{a=\"1\"} 1\ng{a=\"1\"} 2\n",
		GAUGE "g{a=1} 1\n",
		GAUGE "g{a=\"1\" 1\n",
		GAUGE "g{a=\"1} 1\n",
		GAUGE "g{a=\"\\t\"} 1\n",
		GAUGE "g{a:b=\"1\"} 1\n",
		GAUGE "g{le=\"1\"} 1\n",
		GAUGE "g{} 1\n",
		GAUGE "g 1\n" COUNTER "c_total 1\n" GAUGE "g{a=\"b\"} 1\n",
		"# TYPE g gauge\ng 1\n",
		"# HELP g G.\ng 1\n",
		"# HELP g G.\n# TYPE h gauge\nh 1\n",
		"# HELP g G.\n# TYPE g thing\ng 1\n",
		"# HELP c C.\n# TYPE c counter\nc 1\n",
		COUNTER "c_total -1\n",
		HISTOGRAM "h 1\n",
		HISTOGRAM "h_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
		HISTOGRAM "h_bucket{le=\"+Inf\"} 1\nh_count 1\n",
		HISTOGRAM "h_bucket{le=\"+Inf\"} 1\nh_sum 1\n",
		HISTOGRAM "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",
		HISTOGRAM
		"h_bucket{le=\"2\"} 1\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\n"
		"h_count 1\n",
		HISTOGRAM "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
		HISTOGRAM "h_bucket{a=\"1\",le=\"+Inf\"} 1\nh_sum{a=\"2\"} 1\nh_count{a=\"1\"} 1\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		scoped_free char *text = xstrdup(wrong[i]);
		scoped_buf said;
		int status = capture(2, check, text, &said);

		if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 || !strstr(said.data, "FAIL"))
			test_fail(__FILE__, __LINE__, "taken:\n%s", wrong[i]);
	}
}
