#include "base/base64.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdint.h>

/* The 64 digits and what pads. */
enum { PADDING = 64 };
static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=";

static char *
encode(const char *alphabet, const void *data, size_t n)
{
	const unsigned char *in = data;
	char *text = xmalloc((n + 2) / 3 * 4 + 1), *out = text;

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t bits = (uint32_t)in[i] << 16;

		if (left > 1)
			bits |= (uint32_t)in[i + 1] << 8;
		if (left > 2)
			bits |= in[i + 2];
		*out++ = alphabet[bits >> 18];
		*out++ = alphabet[bits >> 12 & 63];
		*out++ = alphabet[left > 1 ? bits >> 6 & 63 : PADDING];
		*out++ = alphabet[left > 2 ? bits & 63 : PADDING];
	}
	*out = '\0';
	return text;
}

char *
base64_encode(const void *data, size_t n)
{
	return encode(standard, data, n);
}

char *
base64_encode_url(const void *data, size_t n)
{
	return encode(url_safe, data, n);
}

static int
digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

/* The number of digits before the padding, or -EINVAL when that cannot be. */
static ssize_t
count_digits(const char *text, size_t n)
{
	size_t digits = n;

	while (digits > 0 && n - digits < 2 && text[digits - 1] == '=')
		digits--;
	if (digits % 4 == 1 || (digits != n && n % 4 != 0))
		return -EINVAL;
	return (ssize_t)digits;
}

ssize_t
base64_decode(const char *text, size_t n, char **ret)
{
	ssize_t digits = count_digits(text, n);
	uint32_t bits = 0;
	char *data, *out;

	if (digits < 0)
		return digits;
	data = out = xmalloc((size_t)digits / 4 * 3 + 3);
	for (ssize_t i = 0; i < digits; i++) {
		int value = digit_value(text[i]);

		if (value < 0) {
			free(data);
			return -EINVAL;
		}
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 > 0)
			*out++ = (char)(bits >> (6 - i % 4 * 2));
	}
	*out = '\0';
	*ret = data;
	return out - data;
}

void
hex_encode(const void *data, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *in = data;

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[in[i] >> 4];
		*out++ = digits[in[i] & 15];
	}
	*out = '\0';
}
