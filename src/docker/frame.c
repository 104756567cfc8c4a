#include "docker/frame.h"

#include <errno.h>
#include <string.h>

void
frame_header(unsigned char out[FRAME_HEADER_SIZE], enum frame_stream stream, uint32_t size)
{
	memset(out, 0, FRAME_HEADER_SIZE);
	out[0] = (unsigned char)stream;
	out[4] = (unsigned char)(size >> 24);
	out[5] = (unsigned char)(size >> 16);
	out[6] = (unsigned char)(size >> 8);
	out[7] = (unsigned char)size;
}

bool
frame_decoder_idle(const struct frame_decoder *d)
{
	return d->have == 0 && d->left == 0;
}

/* Completes the header; 1 when it is whole. */
static int
take_header(struct frame_decoder *d, const char **data, size_t *n)
{
	size_t take = FRAME_HEADER_SIZE - d->have;
	const unsigned char *h = d->header;

	if (take > *n)
		take = *n;
	memcpy(d->header + d->have, *data, take);
	d->have += take;
	*data += take;
	*n -= take;
	if (d->have < FRAME_HEADER_SIZE)
		return 0;
	if (h[0] > FRAME_SYSTEM_ERROR || h[1] || h[2] || h[3])
		return -EPROTO;
	d->left = (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 | (uint32_t)h[6] << 8 | h[7];
	return 1;
}

int
frame_decode(struct frame_decoder *d, const char **data, size_t *n, struct frame_piece *ret)
{
	while (*n > 0) {
		if (d->left > 0) {
			size_t take = d->left < *n ? d->left : *n;

			*ret = (struct frame_piece){(enum frame_stream)d->header[0], *data, take};
			*data += take;
			*n -= take;
			d->left -= (uint32_t)take;
			if (d->left == 0)
				d->have = 0;
			return 1;
		}
		int r = take_header(d, data, n);

		if (r < 0)
			return r;
		if (r > 0 && d->left == 0)
			d->have = 0; /* an empty frame */
	}
	return 0;
}
