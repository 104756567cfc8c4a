#include "base/log.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/time.h"

#include <errno.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_SIZE 65536
#define TEXT_SIZE 2048 /* longer texts are cut */

static const char *const names[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};

static enum log_level lowest = LOG_INFO;
static bool as_json;

void
log_setup(enum log_level level, bool json)
{
	lowest = level;
	as_json = json;
}

int
log_level_parse(const char *s, enum log_level *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_eq(s, names[i])) {
			*ret = (enum log_level)i;
			return 0;
		}
	}
	return -EINVAL;
}

bool
log_enabled(enum log_level level)
{
	return level >= lowest;
}

static void
put_time(struct buf *line)
{
	char text[TIME_TEXT_SIZE];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	time_rfc3339_fixed((int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec, text);
	buf_append(line, text, strlen("2006-01-02T15:04:05.000000"));
	buf_putc(line, 'Z');
}

/* Control characters would let a client forge lines or drive the reader's terminal. The result is
 * valid in JSON, too. */
static void
put_escaped(struct buf *line, const char *s)
{
	for (; *s; s++) {
		if (as_json && (*s == '"' || *s == '\\'))
			buf_printf(line, "\\%c", *s);
		else if ((unsigned char)*s < ' ' || *s == 0x7f)
			buf_printf(line, "\\u%04x", (unsigned)*s);
		else
			buf_putc(line, *s);
	}
}

static void
put_line(struct buf *line, enum log_level level, const char *text)
{
	if (as_json)
		buf_puts(line, "{\"time\":\"");
	put_time(line);
	buf_printf(line, as_json ? "\",\"level\":\"%s\",\"msg\":\"" : " %-5s ", names[level]);
	put_escaped(line, text);
	buf_puts(line, as_json ? "\"}\n" : "\n");
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	int saved = errno;
	char text[TEXT_SIZE];
	scoped_buf line;
	ssize_t written;
	va_list ap;

	buf_init(&line, LINE_MAX_SIZE); /* first: it is freed on any way out */
	if (!log_enabled(level))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_line(&line, level, text);
	written = write(STDERR_FILENO, line.data, line.len);
	(void)written; /* there is nobody to tell */
	errno = saved;
}
