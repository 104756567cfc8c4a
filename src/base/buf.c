#include "base/buf.h"

#include "base/alloc.h"
#include "base/error.h"

#include <errno.h>

#define FIRST_CAPACITY 64

static char empty[1]; /* what data points at before the first append; never written */

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.data = empty, .max = max};
}

void
buf_free(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init(b, b->max);
}

/* Room for n more bytes and a NUL. */
static int
grow(struct buf *b, size_t n)
{
	size_t need, cap;

	if (n > b->max - b->len) {
		b->full = true;
		return -ENOBUFS;
	}
	need = b->len + n + 1;
	if (need <= b->cap)
		return 0;
	cap = b->cap ? b->cap * 2 : FIRST_CAPACITY;
	if (cap > b->max)
		cap = b->max + 1;
	if (cap < need)
		cap = need;
	b->data = xrealloc(b->cap ? b->data : NULL, cap);
	b->cap = cap;
	b->data[b->len] = '\0';
	return 0;
}

int
buf_append(struct buf *b, const void *data, size_t n)
{
	int r = grow(b, n);

	if (r < 0)
		return r;
	if (n > 0)
		memcpy(b->data + b->len, data, n);
	buf_commit(b, n);
	return 0;
}

int
buf_puts(struct buf *b, const char *s)
{
	return buf_append(b, s, strlen(s));
}

int
buf_putc(struct buf *b, char c)
{
	return buf_append(b, &c, 1);
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = buf_vprintf(b, fmt, ap);
	va_end(ap);
	return r;
}

int
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	size_t room = b->cap ? b->cap - b->len : 0;
	va_list again;
	int n, r;

	va_copy(again, ap);
	n = vsnprintf(room ? b->data + b->len : NULL, room, fmt, ap);
	bug_if(n < 0);
	r = 0;
	if ((size_t)n >= room) {
		if (room)
			b->data[b->len] = '\0';
		r = grow(b, (size_t)n);
		if (r == 0)
			vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	if (r == 0)
		b->len += (size_t)n;
	return r;
}

void *
buf_reserve(struct buf *b, size_t n)
{
	return grow(b, n) < 0 ? NULL : b->data + b->len;
}

void
buf_commit(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	bug_if(n >= b->cap - b->len);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_consume(struct buf *b, size_t n)
{
	bug_if(n > b->len);
	if (n == 0)
		return;
	b->len -= n;
	memmove(b->data, b->data + n, b->len + 1);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->cap)
		b->data[0] = '\0';
}

char *
buf_take(struct buf *b)
{
	char *data = b->cap ? b->data : xstrdup("");

	buf_init(b, b->max);
	return data;
}
