#include "sample.h"
#include "test.h"

#include "base/scope.h"
#include "json/write.h"

#include <errno.h>
#include <math.h>

/* What one call wrote. */
#define WRITTEN(expected, call)                     \
	do {                                        \
		scoped_json_writer w_;              \
		struct json_writer *w = &w_;        \
		json_writer_init(w, NULL, NULL, 0); \
		call;                               \
		ASSERT_OK(json_finish(w));          \
		ASSERT_STR(w->buf.data, expected);  \
	} while (0)

TEST(numbers_have_gos_form)
{
	WRITTEN("0", json_int(w, 0));
	WRITTEN("-9223372036854775808", json_int(w, INT64_MIN));
	WRITTEN("18446744073709551615", json_uint(w, UINT64_MAX));
	WRITTEN("0", json_double(w, 0));
	WRITTEN("0.1", json_double(w, 0.1));
	WRITTEN("-12.5", json_double(w, -12.5));
	WRITTEN("100", json_double(w, 100));
	WRITTEN("123456789012345680000", json_double(w, 123456789012345678901.0));
	WRITTEN("1e+21", json_double(w, 1e21));
	WRITTEN("0.000001", json_double(w, 1e-6));
	WRITTEN("1.5e-7", json_double(w, 1.5e-7));
	WRITTEN("1e-300", json_double(w, 1e-300));
	WRITTEN("1.7976931348623157e+308", json_double(w, 1.7976931348623157e308));
	WRITTEN("null", json_double(w, NAN));
	WRITTEN("null", json_double(w, INFINITY));
}

TEST(strings_are_escaped)
{
	WRITTEN("\"a\\\"b\\\\c/\"", json_string(w, "a\"b\\c/"));
	WRITTEN("\"\\n\\r\\t\\b\\f\\u0001\\u001f\x7f\"", json_string(w, "\n\r\t\b\f\x01\x1f\x7f"));
	WRITTEN("\"<&>\"", json_string(w, "<&>"));
	WRITTEN("\"\\u003c\\u0026\\u003e\"", w->escape_html = true; json_string(w, "<&>"));
	WRITTEN("null", json_string(w, NULL));
	WRITTEN("\"\"", json_string(w, ""));
}

TEST(utf8_passes_and_broken_utf8_is_replaced)
{
	WRITTEN("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb3\"",
		json_string(w, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb3"));
	WRITTEN("\"\\u2028\\u2029\"", json_string(w, "\xe2\x80\xa8\xe2\x80\xa9"));
	WRITTEN("\"\\ufffdx\"", json_string(w, "\xffx"));
	WRITTEN("\"\\ufffd\\ufffd\"", json_string(w, "\xc0\xaf"));
	WRITTEN("\"\\ufffd\\ufffd\\ufffd\"", json_string(w, "\xed\xa0\x80"));
	WRITTEN("\"\\ufffd\\ufffd\"", json_string(w, "\xe2\x82"));
	WRITTEN("\"\\ufffd\\ufffd\\ufffd\\ufffd\"", json_string(w, "\xf4\x90\x80\x80"));
}

TEST(separators_are_placed)
{
	WRITTEN("{\"a\":[1,[],{},\"x\"],\"b\\n\":{\"c\":null},\"d\":true}", {
		json_object_begin(w);
		json_key(w, "a");
		json_array_begin(w);
		json_int(w, 1);
		json_array_begin(w);
		json_array_end(w);
		json_object_begin(w);
		json_object_end(w);
		json_string(w, "x");
		json_array_end(w);
		json_key(w, "b\n");
		json_object_begin(w);
		json_key(w, "c");
		json_null(w);
		json_object_end(w);
		json_key(w, "d");
		json_bool(w, true);
		json_object_end(w);
	});
	WRITTEN("1\n{}\n", {
		json_int(w, 1);
		json_newline(w);
		json_object_begin(w);
		json_object_end(w);
		json_newline(w);
	});
}

struct sink {
	struct buf buf;
	int calls, fail_at;
	size_t largest;
};

static int
sink_write(void *arg, const void *data, size_t n)
{
	struct sink *s = arg;

	if (++s->calls == s->fail_at)
		return -EPIPE;
	if (n > s->largest)
		s->largest = n;
	return buf_append(&s->buf, data, n);
}

/* Strings longer than a chunk, and an escape at every distance from the chunk's end. */
TEST(chunks_join_to_the_same_text)
{
	struct sink sink = {0};
	scoped_json_writer streamed, whole;
	static char text[100000];

	buf_init(&sink.buf, 10 << 20);
	json_writer_init(&streamed, sink_write, &sink, 0);
	json_writer_init(&whole, NULL, NULL, 0);
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 7 ? 'x' : '\n';
	json_array_begin(&streamed);
	json_array_begin(&whole);
	for (size_t i = 0; i < 40; i++) {
		json_string(&streamed, text + i * 991);
		json_string(&whole, text + i * 991);
		json_int(&streamed, (int64_t)i);
		json_int(&whole, (int64_t)i);
	}
	json_array_end(&streamed);
	json_array_end(&whole);
	ASSERT_OK(json_finish(&streamed));
	ASSERT_OK(json_finish(&whole));
	ASSERT_STR(sink.buf.data, whole.buf.data);
	ASSERT(sink.calls > 50);
	ASSERT(sink.largest <= 64 << 10);
	buf_free(&sink.buf);
}

TEST(the_first_error_of_the_sink_is_kept)
{
	struct sink sink = {.fail_at = 2};
	scoped_json_writer w;

	buf_init(&sink.buf, 10 << 20);
	json_writer_init(&w, sink_write, &sink, 0);
	for (int i = 0; i < 100000; i++)
		json_string(&w, "some text");
	ASSERT_EQ(json_finish(&w), -EPIPE);
	ASSERT_EQ(sink.calls, 2);
	buf_free(&sink.buf);
}

TEST(a_document_without_a_sink_has_a_maximum)
{
	scoped_json_writer w;
	static char text[1 << 20];

	memset(text, 'x', sizeof(text) - 1);
	json_writer_init(&w, NULL, NULL, 0);
	for (int i = 0; i < 70; i++)
		json_string(&w, text);
	ASSERT_EQ(json_finish(&w), -EFBIG);
	ASSERT(w.buf.len <= JSON_MAX_DOCUMENT);
}
