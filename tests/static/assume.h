/*
 * assume.h: what the analyzer of tests/static/tidy cannot see from within one file: whatever sets an error returns a
 * negative one.
 */
#pragma once

#include "base/error.h"

static inline int
assume_negative(int r)
{
	if (r >= 0)
		__builtin_unreachable();
	return r;
}

#define error_set(...) assume_negative((error_set)(__VA_ARGS__))
#define error_errno(...) assume_negative((error_errno)(__VA_ARGS__))
#define error_wrap(...) assume_negative((error_wrap)(__VA_ARGS__))
