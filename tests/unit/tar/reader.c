#include "blocks.h"
#include "memory.h"
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The text of what out holds, however it is cut into pieces. */
static char *
listing(const struct buf *out)
{
	char *whole = list(out->data, out->len, out->len + 1);
	scoped_free char *cut = list(out->data, out->len, 7);

	ASSERT_STR(cut, whole);
	return whole;
}

TEST(reader_empty_archives)
{
	scoped_free char *nothing = NULL, *end = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	nothing = listing(&out);
	ASSERT_STR(nothing, "");
	block_end(&out);
	end = listing(&out);
	ASSERT_STR(end, "");
}

TEST(reader_passes_names_through)
{
	scoped_free char *text = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	block_header(&out, "../../etc/passwd", '0', "", 2);
	block_data(&out, "hi", 2);
	block_header(&out, "/abs", '2', "../../x", 0);
	block_header(&out, "hard", '1', "/etc/shadow", 0);
	block_pax(&out, "path", "\xc3\xa9//./..");
	block_header(&out, "x", '0', "", 0);
	block_end(&out);
	text = listing(&out);
	ASSERT_STR(text, "f 644 0:0 2 ../../etc/passwd 0:hi\n"
			 "l 644 0:0 0 /abs -> ../../x\n"
			 "h 644 0:0 0 hard -> /etc/shadow\n"
			 "f 644 0:0 0 \xc3\xa9//./..\n");
}

TEST(reader_holes_cost_nothing)
{
	scoped_free char *text = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	block_sparse(&out, "hole", INT64_C(10) << 30, "data", 4);
	block_header(&out, "next", '0', "", 0);
	block_end(&out);
	text = listing(&out);
	ASSERT_STR(text, "f 644 0:0 10737418240 hole 0:data\nf 644 0:0 0 next\n");
}

TEST(reader_claims_are_not_believed)
{
	scoped_free char *text = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	block_header(&out, "huge", '0', "", INT64_C(10) << 30);
	block_data(&out, "only this", 9);
	text = list(out.data, out.len, out.len);
	ASSERT(strstr(text, "huge"));
	ASSERT(strstr(text, "! invalid tar archive: Truncated"));
}

TEST(reader_refuses_what_is_no_tar)
{
	static const char *const junk[] = {
		"x", "{\"message\":\"no\"}", "PK\003\004zip", "\x1f\x8bnot gzip at all"};

	for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
		struct memory m = {.data = junk[i], .n = strlen(junk[i]), .piece = 100};
		scoped(tar_reader) *r = NULL;
		scoped_error e = {0};
		struct tar_entry entry;
		int n = tar_reader_open(memory_source, &m, &r, &e);

		if (n == 0)
			n = tar_reader_next(r, &entry, &e);
		ASSERT(n < 0);
		ASSERT_EQ(e.kind, ERROR_INVALID);
	}
}

TEST(reader_truncated_anywhere)
{
	scoped_buf out;

	buf_init(&out, 1 << 20);
	block_pax(&out, "path", "longer");
	block_header(&out, "f", '0', "", 600);
	block_data(&out, memset((char[600]){0}, 'a', 600), 600);
	for (size_t n = 1; n < out.len; n += 13) {
		scoped_free char *text = list(out.data, n, n);

		/* Padding after the last data may be missing; anything else is told. */
		ASSERT(strchr(text, '!') || n >= 3 * BLOCK + 600);
	}
}

TEST(reader_damaged_header)
{
	scoped_free char *text = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	block_header(&out, "good", '0', "", 0);
	block_header(&out, "bad", '0', "", 0);
	out.data[BLOCK + 1] = 'x';
	block_end(&out);
	text = listing(&out);
	ASSERT(strstr(text, "good"));
	ASSERT(strstr(text, "! invalid tar archive"));
}

TEST(reader_ids_out_of_range)
{
	scoped_free char *text = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	block_pax(&out, "uid", "99999999999");
	block_header(&out, "f", '0', "", 0);
	block_end(&out);
	text = listing(&out);
	ASSERT_STR(text, "f 644 4294967294:0 0 f\n");
}

TEST(reader_inflates)
{
	/* `printf abc > f; tar c --mtime=@0 --owner=0 --group=0 f | gzip -9n` */
	static const unsigned char gz[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
		0x03, 0xed, 0xce, 0x3b, 0x0a, 0x84, 0x40, 0x10, 0x05, 0xc0, 0x3e, 0xca, 0x1c, 0x41,
		0x58, 0x1d, 0xcf, 0xe3, 0x0a, 0xa6, 0x82, 0x9f, 0xfb, 0x3b, 0xbb, 0x91, 0x18, 0x68,
		0xa4, 0x20, 0x54, 0x25, 0xaf, 0x79, 0xdd, 0x41, 0x0f, 0x71, 0xbf, 0xaa, 0xc8, 0x75,
		0xfd, 0xcf, 0xe2, 0x98, 0xc5, 0x67, 0x37, 0xff, 0xfa, 0x36, 0x37, 0x39, 0x52, 0xf5,
		0xc0, 0x6f, 0xb1, 0xce, 0x4b, 0x37, 0xa5, 0x14, 0xd3, 0x38, 0x2e, 0x67, 0x77, 0x57,
		0xfb, 0x97, 0xea, 0xbe, 0x7d, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0xf0, 0x3e, 0x1b, 0x34, 0xed, 0x15, 0x74, 0x00, 0x28, 0x00, 0x00};
	scoped_free char *text = list(gz, sizeof gz, 5);

	ASSERT_STR(text, "f 644 0:0 3 f 0:abc\n");
}

TEST(reader_passes_the_sources_error_on)
{
	scoped(tar_reader) *r = NULL;
	scoped_error e = {0};
	struct tar_entry entry;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	block_header(&out, "f", '0', "", 0);
	struct memory m = {.data = out.data, .n = out.len, .piece = out.len, .error = -ECANCELED};
	ASSERT_OK(tar_reader_open(memory_source, &m, &r, &e));
	ASSERT_EQ(tar_reader_next(r, &entry, &e), 1);
	ASSERT_EQ(tar_reader_next(r, &entry, &e), -ECANCELED);
	ASSERT_EQ(e.kind, ERROR_CANCELLED);
}
