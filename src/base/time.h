/*
 * time.h: units and texts of time.
 *
 * usec_t counts microseconds of the monotonic clock; a deadline is such a point, USEC_INFINITY meaning none.  Code that
 * may run in a task takes "now" from task/clock.h (which may be virtual), not from here.  Wall-clock times are
 * nanoseconds since the epoch in int64_t; 0 is Docker's zero time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint64_t usec_t;
#define USEC_INFINITY UINT64_MAX
#define USEC_PER_MSEC 1000ull
#define USEC_PER_SEC 1000000ull
#define NSEC_PER_SEC 1000000000ll

int64_t time_read_ns(clockid_t clock);

usec_t usec_add(usec_t a, usec_t b); /* saturates at USEC_INFINITY */

/* "2026-01-02T03:04:05.678901234Z", trailing zeros of the fraction dropped as Go's RFC3339Nano does;
 * 0 → "0001-01-01T00:00:00Z". Size 36 is enough. */
#define TIME_TEXT_SIZE 36
void time_rfc3339(int64_t ns, char out[TIME_TEXT_SIZE]);

/* The same with always nine digits (log timestamps). */
void time_rfc3339_fixed(int64_t ns, char out[TIME_TEXT_SIZE]);

/* RFC 3339 with any offset, or without offset (UTC), or a date alone. 0 or -EINVAL. */
int time_parse_rfc3339(const char *s, int64_t *ret_ns);

/* Docker's since/until values: seconds since the epoch with an optional fraction ("1136073600.000000001"), or RFC 3339,
 * or a Go duration before now ("10m"). 0 or -EINVAL. */
int time_parse_query(const char *s, int64_t now_ns, int64_t *ret_ns);

/* A Go duration, "1h2m3.5s", "300ms", "-1s". 0 or -EINVAL. */
int time_parse_duration(const char *s, int64_t *ret_ns);

/* Docker's rounded human form for status texts: "Less than a second", "3 seconds", "About a minute", "5 minutes",
 * "About an hour", "3 hours", "4 days", "2 weeks", "5 months", "2 years". */
#define TIME_HUMAN_SIZE 40
void time_human(int64_t duration_ns, char out[TIME_HUMAN_SIZE]);
