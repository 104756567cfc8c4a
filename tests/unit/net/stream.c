#include "net/stream.h"

#include "base/alloc.h"
#include "task/clock.h"
#include "test.h"

#include <errno.h>

/* Streams as callers see them, over a connected pair. */

static usec_t
soon(void)
{
	return clock_after(10 * USEC_PER_SEC);
}

static int
half_close(void *arg)
{
	struct stream *s[2];
	char got[16] = "";

	(void)arg;
	ASSERT_OK(stream_pair(s));
	ASSERT_OK(stream_write(s[0], "ask", 3, soon()));
	ASSERT_OK(stream_shutdown(s[0], soon()));
	ASSERT(!stream_closed(s[1])); /* only half */
	ASSERT_EQ(stream_write(s[0], "more", 4, soon()), -EPIPE);
	ASSERT_EQ(stream_read(s[1], got, sizeof(got), soon()), 3);
	ASSERT_STR(got, "ask");
	ASSERT_EQ(stream_read(s[1], got, sizeof(got), soon()), 0);
	ASSERT_OK(stream_write(s[1], "answer", 6, soon()));
	ASSERT_OK(stream_read_full(s[0], got, 6, soon()));
	ASSERT_STR(got, "answer");
	stream_free(s[0]);
	ASSERT_EQ(stream_write(s[1], "x", 1, soon()), -EPIPE);
	stream_free(s[1]);
	return 0;
}

TEST(one_direction_ends_and_the_other_goes_on)
{
	ASSERT_OK(task_run(half_close, NULL));
}

static int
short_reads(void *arg)
{
	struct stream *s[2];
	char got[16];

	(void)arg;
	ASSERT_OK(stream_pair(s));
	ASSERT_EQ(stream_read(s[0], got, sizeof(got), clock_after(1000)), -ETIMEDOUT);
	ASSERT_OK(stream_write(s[1], "abc", 3, soon()));
	ASSERT_EQ(stream_read_full(s[0], got, 4, clock_after(1000)), -ETIMEDOUT);
	ASSERT_OK(stream_write(s[1], "abc", 3, soon()));
	ASSERT_OK(stream_shutdown(s[1], soon()));
	ASSERT_EQ(stream_read_full(s[0], got, 4, soon()), -EPIPE);
	stream_free(s[0]);
	stream_free(s[1]);
	return 0;
}

TEST(reads_time_out_and_end)
{
	ASSERT_OK(task_run(short_reads, NULL));
	ASSERT_OK(task_run_virtual(short_reads, NULL));
}

static void
cancel_parent(void *arg)
{
	task_cancel(arg);
}

static int
cancelled_read(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct stream *s[2];
	char c;

	(void)arg;
	ASSERT_OK(stream_pair(s));
	task_spawn(group, "cancel", cancel_parent, task_self());
	ASSERT_EQ(stream_read(s[0], &c, 1, soon()), -ECANCELED);
	stream_free(s[0]);
	stream_free(s[1]);
	return 0;
}

TEST(a_read_is_cancelled)
{
	ASSERT_OK(task_run(cancelled_read, NULL));
}

/* A long gather write against a reader that takes odd pieces */

enum { PIECES = 3000, PIECE = 1000 };

static void
write_pieces(void *arg)
{
	struct iovec *v = xcalloc(PIECES, sizeof(*v));
	char *all = xmalloc((size_t)PIECES * PIECE);

	for (int i = 0; i < PIECES * PIECE; i++)
		all[i] = (char)(i % 251);
	for (int i = 0; i < PIECES; i++)
		v[i] = (struct iovec){all + i * PIECE, i % 7 == 2 ? 0 : PIECE};
	ASSERT_OK(stream_writev(arg, v, PIECES, soon()));
	ASSERT_OK(stream_shutdown(arg, soon()));
	free(v);
	free(all);
}

static int
gather(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct stream *s[2];
	char got[3001];
	ssize_t n;
	int at = 0;

	(void)arg;
	ASSERT_OK(stream_pair(s));
	task_spawn(group, "writer", write_pieces, s[0]);
	while ((n = stream_read(s[1], got, sizeof(got), soon())) > 0)
		for (ssize_t i = 0; i < n; i++, at++) {
			while (at / PIECE % 7 == 2)
				at += PIECE;
			ASSERT_EQ(got[i], (char)(at % 251));
		}
	ASSERT_EQ(n, 0);
	ASSERT_EQ(at, PIECES * PIECE);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	stream_free(s[0]);
	stream_free(s[1]);
	return 0;
}

TEST(a_gathered_write_arrives_whole_and_in_order)
{
	ASSERT_OK(task_run(gather, NULL));
}

/* A copy through a reader that is slow: the writer may be ahead by what the kernel holds and no
 * more. */

enum { MEGABYTES = 64, MEGABYTE = 1 << 20 };

