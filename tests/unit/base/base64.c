#include "base/base64.h"

#include "base/scope.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>

static void
assert_pair(const char *data, const char *text)
{
	scoped_free char *encoded = base64_encode(data, strlen(data));
	scoped_free char *decoded = NULL;

	ASSERT_STR(encoded, text);
	ASSERT_EQ(base64_decode(text, strlen(text), &decoded), strlen(data));
	ASSERT_STR(decoded, data);
}

/* RFC 4648 section 10 */
TEST(base64_vectors)
{
	assert_pair("", "");
	assert_pair("f", "Zg==");
	assert_pair("fo", "Zm8=");
	assert_pair("foo", "Zm9v");
	assert_pair("foob", "Zm9vYg==");
	assert_pair("fooba", "Zm9vYmE=");
	assert_pair("foobar", "Zm9vYmFy");
}

static void
assert_decodes(const char *text, const char *data, size_t n)
{
	scoped_free char *decoded = NULL;

	ASSERT_EQ(base64_decode(text, strlen(text), &decoded), n);
	ASSERT(memcmp(decoded, data, n) == 0);
	ASSERT_EQ(decoded[n], '\0');
}

TEST(base64_takes_both_alphabets_and_no_padding)
{
	scoped_free char *url = base64_encode_url("\xfb\xff\xbf", 3);
	scoped_free char *standard = base64_encode("\xfb\xff\xbf", 3);

	ASSERT_STR(url, "-_-_");
	ASSERT_STR(standard, "+/+/");
	assert_decodes("-_-_", "\xfb\xff\xbf", 3);
	assert_decodes("+/+/", "\xfb\xff\xbf", 3);
	assert_decodes("Zg", "f", 1);
	assert_decodes("Zm8", "fo", 2);
}

TEST(base64_round_trip)
{
	char data[256];

	for (size_t n = 0; n < sizeof(data); n++) {
		scoped_free char *text = NULL;

		data[n] = (char)(n * 7);
		text = base64_encode(data, n);
		assert_decodes(text, data, n);
	}
}

TEST(base64_refuses)
{
	static const char *const wrong[] = {"Z", "Zg=", "Zg===", "Z===", "=", "====", "Zm=8",
		"Zm8=Zm8=", "Zm 8", "Zm8=\n", "Zm9vY", "Zm9v=", "Z\x80gg"};
	char *decoded = NULL;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (base64_decode(wrong[i], strlen(wrong[i]), &decoded) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken", wrong[i]);
	ASSERT(decoded == NULL);
}

TEST(hex_encodes)
{
	char out[9];

	hex_encode("\x00\x7f\x80\xff", 4, out);
	ASSERT_STR(out, "007f80ff");
}
