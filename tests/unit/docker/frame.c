#include "test.h"

#include "docker/frame.h"

#include <errno.h>

TEST(header_is_stream_and_big_endian_length)
{
	unsigned char h[FRAME_HEADER_SIZE];

	frame_header(h, FRAME_STDERR, 0x01020304);
	ASSERT(!memcmp(h, "\2\0\0\0\1\2\3\4", 8));
}

/* What the decoder makes of the input when it comes in pieces of `step` bytes. */
static void
decode(const char *input, size_t n, size_t step, const char *expected_out, const char *expected_err)
{
	struct frame_decoder d = {0};
	char text[2][100] = {"", ""};
	size_t used[2] = {0, 0};

	for (size_t at = 0; at < n; at += step) {
		const char *data = input + at;
		size_t left = n - at < step ? n - at : step;
		struct frame_piece piece;
		int r;

		while ((r = frame_decode(&d, &data, &left, &piece)) > 0) {
			size_t which = piece.stream == FRAME_STDERR;

			ASSERT(piece.n > 0 && used[which] + piece.n < sizeof(text[which]));
			memcpy(text[which] + used[which], piece.data, piece.n);
			used[which] += piece.n;
		}
		ASSERT_EQ(r, 0);
		ASSERT_EQ(left, 0);
	}
	ASSERT(frame_decoder_idle(&d));
	ASSERT_STR(text[0], expected_out);
	ASSERT_STR(text[1], expected_err);
}

TEST(pieces_of_any_size_give_the_same_streams)
{
	static const char input[] = "\1\0\0\0\0\0\0\5hello"
				    "\2\0\0\0\0\0\0\3bad"
				    "\1\0\0\0\0\0\0\0"
				    "\1\0\0\0\0\0\0\1!";

	for (size_t step = 1; step <= sizeof(input) - 1; step++)
		decode(input, sizeof(input) - 1, step, "hello!", "bad");
}

TEST(the_decoder_knows_when_a_frame_is_open)
{
	struct frame_decoder d = {0};
	const char *data = "\1\0\0\0\0\0\0\5he";
	size_t n = 10;
	struct frame_piece piece;

	ASSERT(frame_decoder_idle(&d));
	ASSERT_EQ(frame_decode(&d, &data, &n, &piece), 1);
	ASSERT_EQ(piece.n, 2);
	ASSERT(!frame_decoder_idle(&d));
	data = "\1";
	n = 1;
	d = (struct frame_decoder){0};
	ASSERT_EQ(frame_decode(&d, &data, &n, &piece), 0);
	ASSERT(!frame_decoder_idle(&d));
}

TEST(text_without_frames_is_refused)
{
	struct frame_decoder d = {0};
	const char *data = "hello, world";
	size_t n = 12;
	struct frame_piece piece;

	ASSERT_EQ(frame_decode(&d, &data, &n, &piece), -EPROTO);
	d = (struct frame_decoder){0};
	data = "\1\0\1\0\0\0\0\1x";
	n = 9;
	ASSERT_EQ(frame_decode(&d, &data, &n, &piece), -EPROTO);
}
