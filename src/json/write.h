/*
 * write.h: a streamed JSON writer. Nothing is built as a tree: bytes leave through `flush` whenever 32 KiB are ready.
 *
 * Output is compact, with keys in the order written, strings escaped as Go's encoding/json does by default (<, >, & and
 * U+2028/2029 as \u escapes; invalid UTF-8 as U+FFFD).  Errors of the sink are kept: later calls do nothing, and
 * json_finish returns the first.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "json/field.h"

struct json_writer {
	struct buf buf;
	int (*flush)(void *arg, const void *data, size_t n); /* may suspend; NULL: everything stays in buf */
	void *arg;
	int error;
	int version; /* API version ×100+minor for fields with since/until; 0: all fields */
	bool comma; /* a separator is due before the next value */
};

#define JSON_MAX_DOCUMENT (64 << 20) /* bytes kept when there is no flush */

void json_writer_init(struct json_writer *w, int (*flush)(void *, const void *, size_t), void *arg, int version);
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
void json_raw(struct json_writer *w, const char *text); /* a complete value */
void json_newline(struct json_writer *w); /* between the values of a stream of values; clears the comma */

/* One object by its table. */
void json_write(struct json_writer *w, const struct json_type *type, const void *object);

/* The same as a string, which the caller frees. */
char *json_text(const struct json_type *type, const void *object, int version);
