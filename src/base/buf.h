/*
 * buf.h: a growing byte buffer that has a maximum.
 *
 * data is always NUL-terminated (the NUL is not counted in len), so text can be used as a string; before the first
 * append it points at a constant "".  Appending over max returns -ENOBUFS and leaves the buffer as it was; once that
 * happened `full` stays true, so a chain of appends can be checked once at its end.
 */
#pragma once

#include "base/attr.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;
	size_t len, cap, max;
	bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b); /* back to the state after buf_init */

/* Call buf_init before the first return: the end of the scope frees it on every way out. */
#define scoped_buf __attribute__((cleanup(buf_free))) struct buf

int buf_append(struct buf *b, const void *data, size_t n);
int buf_puts(struct buf *b, const char *s);
int buf_putc(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
int buf_vprintf(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);

/* Makes room for n more bytes and returns where they go, or NULL over the maximum; then buf_commit what was written. */
void *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* Drops n bytes from the front. */
void buf_consume(struct buf *b, size_t n);
void buf_clear(struct buf *b); /* len = 0, full = false, keeps the memory */

/* The data, which the caller frees; the buffer is empty afterwards. Never NULL. */
char *buf_take(struct buf *b);
