#include "blocks.h"
#include "memory.h"
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
add(struct tar_writer *w, struct tar_entry entry, const char *data)
{
	scoped_error e = {0};

	entry.size = data ? (int64_t)strlen(data) : 0;
	ASSERT_OK(tar_writer_entry(w, &entry, &e));
	if (data)
		ASSERT_OK(tar_writer_data(w, data, strlen(data), &e));
}

TEST(writer_makes_every_kind)
{
	scoped_error e = {0};
	scoped(tar_writer) *w = NULL;
	scoped_free char *text = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	ASSERT_OK(tar_writer_open(memory_sink, &out, &w, &e));
	add(w,
		(struct tar_entry){
			.type = TAR_DIRECTORY, .path = "d", .mode = 01755, .uid = 1, .gid = 2},
		NULL);
	add(w, (struct tar_entry){.type = TAR_FILE, .path = "d/f", .mode = 0640}, "data");
	add(w,
		(struct tar_entry){
			.type = TAR_FILE, .path = "d/empty", .mode = 06755, .uid = 3000000},
		"");
	add(w, (struct tar_entry){.type = TAR_SYMLINK, .path = "l", .mode = 0777, .link = "/d/f"},
		NULL);
	add(w, (struct tar_entry){.type = TAR_HARDLINK, .path = "h", .mode = 0640, .link = "d/f"},
		NULL);
	add(w, (struct tar_entry){.type = TAR_FIFO, .path = "p", .mode = 0600}, NULL);
	add(w,
		(struct tar_entry){.type = TAR_CHARACTER,
			.path = "null",
			.mode = 0666,
			.major = 1,
			.minor = 3},
		NULL);
	add(w, (struct tar_entry){.type = TAR_BLOCK, .path = "disk", .mode = 0660, .major = 8},
		NULL);
	ASSERT_OK(tar_writer_close(w, &e));
	ASSERT_EQ(out.len % 512, 0);

	text = list(out.data, out.len, out.len);
	ASSERT_STR(text, "d 1755 1:2 0 d/\n"
			 "f 640 0:0 4 d/f 0:data\n"
			 "f 6755 3000000:0 0 d/empty\n"
			 "l 777 0:0 0 l -> /d/f\n"
			 "h 640 0:0 0 h -> d/f\n"
			 "p 600 0:0 0 p\n"
			 "c 666 0:0 0 null 1,3\n"
			 "b 660 0:0 0 disk 8,0\n");
}

TEST(writer_names_are_bytes)
{
	static const char *const names[] = {
		"\xc3\xa9", "e\xcc\x81", "bad\xff", "new\nline", "./x", "/abs", "a/../b", " "};
	char longer[5001];
	scoped_error e = {0};
	scoped(tar_writer) *w = NULL;
	scoped(tar_reader) *r = NULL;
	struct tar_entry entry;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	memset(longer, 'n', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	ASSERT_OK(tar_writer_open(memory_sink, &out, &w, &e));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add(w, (struct tar_entry){.type = TAR_SYMLINK, .path = names[i], .link = names[i]},
			NULL);
	add(w, (struct tar_entry){.type = TAR_SYMLINK, .path = longer, .link = longer}, NULL);
	ASSERT_OK(tar_writer_close(w, &e));

	struct memory m = {.data = out.data, .n = out.len, .piece = 1000};
	ASSERT_OK(tar_reader_open(memory_source, &m, &r, &e));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ASSERT_EQ(tar_reader_next(r, &entry, &e), 1);
		ASSERT_STR(entry.path, names[i]);
		ASSERT_STR(entry.link, names[i]);
	}
	ASSERT_EQ(tar_reader_next(r, &entry, &e), 1);
	ASSERT_STR(entry.path, longer);
	ASSERT_STR(entry.link, longer);
	ASSERT_EQ(tar_reader_next(r, &entry, &e), 0);
	/* UTF-8 is marked as what it is; only other bytes need the mark. */
	ASSERT_EQ(memmem(out.data, 1536, "BINARY", 6) != NULL, false);
}

TEST(writer_stays_ustar_where_it_can)
{
	scoped_error e = {0};
	scoped(tar_writer) *w = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	ASSERT_OK(tar_writer_open(memory_sink, &out, &w, &e));
	add(w,
		(struct tar_entry){
			.type = TAR_FILE, .path = "plain", .mode = 0644, .mtime_ns = 1000000000},
		"x");
	ASSERT_OK(tar_writer_close(w, &e));
	ASSERT_EQ(out.len, 4 * BLOCK);
	ASSERT_EQ(memcmp(out.data, "plain", 6), 0);
	ASSERT_EQ(memcmp(out.data + 257,
			  "ustar\0"
			  "00",
			  8),
		0);
}

TEST(writer_keeps_times_to_the_second)
{
	static const int64_t times[] = {0, 1, 1500000000123456789, -1, -1000000000, -1500000000};
	static const int64_t seconds[] = {0, 0, 1500000000, -1, -1, -2};
	scoped_error e = {0};
	scoped(tar_writer) *w = NULL;
	scoped(tar_reader) *r = NULL;
	struct tar_entry entry;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	ASSERT_OK(tar_writer_open(memory_sink, &out, &w, &e));
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		add(w, (struct tar_entry){.type = TAR_FIFO, .path = "t", .mtime_ns = times[i]},
			NULL);
	ASSERT_OK(tar_writer_close(w, &e));

	struct memory m = {.data = out.data, .n = out.len, .piece = out.len};
	ASSERT_OK(tar_reader_open(memory_source, &m, &r, &e));
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		ASSERT_EQ(tar_reader_next(r, &entry, &e), 1);
		ASSERT_EQ(entry.mtime_ns, seconds[i] * 1000000000);
	}
}

static int
broken_sink(void *arg, const void *data, size_t n)
{
	int *left = arg;

	(void)data;
	(void)n;
	return (*left)-- > 0 ? 0 : -EPIPE;
}

TEST(writer_passes_the_sinks_error_on)
{
	for (int good = 0; good < 3; good++) {
		struct tar_entry entry = {.type = TAR_FILE, .path = "f", .size = 3};
		scoped(tar_writer) *w = NULL;
		scoped_error e = {0};
		int left = good, r;

		ASSERT_OK(tar_writer_open(broken_sink, &left, &w, &e));
		r = tar_writer_entry(w, &entry, &e);
		if (r == 0)
			r = tar_writer_data(w, "abc", 3, &e);
		if (r == 0)
			r = tar_writer_close(w, &e);
		ASSERT_EQ(r, -EPIPE);
		ASSERT_EQ(e.kind, ERROR_UNAVAILABLE);
	}
}

TEST(writer_given_up_leaves_no_end)
{
	struct tar_entry entry = {.type = TAR_FILE, .path = "f", .size = 3};
	scoped_error e = {0};
	struct tar_writer *w = NULL;
	scoped_free char *text = NULL;
	scoped_buf out;

	buf_init(&out, 1 << 20);
	ASSERT_OK(tar_writer_open(memory_sink, &out, &w, &e));
	ASSERT_OK(tar_writer_entry(w, &entry, &e));
	ASSERT_OK(tar_writer_data(w, "ab", 2, &e));
	tar_writer_free(w);
	ASSERT_EQ(out.len, BLOCK + 2);
	text = list(out.data, out.len, out.len);
	ASSERT(strchr(text, '!'));
}
