#include "http/early.h"

#include "test.h"

static int
read_in_pieces(void *arg UNUSED)
{
	struct stream *pair[2], *s;
	char data[16] = "";

	ASSERT_OK(stream_pair(pair));
	s = early_stream_new(pair[0], "early", 5, true);
	ASSERT_EQ(stream_fd(s), -1);
	ASSERT_OK(stream_write(pair[1], " and late", 9, USEC_INFINITY));
	ASSERT_OK(stream_read_full(s, data, 3, USEC_INFINITY));
	ASSERT_STR(data, "ear");
	ASSERT_EQ(stream_read(s, data, sizeof(data), USEC_INFINITY), 2);
	ASSERT(stream_fd(s) >= 0);
	ASSERT_OK(stream_read_full(s, data, 9, USEC_INFINITY));
	data[9] = '\0';
	ASSERT_STR(data, " and late");

	ASSERT_OK(stream_write(s, "back", 4, USEC_INFINITY));
	ASSERT_OK(stream_shutdown(s, USEC_INFINITY));
	ASSERT_OK(stream_read_full(pair[1], data, 4, USEC_INFINITY));
	ASSERT_EQ(stream_read(pair[1], data, 1, USEC_INFINITY), 0);
	stream_free(s);
	stream_free(pair[1]);
	return 0;
}

TEST(early_bytes_come_first)
{
	ASSERT_EQ(task_run(read_in_pieces, NULL), 0);
}

static int
free_half_read(void *arg UNUSED)
{
	struct stream *pair[2], *s;
	char byte;

	ASSERT_OK(stream_pair(pair));
	s = early_stream_new(pair[0], "early", 5, false);
	ASSERT_EQ(stream_read(s, &byte, 1, USEC_INFINITY), 1);
	stream_free(s); /* what is below lives on */
	ASSERT_OK(stream_write(pair[0], "x", 1, USEC_INFINITY));
	ASSERT_EQ(stream_read(pair[1], &byte, 1, USEC_INFINITY), 1);
	stream_free(pair[0]);
	stream_free(pair[1]);
	return 0;
}

TEST(early_stream_leaves_what_it_does_not_own)
{
	ASSERT_EQ(task_run(free_half_read, NULL), 0);
}
