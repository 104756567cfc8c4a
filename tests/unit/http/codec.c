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

/* Feeds the text in pieces of `step` bytes until the message is complete or wrong; CODEC_MORE: it
 * is not complete. */
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

TEST(codec_takes_a_head_to_pieces)
{
	scoped_result got = take_apart(CODEC_REQUEST,
		"POST /a?b=c HTTP/1.1\r\nHost: h:1\r\nX-Empty:\r\nX-Blank:  \t\r\nX-Trail: a b \t "
		"\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		1000);
	const struct http_headers *h = &got.head.headers;

	ASSERT_EQ(got.r, CODEC_END);
	ASSERT_STR(got.head.method, "POST");
	ASSERT_STR(got.head.target, "/a?b=c");
	ASSERT_EQ(got.head.major * 10 + got.head.minor, 11);
	ASSERT(got.head.chunked && got.head.keep_alive);
	ASSERT_EQ(got.head.content_length, -1);
	ASSERT_EQ(h->n, 5);
	ASSERT_STR(http_headers_get(h, "host"), "h:1");
	ASSERT_STR(http_headers_get(h, "X-Empty"), "");
	ASSERT_STR(http_headers_get(h, "X-Blank"), "");
	ASSERT_STR(http_headers_get(h, "X-Trail"), "a b");
}

TEST(codec_knows_who_keeps_the_connection)
{
	static const struct {
		const char *message;
		bool keep_alive;
	} cases[] = {
		{"GET / HTTP/1.1\r\n\r\n", true},
		{"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false},
		{"GET / HTTP/1.0\r\n\r\n", false},
		{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_result got = take_apart(CODEC_REQUEST, cases[i].message, 1000);

		ASSERT_EQ(got.r, CODEC_END);
		ASSERT_EQ(got.head.keep_alive, cases[i].keep_alive);
	}
}

TEST(codec_refuses_what_parsers_disagree_on)
{
	static const char *const bad[] = {
		"\x16\x03\x01\x02",
		"FOO / HTTP/1.1\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"GET /a b HTTP/1.1\r\n\r\n",
		"GET /a\tb HTTP/1.1\r\n\r\n",
		"GET /a\x01 HTTP/1.1\r\n\r\n",
		"GET /\xc3\xa9 HTTP/1.1\r\n\r\n",
		"GET / HTTP/3.0\r\n\r\n",
		"GET / HTTP/1.1\nHost: a\n\n",
		"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
		"GET / HTTP/1.1\r\nA : b\r\n\r\n",
		"GET / HTTP/1.1\r\nA b: c\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b\x01\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		for (size_t step = 1; step <= strlen(bad[i]); step++) {
			scoped_result got = take_apart(CODEC_REQUEST, bad[i], step);

			if (got.r != -EPROTO)
				test_fail(__FILE__, __LINE__, "\"%s\" by %zu is %d", bad[i], step,
					got.r);
			ASSERT(got.reason[0]);
		}
}

/* prefix, then n times `again`, in one feed after the other */
static int
feed_many(const char *prefix, const char *again, size_t n)
{
	char out[256];
	struct codec c;
	size_t used, got;
	int r;

	codec_init(&c);
	codec_begin(&c, CODEC_REQUEST, false);
	r = codec_feed(&c, prefix, strlen(prefix), out, &used, &got);
	if (r == CODEC_HEAD)
		r = codec_feed(&c, prefix + used, strlen(prefix) - used, out, &used, &got);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = codec_feed(&c, again, strlen(again), out, &used, &got);
	codec_free(&c);
	return r;
}

TEST(codec_limits_what_is_not_payload)
{
	static const char chunked[] = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
	scoped_free char *extension = NULL, *trailer = NULL;

	ASSERT(asprintf(&extension, "%s1;", chunked) > 0);
	ASSERT(asprintf(&trailer, "%s0\r\n", chunked) > 0);
	ASSERT_EQ(feed_many("GET / HTTP/1.1\r\n", "A: b\r\n", HTTP_MAX_HEADERS), CODEC_MORE);
	ASSERT_EQ(feed_many("GET / HTTP/1.1\r\n", "A: b\r\n", HTTP_MAX_HEADERS + 2), -EMSGSIZE);
	ASSERT_EQ(feed_many("GET / HTTP/1.1\r\nA: ", "bb", HTTP_MAX_HEAD / 2 - 20), CODEC_MORE);
	ASSERT_EQ(feed_many("GET / HTTP/1.1\r\nA: ", "bb", HTTP_MAX_HEAD / 2), -EMSGSIZE);
	ASSERT_EQ(feed_many("GET /", "aa", HTTP_MAX_HEAD / 2), -EMSGSIZE);
	ASSERT_EQ(feed_many("\r\n", "\r\n", HTTP_MAX_HEAD / 2), -EMSGSIZE);
	ASSERT_EQ(feed_many(extension, "ab", 1000), CODEC_MORE);
	ASSERT_EQ(feed_many(extension, "ab", 10000), -EPROTO);
	ASSERT_EQ(feed_many(trailer, "A: b\r\n", 1000), CODEC_MORE);
	ASSERT_EQ(feed_many(trailer, "A: b\r\n", 10000), -EPROTO);
	ASSERT_EQ(feed_many(chunked, "1;extension=of-some-length\r\nx\r\n", 10000), CODEC_MORE);
}

TEST(codec_ends_with_the_connection_only_where_that_is_said)
{
	static const struct {
		const char *message;
		int end;
	} cases[] = {
		{"HTTP/1.1 200 OK\r\n\r\nraw", CODEC_END},
		{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nraw", -EPROTO},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nraw\r\n", -EPROTO},
		{"HTTP/1.1 200 OK\r\nContent-", -EPROTO},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = strlen(cases[i].message), used, more, got;
		struct codec c;
		char out[64];

		codec_init(&c);
		codec_begin(&c, CODEC_RESPONSE, false);
		codec_feed(&c, cases[i].message, n, out, &used, &got);
		codec_feed(&c, cases[i].message + used, n - used, out, &more, &got);
		ASSERT_EQ(used + more, n);
		ASSERT_EQ(codec_finish(&c), cases[i].end);
		codec_free(&c);
	}
}

TEST(codec_says_how_much_comes_plain)
{
	static const char head[] = "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc";
	size_t used, got;
	struct codec c;
	char out[64];

	codec_init(&c);
	codec_begin(&c, CODEC_REQUEST, false);
	ASSERT_EQ(codec_feed(&c, head, sizeof(head) - 1, out, &used, &got), CODEC_HEAD);
	ASSERT_EQ(codec_plain_left(&c), 10);
	ASSERT_EQ(codec_feed(&c, head + used, 3, out, &used, &got), CODEC_MORE);
	ASSERT_EQ(codec_plain_left(&c), 7);
	codec_free(&c);
}
