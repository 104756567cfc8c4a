#include "http/request.h"

#include "test.h"

#include <errno.h>

struct taken {
	int r;
	char path[64], query_text[64], upgrade[16];
};

static struct taken
take(const char *target, const char *header, const char *value)
{
	scoped(arena) *arena = arena_new(1 << 20);
	struct http_header headers[] = {{"Host", "h"}, {header, value}, {"Upgrade", "tcp"}};
	struct http_head head = {.method = "GET",
		.target = target,
		.major = 1,
		.minor = 1,
		.headers = {headers, ARRAY_LEN(headers), ARRAY_LEN(headers)},
		.content_length = -1};
	struct call call = {.arena = arena};
	struct taken ret = {0};
	scoped_error e = {0};

	ret.r = request_take(&call, &head, &e);
	ASSERT_EQ(ret.r < 0, e.message != NULL);
	snprintf(ret.path, sizeof(ret.path), "%s", call.request.path);
	snprintf(ret.query_text, sizeof(ret.query_text), "%s", call.request.query_text);
	snprintf(ret.upgrade, sizeof(ret.upgrade), "%s",
		call.request.upgrade ? call.request.upgrade : "");
	return ret;
}

TEST(request_splits_targets)
{
	static const struct {
		const char *target, *path, *query_text;
	} cases[] = {
		{"/", "/", ""},
		{"/a/b?c=d", "/a/b", "c=d"},
		{"/a%2Fb?c=%20", "/a%2Fb", "c=%20"},
		{"/?", "/", ""},
		{"/a?b?c", "/a", "b?c"},
		{"http://host:1/a?b=c", "/a", "b=c"},
		{"http://host", "/", ""},
		{"http://host?a=b", "/", "a=b"},
		{"/a?u=http://x/y", "/a", "u=http://x/y"},
		{"*", "*", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct taken t = take(cases[i].target, "X", "");

		ASSERT_EQ(t.r, 0);
		ASSERT_STR(t.path, cases[i].path);
		ASSERT_STR(t.query_text, cases[i].query_text);
	}
}

TEST(request_refuses_improper_targets)
{
	static const char *const bad[] = {"/a#b", "/a\x7f", "/\x01", "a/b", "/%", "/%4", "/%zz",
		"/%00", "/a?b=%zz", "/a?b;c", "host:1", ""};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ASSERT_EQ(take(bad[i], "X", "").r, -EINVAL);
}

TEST(request_upgrades_only_when_connection_says_so)
{
	ASSERT_STR(take("/", "Connection", "Upgrade").upgrade, "tcp");
	ASSERT_STR(take("/", "connection", "keep-alive, upgrade").upgrade, "tcp");
	ASSERT_STR(take("/", "Connection", "upgrade,x").upgrade, "tcp");
	ASSERT_STR(take("/", "Connection", "upgraded").upgrade, "");
	ASSERT_STR(take("/", "Connection", "close").upgrade, "");
	ASSERT_STR(take("/", "X", "upgrade").upgrade, "");
}

static int
refusal_of(int minor, const char *name, const char *value, const char *host)
{
	struct http_header headers[] = {{name, value}, {"Host", "h"}};
	struct http_head head = {.major = 1,
		.minor = minor,
		.headers = {headers, host ? 2 : 1, 2},
		.content_length = -1};

	return request_refusal(&head).status;
}

TEST(request_refuses_heads_nobody_can_answer)
{
	ASSERT_EQ(refusal_of(1, "X", "", "h"), 0);
	ASSERT_EQ(refusal_of(2, "X", "", "h"), 505);
	ASSERT_EQ(refusal_of(1, "X", "", NULL), 400);
	ASSERT_EQ(refusal_of(0, "X", "", NULL), 0);
	ASSERT_EQ(refusal_of(1, "Host", "a", "h"), 400);
	ASSERT_EQ(refusal_of(1, "Transfer-Encoding", "Chunked", "h"), 0);
	ASSERT_EQ(refusal_of(0, "Transfer-Encoding", "chunked", "h"), 400);
	ASSERT_EQ(refusal_of(1, "Transfer-Encoding", "gzip, chunked", "h"), 501);
	ASSERT_EQ(refusal_of(1, "Expect", "100-Continue", "h"), 0);
	ASSERT_EQ(refusal_of(1, "Expect", "200-ok", "h"), 417);
	ASSERT_EQ(refusal_of(0, "Expect", "200-ok", "h"), 0);
}

TEST(request_headers_are_replaced_all_of_a_name)
{
	scoped(arena) *arena = arena_new(1 << 20);
	struct http_header given[] = {{"X", "1"}, {"A", "2"}, {"x", "3"}, {"B", "4"}};
	struct call call = {.arena = arena, .request = {.headers = {given, 4, 4}}};
	const struct http_headers *h = &call.request.headers;

	http_set_request_header(&call, "X", "5");
	ASSERT_EQ(h->n, 3);
	ASSERT_STR(h->items[0].name, "A");
	ASSERT_STR(h->items[1].name, "B");
	ASSERT_STR(http_header(&call, "x"), "5");
	http_set_request_header(&call, "x", NULL);
	ASSERT(!http_header(&call, "X"));
	ASSERT_EQ(h->n, 2);
	http_set_request_header(&call, "C", NULL);
	ASSERT_EQ(h->n, 2);
}
