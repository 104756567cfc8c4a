/*
 * out.h: the inner loop of the writer, shared by write.c and object.c: room in the buffer without a
 * call per piece. Private to the room.
 */
#pragma once

#include "json/write.h"

#include <string.h>

/* Flushes or grows; NULL (and w->error) when that failed. */
char *out_refill(struct json_writer *w, size_t n);

/* Where n bytes may be written, or NULL after an error; then out_used. The strict comparison keeps
 * a byte for the NUL. */
static inline char *
out_room(struct json_writer *w, size_t n)
{
	if (__builtin_expect(w->buf.cap - w->buf.len > n, 1))
		return w->buf.data + w->buf.len;
	return out_refill(w, n);
}

static inline void
out_used(struct json_writer *w, const char *end)
{
	w->buf.len = (size_t)(end - w->buf.data);
}

/* The separator that is due before a value, and a first character of it. */
static inline void
out_open(struct json_writer *w, char c)
{
	char *p = out_room(w, 2);

	if (!p)
		return;
	if (w->comma)
		*p++ = ',';
	*p++ = c;
	out_used(w, p);
}

static inline void
out_close(struct json_writer *w, char c)
{
	char *p = out_room(w, 1);

	if (!p)
		return;
	*p++ = c;
	out_used(w, p);
	w->comma = true;
}

/* A complete value of at most a few hundred bytes. */
static inline void
out_value(struct json_writer *w, const char *text, size_t n)
{
	char *p = out_room(w, n + 1);

	if (!p)
		return;
	if (w->comma)
		*p++ = ',';
	memcpy(p, text, n);
	out_used(w, p + n);
	w->comma = true;
}

#define OUT_LITERAL(w, text) out_value((w), (text), sizeof(text) - 1)

/* A key whose text needs no escapes, as those of the tables. */
static inline void
out_plain_key(struct json_writer *w, const char *name, size_t n)
{
	char *p = out_room(w, n + 4);

	if (!p)
		return;
	if (w->comma)
		*p++ = ',';
	*p++ = '"';
	memcpy(p, name, n);
	p += n;
	*p++ = '"';
	*p++ = ':';
	out_used(w, p);
	w->comma = false;
}
