#include "http/codec.h"

#include "test.h"

#include <errno.h>
#include <stdlib.h>

/* What one message came to, and how many bytes of the text it took. */
struct result {
	int r; /* CODEC_END, or an errno */
	size_t used;
	struct http_head head;
	struct arena *arena;
	char body[256];
	size_t body_n;
	const char *reason;
};

static void
result_free(struct result *r)
{
	arena_free(r->arena);
}
#define scoped_result __attribute__((cleanup(result_free))) struct result

/* Feeds the text in pieces of `step` bytes until the message is complete or wrong; CODEC_MORE: it is not complete. */
static struct result
take_apart(enum codec_kind kind, const char *text, size_t step)
{
	struct result ret = {.arena = arena_new(0)};
	struct codec c;
	size_t n = strlen(text);
	bool again = false;

	codec_init(&c);
	codec_begin(&c, kind, false);
	while (ret.used < n || again) {
		size_t piece = n - ret.used < step ? n - ret.used : step, used, out;
		char *copy = malloc(
			piece ? piece : 1); /* so that a sanitizer sees reads beyond it */

		memcpy(copy, text + ret.used, piece);
		ret.r = codec_feed(&c, copy, again ? 0 : piece, ret.body + ret.body_n, &used, &out);
		again = ret.r == CODEC_HEAD;
		free(copy);
		ret.used += used;
		ret.body_n += out;
		if (again)
			ASSERT_OK(codec_head(&c, ret.arena, &ret.head));
		if (ret.r < 0 || ret.r == CODEC_END)
			break;
	}
	if (ret.r < 0)
		ret.reason = arena_strdup(ret.arena, codec_reason(&c));
	codec_free(&c);
	return ret;
}

static const struct {
	enum codec_kind kind;
	const char *message, *rest; /* rest: bytes after the message, not to be touched */
	const char *body;
} good[] = {
	{CODEC_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", ""},
	{CODEC_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", ""},
	{CODEC_REQUEST, "\r\nGET / HTTP/1.0\r\n\r\n", "", ""},
	{CODEC_REQUEST, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "GET", "hello"},
	{CODEC_REQUEST, "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "raw", ""},
	{CODEC_REQUEST,
		"POST / HTTP/1.1\r\nTransfer-Encoding: "
		"chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
		"\x01\x02", "hello!"},
	{CODEC_REQUEST,
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhi\r\n0\r\nT: "
		"x\r\nU: y\r\n\r\n",
		"raw", "hi"},
	{CODEC_REQUEST, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "raw",
		""},
	{CODEC_REQUEST,
		"POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: "
		"2\r\n\r\n{}",
		"raw", "{}"},
	{CODEC_REQUEST, "POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n", "\x16raw",
		""},
	{CODEC_REQUEST, "CONNECT a:1 HTTP/1.1\r\n\r\n", "raw", ""},
	{CODEC_RESPONSE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1", "ok"},
	{CODEC_RESPONSE, "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1", ""},
	{CODEC_RESPONSE, "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1", ""},
	{CODEC_RESPONSE, "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", ""},
	{CODEC_RESPONSE, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
		"raw", ""},
	{CODEC_RESPONSE,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"HTTP", "abc"},
};

TEST(codec_takes_messages_apart_wherever_they_are_split)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		size_t n = strlen(good[i].message);
		scoped_free char *text = NULL;

		ASSERT(asprintf(&text, "%s%s", good[i].message, good[i].rest) >= 0);
		for (size_t step = 1; step <= strlen(text); step++) {
			scoped_result got = take_apart(good[i].kind, text, step);

			if (got.r != CODEC_END || got.used != n)
				test_fail(__FILE__, __LINE__,
					"message %zu, step %zu: event %d (%s) after %zu of %zu", i,
					step, got.r, got.reason ? got.reason : "", got.used, n);
			got.body[got.body_n] = '\0';
			ASSERT_STR(got.body, good[i].body);
		}
	}
}

TEST(codec_wants_nothing_after_the_last_byte)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		scoped_result got = take_apart(good[i].kind, good[i].message, 1);

		ASSERT_EQ(got.r, CODEC_END);
	}
}