struct flow {
	struct stream *source[2], *sink[2];
	long written, read, most_ahead;
};

static void
pour(void *arg)
{
	char *block = xcalloc(1, MEGABYTE);
	struct flow *f = arg;

	for (int i = 0; i < MEGABYTES * 16; i++) {
		ASSERT_OK(stream_write(f->source[0], block, MEGABYTE / 16, soon()));
		f->written += MEGABYTE / 16;
		if (f->written - f->read > f->most_ahead)
			f->most_ahead = f->written - f->read;
	}
	ASSERT_OK(stream_shutdown(f->source[0], soon()));
	free(block);
}

static void
copy(void *arg)
{
	struct flow *f = arg;

	ASSERT_EQ(stream_copy(f->source[1], f->sink[0]), (long)MEGABYTES * MEGABYTE);
	ASSERT_OK(stream_shutdown(f->sink[0], soon()));
}

static int
slow_reader(void *arg)
{
	scoped(task_group) *group = task_group_new();
	char *block = xmalloc(MEGABYTE);
	struct flow f = {0};
	ssize_t n;

	(void)arg;
	ASSERT_OK(stream_pair(f.source));
	ASSERT_OK(stream_pair(f.sink));
	task_spawn(group, "pour", pour, &f);
	task_spawn(group, "copy", copy, &f);
	while ((n = stream_read(f.sink[1], block, MEGABYTE, soon())) > 0) {
		f.read += n;
		task_yield();
		task_yield();
	}
	ASSERT_EQ(n, 0);
	ASSERT_EQ(f.read, (long)MEGABYTES * MEGABYTE);
	ASSERT(f.most_ahead < 4l * MEGABYTE);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	for (int i = 0; i < 2; i++) {
		stream_free(f.source[i]);
		stream_free(f.sink[i]);
	}
	free(block);
	ASSERT_EQ(task_stalls(), 0);
	return 0;
}

TEST(a_slow_reader_stops_the_writer)
{
	ASSERT_OK(task_run(slow_reader, NULL));
}

struct broken {
	struct stream *from[2], *to[2];
};

static int
copy_to_nobody(void *arg)
{
	struct broken b;

	(void)arg;
	ASSERT_OK(stream_pair(b.from));
	ASSERT_OK(stream_pair(b.to));
	ASSERT_OK(stream_write(b.from[0], "x", 1, soon()));
	stream_free(b.to[1]);
	ASSERT_EQ(stream_copy(b.from[1], b.to[0]), -EPIPE);
	stream_free(b.from[0]);
	stream_free(b.from[1]);
	stream_free(b.to[0]);
	return 0;
}

TEST(a_copy_says_why_it_stopped)
{
	ASSERT_OK(task_run(copy_to_nobody, NULL));
}

/* Notifications */

static void
count(void *arg)
{
	(*(int *)arg)++;
}

static int
notifications(void *arg)
{
	int readable = 0, hung_up = 0;
	struct stream *s[2];

	(void)arg;
	ASSERT_OK(stream_pair(s));
	stream_notify(s[0], count, &readable);
	stream_notify_hangup(s[0], count, &hung_up);
	ASSERT_OK(stream_write(s[1], "x", 1, soon()));
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(readable, 1);
	ASSERT_EQ(hung_up, 0);
	stream_free(s[1]);
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(readable, 1);
	ASSERT_EQ(hung_up, 1);
	stream_free(s[0]);
	return 0;
}

TEST(a_stream_without_a_task_is_watched)
{
	ASSERT_OK(task_run(notifications, NULL));
}

/* Ending both directions at once */

static void
read_until_cut(void *arg)
{
	char c;

	ASSERT_EQ(stream_read(arg, &c, 1, USEC_INFINITY), 0);
}

static void
write_until_cut(void *arg)
{
	char *block = xcalloc(1, MEGABYTE);
	int r = 0;

	while (r == 0)
		r = stream_write(arg, block, MEGABYTE, USEC_INFINITY);
	ASSERT_EQ(r, -EPIPE);
	free(block);
}

static int
cut(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct stream *s[2];

	(void)arg;
	ASSERT_OK(stream_pair(s));
	task_spawn(group, "reader", read_until_cut, s[0]);
	task_spawn(group, "writer", write_until_cut, s[0]);
	ASSERT_OK(task_sleep(1000));
	ASSERT(!stream_closed(s[1]));
	stream_cut(s[0]);
	ASSERT_OK(task_group_join(group, soon()));
	ASSERT(stream_closed(s[1]));
	ASSERT(stream_identity(s[0]) == NULL);
	ASSERT(stream_reason(s[0]) == NULL);
	stream_free(s[0]);
	stream_free(s[1]);
	return 0;
}

TEST(whoever_waits_on_a_stream_that_is_cut_comes_back)
{
	ASSERT_OK(task_run(cut, NULL));
}
