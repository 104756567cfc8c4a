#include "blocks.h"

#include <stdio.h>
#include <string.h>

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100],
		magic[8], uname[32], gname[32], major[8], minor[8], rest[167];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

/* Eleven octal digits, or base 256 where these do not reach. */
static void
put_size(char out[12], int64_t size)
{
	char text[32];

	if (size < INT64_C(1) << 33) {
		snprintf(text, sizeof text, "%011llo", (unsigned long long)size);
		memcpy(out, text, 11);
		return;
	}
	for (int i = 11; i >= 0; i--, size >>= 8)
		out[i] = (char)(size & 0xff);
	out[0] = (char)(out[0] | 0x80);
}

static void
seal(struct header *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	char text[16];
	unsigned sum = 0;

	memset(h->checksum, ' ', sizeof h->checksum);
	for (size_t i = 0; i < BLOCK; i++)
		sum += bytes[i];
	snprintf(text, sizeof text, "%06o", sum);
	memcpy(h->checksum, text, 7);
}

static void
begin(struct header *h, const char *name, char type, int64_t size)
{
	size_t n = strlen(name);

	memset(h, 0, sizeof *h);
	memcpy(h->name, name, n < 100 ? n : 100);
	memcpy(h->mode, "0000644", 8);
	memcpy(h->uid, "0000000", 8);
	memcpy(h->gid, "0000000", 8);
	memcpy(h->mtime, "14000000000", 11);
	h->type = type;
	put_size(h->size, size);
	memcpy(h->magic, "ustar\00000", 8);
}

void
block_header(struct buf *out, const char *name, char type, const char *link, int64_t size)
{
	struct header h;

	begin(&h, name, type, size);
	memcpy(h.link, link, strnlen(link, 100));
	seal(&h);
	buf_append(out, &h, sizeof h);
}

void
block_data(struct buf *out, const void *data, size_t n)
{
	static const char zeros[BLOCK];

	buf_append(out, data, n);
	if (n % BLOCK)
		buf_append(out, zeros, BLOCK - n % BLOCK);
}

void
block_sparse(struct buf *out, const char *name, int64_t real, const void *data, size_t n)
{
	struct header h;

	begin(&h, name, 'S', (int64_t)n);
	memcpy(h.magic, "ustar  ", 8);
	/* From offset 386: four pairs of offset and size, a flag, the real size. */
	put_size(h.rest + 41, 0);
	put_size(h.rest + 53, (int64_t)n);
	put_size(h.rest + 65, real);
	put_size(h.rest + 77, 0);
	put_size(h.rest + 138, real);
	seal(&h);
	buf_append(out, &h, sizeof h);
	block_data(out, data, n);
}

void
block_pax(struct buf *out, const char *key, const char *value)
{
	char record[8192];
	size_t n = strlen(key) + strlen(value) + 3, digits = 1;

	for (size_t limit = 10; n + digits >= limit; limit *= 10)
		digits++;
	n = (size_t)snprintf(record, sizeof record, "%zu %s=%s\n", n + digits, key, value);
	block_header(out, "pax", 'x', "", (int64_t)n);
	block_data(out, record, n);
}

void
block_end(struct buf *out)
{
	static const char zeros[2 * BLOCK];

	buf_append(out, zeros, sizeof zeros);
}
