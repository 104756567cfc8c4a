#include "base/log.h"

#include "base/alloc.h"
#include "base/scope.h"
#include "base/time.h"
#include "capture.h"
#include "test.h"

#include <errno.h>

/* Both forms begin with a time of this length; here it becomes one that tests can name. */
#define TIME_LENGTH 27

static void
assert_time(char *at)
{
	int64_t ns;
	char c = at[TIME_LENGTH];

	at[TIME_LENGTH] = '\0';
	ASSERT_OK(time_parse_rfc3339(at, &ns));
	ASSERT(ns > 0);
	at[TIME_LENGTH] = c;
}

static void
log_all(void *json)
{
	log_setup(LOG_DEBUG, json != NULL);
	log_debug("a %d", 1);
	log_error("b \"q\" \\ \n\x1b \u00e4");
}

TEST(log_text_lines)
{
	struct buf out;
	char *second;

	ASSERT_EQ(capture(2, log_all, NULL, &out), 0);
	assert_time(out.data);
	second = strchr(out.data, '\n') + 1;
	assert_time(second);
	second[-1] = '\0';
	ASSERT_STR(out.data + TIME_LENGTH, " debug a 1");
	ASSERT_STR(second + TIME_LENGTH, " error b \"q\" \\ \\u000a\\u001b \u00e4\n");
	buf_free(&out);
}

TEST(log_json_lines)
{
	struct buf out;
	char *second;
	size_t head = strlen("{\"time\":\"");

	ASSERT_EQ(capture(2, log_all, "", &out), 0);
	second = strchr(out.data, '\n') + 1;
	second[-1] = '\0';
	ASSERT(memcmp(out.data, "{\"time\":\"", head) == 0);
	assert_time(out.data + head);
	ASSERT_STR(out.data + head + TIME_LENGTH, "\",\"level\":\"debug\",\"msg\":\"a 1\"}");
	ASSERT_STR(second + head + TIME_LENGTH,
		"\",\"level\":\"error\",\"msg\":\"b \\\"q\\\" \\\\ \\u000a\\u001b \u00e4\"}\n");
	buf_free(&out);
}

static void
log_quietly(void *arg)
{
	(void)arg;
	log_setup(LOG_WARN, false);
	log_debug("no");
	log_info("no");
	log_warn("yes");
}

TEST(log_drops_below_its_level)
{
	struct buf out;

	ASSERT_EQ(capture(2, log_quietly, NULL, &out), 0);
	ASSERT(strstr(out.data, "no") == NULL);
	ASSERT(strstr(out.data, " warn  yes\n"));
	buf_free(&out);
}

static void
log_long(void *arg)
{
	scoped_free char *text = xcalloc(1, 100001);

	(void)arg;
	memset(text, 'x', 100000);
	log_info("%s", text);
}

TEST(log_cuts_long_lines)
{
	struct buf out;

	ASSERT_EQ(capture(2, log_long, NULL, &out), 0);
	ASSERT(out.len > 1000 && out.len < 70000);
	ASSERT_EQ(out.data[out.len - 1], '\n');
	buf_free(&out);
}

TEST(log_level_names)
{
	enum log_level level = LOG_DEBUG;

	ASSERT_OK(log_level_parse("warn", &level));
	ASSERT_EQ(level, LOG_WARN);
	ASSERT_EQ(log_level_parse("loud", &level), -EINVAL);
	ASSERT_EQ(log_level_parse(NULL, &level), -EINVAL);
	ASSERT_EQ(level, LOG_WARN);
}
