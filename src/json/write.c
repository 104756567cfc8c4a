#include "json/out.h"

#include "base/error.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK ((size_t)32 << 10)
#define PIECE ((size_t)1 << 10) /* of a string, copied without looking at the room again */
#define ESCAPE_MAX 6            /* \u2028 */

void
json_writer_init(
	struct json_writer *w, int (*flush)(void *, const void *, size_t), void *arg, int version)
{
	*w = (struct json_writer){.flush = flush, .arg = arg, .version = version};
	buf_init(&w->buf, JSON_MAX_DOCUMENT);
}

void
json_writer_free(struct json_writer *w)
{
	buf_free(&w->buf);
}

static void
flush(struct json_writer *w)
{
	int r = w->buf.len ? w->flush(w->arg, w->buf.data, w->buf.len) : 0;

	if (r < 0 && !w->error)
		w->error = r;
	buf_clear(&w->buf);
}

char *
out_refill(struct json_writer *w, size_t n)
{
	char *p;

	if (w->error)
		return NULL;
	if (w->flush) {
		flush(w);
		if (w->error)
			return NULL;
		p = buf_reserve(&w->buf, n > CHUNK ? n : CHUNK);
	} else {
		p = buf_reserve(&w->buf, n + 1);
	}
	if (!p)
		w->error = -EFBIG;
	return p;
}

int
json_finish(struct json_writer *w)
{
	if (w->buf.cap)
		w->buf.data[w->buf.len] = '\0';
	if (w->flush && !w->error)
		flush(w);
	return w->error;
}

/* Strings */

enum { PLAIN, HTML, SPECIAL };

/* What has to be done about a byte below 0x80. */
static const unsigned char byte_class[0x80] = {
	[0 ... 0x1f] = SPECIAL,
	['"'] = SPECIAL,
	['\\'] = SPECIAL,
	['<'] = HTML,
	['>'] = HTML,
	['&'] = HTML,
};

static char *
put_u(char *p, unsigned c)
{
	static const char digits[] = "0123456789abcdef";

	*p++ = '\\';
	*p++ = 'u';
	for (int shift = 12; shift >= 0; shift -= 4)
		*p++ = digits[c >> shift & 15];
	return p;
}

static char *
put_ascii(char *p, unsigned char c)
{
	static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
	const char *hit = strchr(from, c);

	if (!hit)
		return put_u(p, c);
	*p++ = '\\';
	*p++ = to[hit - from];
	return p;
}

/* The length of the UTF-8 sequence at s, or 0 if it is none (RFC 3629: shortest form, no
 * surrogates, to U+10FFFF). */
static size_t
utf8_size(const unsigned char *s)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static char *
put_utf8(char *p, const char **s)
{
	const unsigned char *u = (const unsigned char *)*s;
	size_t n = utf8_size(u);

	if (!n) {
		(*s)++;
		return put_u(p, 0xfffd);
	}
	*s += n;
	/* U+2028 and U+2029 end a line in JavaScript, so Go escapes them always. */
	if (n == 3 && u[0] == 0xe2 && u[1] == 0x80 && (u[2] == 0xa8 || u[2] == 0xa9))
		return put_u(p, 0x2000u | (u[2] & 0x3fu));
	memcpy(p, u, n);
	return p + n;
}

/* Copies blocks that need no escapes; what remains is shorter than a block or has something to escape in its first. */
typedef unsigned char block __attribute__((vector_size(16)));

static char *
put_blocks(char *p, const char *limit, const char **s, const char *end)
{
	while (end - *s >= (ptrdiff_t)sizeof(block) && limit - p >= (ptrdiff_t)sizeof(block)) {
		block b;
		uint64_t hit[2];

		memcpy(&b, *s, sizeof(b));
		/* Below the space and from 0x80 up in one comparison: the difference wraps around. */
		block special = (block)((b - ' ') >= 0x80 - ' ') | (block)(b == '"') |
				(block)(b == '\\');
		memcpy(hit, &special, sizeof(hit));
		if (hit[0] | hit[1])
			break;
		memcpy(p, &b, sizeof(b));
		p += sizeof(b);
		*s += sizeof(b);
	}
	return p;
}

/* One byte, or what stands for it. */
static char *
put_byte(char *p, const char **s, unsigned char least)
{
	unsigned char c = (unsigned char)**s;

	if (c >= 0x80)
		return put_utf8(p, s);
	(*s)++;
	if (byte_class[c] >= least)
		return byte_class[c] == HTML ? put_u(p, c) : put_ascii(p, c);
	*p++ = (char)c;
	return p;
}

