/*
 * log.h: structured logs on stderr, one line each, text or JSON.
 *
 *	log_info("started container %s in %ld us", name, took);
 *
 * A line has a time (RFC 3339, µs), a level and the text.  Safe from any thread; never suspends.  Secrets do not go
 * to the log.
 */
#pragma once

#include "base/attr.h"

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_setup(enum log_level level, bool json);
int log_level_parse(const char *s, enum log_level *ret); /* debug info warn error; -EINVAL */
bool log_enabled(enum log_level level);
void log_line(enum log_level level, const char *fmt, ...) PRINTF(2, 3);

#define log_debug(...)                                    \
	do {                                              \
		if (log_enabled(LOG_DEBUG))               \
			log_line(LOG_DEBUG, __VA_ARGS__); \
	} while (0)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
