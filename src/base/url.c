#include "base/url.h"

#include <errno.h>

#define QUERY_PAIRS_MAX 1000
#define ESCAPE_SIZE 3 /* %XX */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that the escape at s, with n bytes left, stands for; -EINVAL if it is none or a NUL. */
static int
escaped_byte(const char *s, size_t n)
{
	int high, low;

	if (n < ESCAPE_SIZE)
		return -EINVAL;
	high = hex_value(s[1]);
	low = hex_value(s[2]);
	if (high < 0 || low < 0 || high + low == 0)
		return -EINVAL;
	return high << 4 | low;
}

/* As url_decode, with the errno. */
static int
decode(struct arena *arena, const char *s, size_t n, bool plus, char **ret, struct error *e)
{
	char *text = arena_alloc(arena, n + 1), *out = text;

	if (!text)
		return error_set(e, ERROR_TOO_LARGE, -ENOBUFS, "the URL is too long");
	for (const char *end = s + n; s < end; s++) {
		int byte = (unsigned char)*s;

		if (byte == '%') {
			byte = escaped_byte(s, (size_t)(end - s));
			if (byte < 0)
				return error_set(e, ERROR_INVALID, byte,
					"invalid URL escape \"%.*s\"",
					end - s < ESCAPE_SIZE ? (int)(end - s) : ESCAPE_SIZE, s);
			s += ESCAPE_SIZE - 1;
		} else if (byte == '\0') {
			return error_set(e, ERROR_INVALID, -EINVAL, "a URL cannot hold a NUL byte");
		} else if (byte == '+' && plus) {
			byte = ' ';
		}
		*out++ = (char)byte;
	}
	*out = '\0';
	*ret = text;
	return 0;
}

char *
url_decode(struct arena *arena, const char *s, size_t n, bool plus, struct error *e)
{
	char *text = NULL;

	decode(arena, s, n, plus, &text, e);
	return text;
}

/* RFC 3986 section 2.3 */
static bool
unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

int
url_encode(struct buf *out, const char *s)
{
	int r = 0;

	for (; *s && r == 0; s++)
		r = unreserved(*s) ? buf_putc(out, *s)
				   : buf_printf(out, "%%%02X", (unsigned char)*s);
	return r;
}

/* One "key=value", "key" or "key=". */
static int
parse_pair(struct arena *arena, const char *s, size_t n, struct query_pair *ret, struct error *e)
{
	const char *equals = memchr(s, '=', n);
	size_t key_length = equals ? (size_t)(equals - s) : n;
	size_t value_at = equals ? key_length + 1 : n;
	char *key, *value;
	int r;

	if (memchr(s, ';', n))
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid semicolon separator in query");
	r = decode(arena, s, key_length, true, &key, e);
	if (r < 0)
		return r;
	r = decode(arena, s + value_at, n - value_at, true, &value, e);
	if (r < 0)
		return r;
	*ret = (struct query_pair){key, value};
	return 0;
}

static size_t
count_pairs(const char *s)
{
	size_t n = 0;

	for (; *s; s += *s == '&') {
		size_t length = strcspn(s, "&");

		n += length > 0;
		s += length;
	}
	return n;
}

int
query_parse(struct arena *arena, const char *text, struct query *ret, struct error *e)
{
	struct query query = {0};
	size_t n = count_pairs(text);

	if (n > QUERY_PAIRS_MAX)
		return error_set(e, ERROR_TOO_LARGE, -E2BIG,
			"the query has more than %d parameters", QUERY_PAIRS_MAX);
	query.pairs = ARENA_ARRAY(arena, struct query_pair, n);
	if (!query.pairs)
		return error_set(e, ERROR_TOO_LARGE, -ENOBUFS, "the query is too long");
	for (const char *s = text; *s; s += *s == '&') {
		size_t length = strcspn(s, "&");

		if (length > 0) {
			int r = parse_pair(arena, s, length, &query.pairs[query.n], e);

			if (r < 0)
				return r;
			query.n++;
		}
		s += length;
	}
	*ret = query;
	return 0;
}

const char *
query_get(const struct query *q, const char *key)
{
	for (size_t i = 0; i < q->n; i++)
		if (strcmp(q->pairs[i].key, key) == 0)
			return q->pairs[i].value;
	return NULL;
}
