#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

ssize_t
memory_source(void *arg, const void **ret)
{
	struct memory *m = arg;
	size_t n = m->piece < m->n ? m->piece : m->n;

	if (n == 0)
		return m->error;
	*ret = m->data;
	m->data += n;
	m->n -= n;
	return (ssize_t)n;
}

int
memory_sink(void *buf, const void *data, size_t n)
{
	return buf_append(buf, data, n);
}

static int
list_data(struct tar_reader *r, struct buf *out, struct error *e)
{
	const void *data;
	int64_t offset;
	ssize_t n;

	while ((n = tar_reader_data(r, &data, &offset, e)) > 0) {
		buf_printf(out, " %" PRId64 ":", offset);
		buf_append(out, data, strnlen(data, (size_t)n < 40 ? (size_t)n : 40));
	}
	return (int)n;
}

static int
list_into(struct buf *out, struct memory *m, struct error *e)
{
	static const char types[] = {'f', 'd', 'l', 'h', 'p', 'c', 'b', '?'};
	scoped(tar_reader) *r = NULL;
	struct tar_entry entry;
	int n;

	n = tar_reader_open(memory_source, m, &r, e);
	if (n < 0)
		return n;
	while ((n = tar_reader_next(r, &entry, e)) > 0) {
		buf_printf(out, "%c %o %u:%u %" PRId64 " %s", types[entry.type], entry.mode,
			entry.uid, entry.gid, entry.size, entry.path);
		if (entry.link)
			buf_printf(out, " -> %s", entry.link);
		if (entry.type == TAR_CHARACTER || entry.type == TAR_BLOCK)
			buf_printf(out, " %u,%u", entry.major, entry.minor);
		n = list_data(r, out, e);
		if (n < 0)
			return n;
		buf_putc(out, '\n');
	}
	return n;
}

char *
list(const void *archive, size_t n, size_t piece)
{
	struct memory m = {.data = archive, .n = n, .piece = piece};
	scoped_error e = {0};
	scoped_buf out;

	buf_init(&out, 1 << 20);
	if (list_into(&out, &m, &e) < 0)
		buf_printf(&out, "! %s", error_message(&e));
	return buf_take(&out);
}
