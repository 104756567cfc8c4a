/* stdcopy.c: the frame decoder must see the same streams however its input is cut. The first byte says how. */
#include "base/buf.h"
#include "base/error.h"
#include "docker/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The bytes of all frames, each with its stream before it; and how decoding ended. */
static int
decode(const char *input, size_t n, size_t step, struct buf *out)
{
	struct frame_decoder d = {0};

	for (size_t at = 0; at < n; at += step) {
		const char *piece_of_input = input + at;
		size_t left = n - at < step ? n - at : step;
		struct frame_piece piece;
		int r;

		while ((r = frame_decode(&d, &piece_of_input, &left, &piece)) > 0) {
			bug_if(piece.n == 0 || piece.stream > FRAME_SYSTEM_ERROR);
			for (size_t i = 0; i < piece.n; i++) {
				buf_putc(out, (char)piece.stream);
				buf_putc(out, piece.data[i]);
			}
		}
		if (r < 0)
			return r;
		bug_if(left > 0);
	}
	return frame_decoder_idle(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	scoped_buf whole, cut;
	int whole_end, cut_end;

	buf_init(&whole, 1 << 20);
	buf_init(&cut, 1 << 20);
	if (n == 0)
		return 0;
	whole_end = decode((const char *)data + 1, n - 1, n, &whole);
	cut_end = decode((const char *)data + 1, n - 1, (size_t)data[0] + 1, &cut);
	bug_if(whole_end != cut_end || whole.len != cut.len);
	bug_if(memcmp(whole.data, cut.data, whole.len));
	return 0;
}
