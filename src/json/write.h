/*
 * write.h: a streamed JSON writer. Nothing is built as a tree: bytes leave through `flush` whenever
 * 32 KiB are ready.
 *
 * Output is compact, with keys in the order written, strings escaped as Go's encoding/json does
 * (U+2028/2029 as \u escapes, invalid UTF-8 as U+FFFD).  The Engine turns Go's escapes for <, > and
 * & off in its answers and leaves them on in its progress streams, so `escape_html` is a choice.
 * Errors of the sink are kept: later calls do nothing, and json_finish returns the first.  With a
 * flush function every call may suspend.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "json/field.h"

struct json_writer {
	struct buf buf;
	int (*flush)(void *arg, const void *data,
		size_t n); /* may suspend; NULL: everything stays in buf */
	void *arg;
	int error;
	int version;      /* API version ×100+minor for fields with since/until; 0: all fields */
	bool comma;       /* a separator is due before the next value */
	bool escape_html; /* write <, > and & as \u003c, \u003e and \u0026; off unless set after
			     json_writer_init */
};

#define JSON_MAX_DOCUMENT (64 << 20) /* bytes kept when there is no flush */

void json_writer_init(
	struct json_writer *w, int (*flush)(void *, const void *, size_t), void *arg, int version);
/* Flushes what is left; 0 or the first error. With no flush function the text stays in w->buf. */
int json_finish(struct json_writer *w) SUSPENDS;
void json_writer_free(struct json_writer *w);
#define scoped_json_writer __attribute__((cleanup(json_writer_free))) struct json_writer

void json_object_begin(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array_begin(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *name);
void json_string(struct json_writer *w, const char *s); /* NULL writes null */
void json_int(struct json_writer *w, int64_t v);
void json_uint(struct json_writer *w, uint64_t v);
void json_double(struct json_writer *w, double v);
void json_bool(struct json_writer *w, bool v);
void json_null(struct json_writer *w);
void json_raw(struct json_writer *w, const char *text); /* a complete value; NULL writes null */
void json_newline(
	struct json_writer *w); /* between the values of a stream of values; clears the comma */

/* One object by its table. */
void json_write(struct json_writer *w, const struct json_type *type, const void *object);

/* The same as a string, which the caller frees. NULL if it would be larger than JSON_MAX_DOCUMENT.
 */
char *json_text(const struct json_type *type, const void *object, int version);