/* Copies from *s until its end or until `limit`, before which one more escape has room. */
static char *
put_text(char *p, const char *limit, const char **s, const char *end, bool html)
{
	while (p < limit && *s < end) {
		const char *stop;

		if (!html)
			p = put_blocks(p, limit, s, end);
		stop = end - *s > (ptrdiff_t)sizeof(block) ? *s + sizeof(block) : end;
		while (p < limit && *s < stop)
			p = put_byte(p, s, html ? HTML : SPECIAL);
	}
	return p;
}

static void
quoted(struct json_writer *w, const char *s)
{
	const char *end = s + strlen(s);
	size_t n = (size_t)(end - s), first = n < PIECE ? n : PIECE;
	char *p = out_room(w, first + ESCAPE_MAX + 3);

	if (!p)
		return;
	if (w->comma)
		*p++ = ',';
	*p++ = '"';
	/* Long strings, and those that escapes make longer, take several rounds. */
	for (;;) {
		p = put_text(p, w->buf.data + w->buf.cap - ESCAPE_MAX - 1, &s, end, w->escape_html);
		out_used(w, p);
		if (s == end)
			break;
		p = out_room(w, 64);
		if (!p)
			return;
	}
	out_close(w, '"');
}

void
json_string(struct json_writer *w, const char *s)
{
	if (s)
		quoted(w, s);
	else
		json_null(w);
}

void
json_key(struct json_writer *w, const char *name)
{
	quoted(w, name);
	out_close(w, ':');
	w->comma = false;
}

/* Numbers and the rest */

static char *
digits_before(char *end, uint64_t v)
{
	do {
		*--end = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	return end;
}

void
json_uint(struct json_writer *w, uint64_t v)
{
	char text[24], *end = text + sizeof(text), *p = digits_before(end, v);

	out_value(w, p, (size_t)(end - p));
}

void
json_int(struct json_writer *w, int64_t v)
{
	char text[24], *end = text + sizeof(text);
	char *p = digits_before(end, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);

	if (v < 0)
		*--p = '-';
	out_value(w, p, (size_t)(end - p));
}

/* The fewest digits after the first that read back as the same number. */
static int
double_digits(double v)
{
	char text[40];

	for (int digits = 0; digits < 16; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits, v);
		if (strtod(text, NULL) == v)
			return digits;
	}
	return 16;
}

/* "1.25e+20" with its exponent into "125000000000000000000". */
static void
unfold_exponent(char *text, size_t exponent)
{
	char *point = strchr(text, '.'), *end = strchr(text, 'e');
	size_t sign = *text == '-';

	if (point) {
		memmove(point, point + 1, (size_t)(end - point));
		end--;
	}
	memset(end, '0', (size_t)(text + sign + exponent + 1 - end));
	text[sign + exponent + 1] = '\0';
}

/* Go's form: the shortest text that reads back the same, an exponent only below 1e-6 and from 1e21.
 * JSON has no word for infinity or NaN, and Go refuses them; null is the honest answer. */
void
json_double(struct json_writer *w, double v)
{
	char text[48], *zero;
	int digits, exponent;

	if (!isfinite(v)) {
		json_null(w);
		return;
	}
	digits = double_digits(v);
	snprintf(text, sizeof(text), "%.*e", digits, v);
	exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	if (exponent >= digits && exponent < 21)
		unfold_exponent(text, (size_t)exponent);
	else if (exponent >= -6 && exponent < 21)
		snprintf(text, sizeof(text), "%.*f", digits - exponent, v);
	else if ((zero = strstr(text, "e-0")))
		memmove(zero + 2, zero + 3, strlen(zero + 3) + 1);
	out_value(w, text, strlen(text));
}

void
json_bool(struct json_writer *w, bool v)
{
	if (v)
		OUT_LITERAL(w, "true");
	else
		OUT_LITERAL(w, "false");
}

void
json_null(struct json_writer *w)
{
	OUT_LITERAL(w, "null");
}

void
json_raw(struct json_writer *w, const char *text)
{
	if (text)
		out_value(w, text, strlen(text));
	else
		json_null(w);
}

void
json_object_begin(struct json_writer *w)
{
	out_open(w, '{');
	w->comma = false;
}

void
json_object_end(struct json_writer *w)
{
	out_close(w, '}');
}

void
json_array_begin(struct json_writer *w)
{
	out_open(w, '[');
	w->comma = false;
}

void
json_array_end(struct json_writer *w)
{
	out_close(w, ']');
}

void
json_newline(struct json_writer *w)
{
	out_close(w, '\n');
	w->comma = false;
}
