/*
 * alloc.h: small allocations that cannot fail: the program ends when memory does.  Sizes that a client controls are
 * checked against a limit before they come here.
 */
#pragma once

#include "base/attr.h"

#include <stddef.h>

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) PRINTF(1, 2) __attribute__((malloc, returns_nonnull));

#define NEW(T) ((struct T *)xcalloc(1, sizeof(struct T)))
