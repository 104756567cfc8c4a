#include "http/framer.h"

#include <errno.h>

void
head_add(struct buf *head, const char *name, const char *value)
{
	size_t from;

	buf_puts(head, name);
	buf_puts(head, ": ");
	from = head->len;
	buf_puts(head, value);
	for (size_t i = from; i < head->len; i++)
		if (head->data[i] == '\r' || head->data[i] == '\n')
			head->data[i] = ' ';
	buf_puts(head, "\r\n");
}

void
head_add_all(struct buf *head, const struct http_headers *headers)
{
	for (size_t i = 0; i < headers->n; i++)
		head_add(head, headers->items[i].name, headers->items[i].value);
}

static int
send_all(struct framer *f, struct iovec *v, int n, usec_t until)
{
	int r;

	if (f->broken)
		return -EPIPE;
	r = stream_writev(f->stream, v, n, until);
	f->broken = r < 0;
	return r;
}

static struct iovec
piece(const void *data, size_t n)
{
	return (struct iovec){.iov_base = (void *)(uintptr_t)data, .iov_len = n};
}

int
framer_send(struct framer *f, const struct buf *head, const void *body, size_t n, usec_t until)
{
	struct iovec v[] = {piece(head->data, head->len), piece(body, n)};

	return send_all(f, v, n ? 2 : 1, until);
}

static int
write_chunk(struct framer *f, const void *data, size_t n, usec_t until)
{
	char size[20];
	int size_n = snprintf(size, sizeof(size), "%zx\r\n", n);
	struct iovec v[] = {piece(size, (size_t)size_n), piece(data, n), piece("\r\n", 2)};

	return send_all(f, v, 3, until);
}

int
framer_write(struct framer *f, const void *data, size_t n, usec_t until)
{
	struct iovec v = piece(data, n);

	if (n == 0 || f->framing == FRAMING_NONE) /* an empty chunk would be the end */
		return f->broken ? -EPIPE : 0;
	if (f->framing == FRAMING_CHUNKED)
		return write_chunk(f, data, n, until);
	if (f->framing == FRAMING_LENGTH) {
		if (n > f->left)
			return -EMSGSIZE;
		f->left -= n;
	}
	return send_all(f, &v, 1, until);
}

int
framer_end(struct framer *f, usec_t until)
{
	struct iovec last = piece("0\r\n\r\n", 5);

	if (f->framing == FRAMING_CHUNKED)
		return send_all(f, &last, 1, until);
	if (f->framing == FRAMING_LENGTH && f->left > 0) {
		f->broken = true;
		return -EPROTO;
	}
	return f->broken ? -EPIPE : 0;
}
