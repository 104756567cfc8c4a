/*
 * test.h: unit tests.
 *
 *	TEST(map_keeps_order) { ASSERT_EQ(map_len(m), 2); }
 *
 * Tests register themselves; the runner (test.c's main) runs each in a process of its own with a time limit, so a crash or a
 * hang fails one test alone, and prints `N passed, N failed, N skipped` last.  Arguments select tests whose name contains
 * one of them; `--no-fork` runs them in this process (for debuggers).  A failed assertion prints file, line and both values
 * and ends the test.  SKIP says why.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <string.h>

struct test {
	const char *name;
	void (*fn)(void);
	struct test *next;
};

void test_register(struct test *t);
noreturn void test_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
noreturn void test_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define TEST(n)                                                          \
	static void test_##n(void);                                      \
	__attribute__((constructor)) static void test_register_##n(void) \
	{                                                                \
		static struct test t = {#n, test_##n, NULL};             \
		test_register(&t);                                       \
	}                                                                \
	static void test_##n(void)

#define ASSERT(condition)                                                \
	do {                                                             \
		if (!(condition))                                        \
			test_fail(__FILE__, __LINE__, "%s", #condition); \
	} while (0)
#define ASSERT_EQ(a, b)                                                                           \
	do {                                                                                      \
		long long a_ = (long long)(a), b_ = (long long)(b);                               \
		if (a_ != b_)                                                                     \
			test_fail(                                                                \
				__FILE__, __LINE__, "%s is %lld, not %s = %lld", #a, a_, #b, b_); \
	} while (0)
#define ASSERT_OK(r)                                                                  \
	do {                                                                          \
		long long r_ = (long long)(r);                                        \
		if (r_ < 0)                                                           \
			test_fail(__FILE__, __LINE__, "%s failed: %lld (%s)", #r, r_, \
				strerror((int)-r_));                                  \
	} while (0)
#define ASSERT_STR(a, b)                                                              \
	do {                                                                          \
		const char *a_ = (a), *b_ = (b);                                      \
		if (!a_ || !b_ || strcmp(a_, b_))                                     \
			test_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #a, \
				a_ ? a_ : "(null)", b_ ? b_ : "(null)");              \
	} while (0)
#define SKIP(...) test_skip(__VA_ARGS__)
