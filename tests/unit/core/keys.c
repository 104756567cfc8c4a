#include "core/keys.h"

#include "test.h"

#include <errno.h>

static void
feed(struct keys *k, const char *in, const char *out, bool complete)
{
	unsigned char passed[256 + KEYS_MAX];
	size_t n;

	ASSERT_EQ(keys_filter(k, (const unsigned char *)in, strlen(in), passed, &n), complete);
	ASSERT_EQ(n, strlen(out));
	ASSERT(memcmp(passed, out, n) == 0);
}

TEST(keys_default)
{
	struct keys k;

	ASSERT_EQ(keys_parse(NULL, &k, NULL), 0);
	feed(&k, "ab\x10\x11 and more", "ab", true);
	ASSERT_EQ(keys_parse("", &k, NULL), 0);
	feed(&k, "\x10", "", false);
	feed(&k, "\x11", "", true);
}

TEST(keys_false_start_is_passed_on)
{
	struct keys k;

	ASSERT_EQ(keys_parse("ctrl-p,ctrl-q", &k, NULL), 0);
	feed(&k, "a\x10", "a", false);
	feed(&k, "b",
		"\x10"
		"b",
		false);
	feed(&k, "\x10\x10\x11", "\x10", true);
}

TEST(keys_any_split_is_the_same)
{
	static const char text[] = "xaabxab";

	for (size_t split = 0; split <= strlen(text); split++) {
		unsigned char out[64];
		struct keys k;
		size_t n = 0, m = 0;
		bool done;

		ASSERT_EQ(keys_parse("x,a,b", &k, NULL), 0);
		done = keys_filter(&k, (const unsigned char *)text, split, out, &n);
		if (!done)
			done = keys_filter(&k, (const unsigned char *)text + split,
				strlen(text) - split, out + n, &m);
		ASSERT(done);
		ASSERT_EQ(n + m, 4);
		ASSERT(memcmp(out, "xaab", 4) == 0);
	}
}

TEST(keys_names)
{
	struct keys k;

	ASSERT_EQ(
		keys_parse("ctrl-a,ctrl-z,ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,q", &k, NULL),
		0);
	ASSERT_EQ(k.n, 9);
	ASSERT(memcmp(k.sequence, "\x01\x1a\x00\x1b\x1c\x1d\x1e\x1fq", 9) == 0);
}

TEST(keys_nonsense)
{
	static const char *const texts[] = {"ctrl-", "ctrl-A", "ctrl-ab", "alt-a", "a,,b", ",",
		"ctrl-a,", "ctrl-1", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct error e = {0};
		struct keys k;

		if (keys_parse(texts[i], &k, &e) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken for keys", texts[i]);
		ASSERT_EQ(e.kind, ERROR_INVALID);
		error_clear(&e);
	}
}
