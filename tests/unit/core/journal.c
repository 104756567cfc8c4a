#include "core/journal.h"

#include "base/buf.h"
#include "base/str.h"
#include "scratch.h"
#include "task/clock.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Lines as "o:text" or "e:text"; a part that does not begin a line has no prefix. */
static int
collect(void *arg, const struct journal_line *line)
{
	struct buf *out = arg;

	if (line->start)
		buf_puts(out, line->stream == FRAME_STDOUT ? "o:" : "e:");
	return buf_append(out, line->data, line->n);
}

static const struct journal_query everything = {.out = true, .err = true, .tail = -1};

static const char *
text_of(struct journal *j, const struct journal_query *q)
{
	static char text[4096];
	struct error e = {0};
	scoped_buf out;

	buf_init(&out, sizeof(text) - 1);
	if (journal_read(j, q, collect, &out, &e) < 0)
		test_fail(__FILE__, __LINE__, "journal_read: %s", error_message(&e));
	snprintf(text, sizeof(text), "%s", out.data);
	return text;
}

static void
append(struct journal *j, enum frame_stream stream, int64_t time_ns, const char *text)
{
	ASSERT_OK(journal_append(j, stream, time_ns, text, strlen(text)));
}

/* Five lines on two streams, one of them in two parts with another stream's line between. */
static struct journal *
filled(void)
{
	struct journal *j = journal_new("log");

	ASSERT_OK(journal_begin(j, NULL));
	append(j, FRAME_STDOUT, 10, "one\ntw");
	append(j, FRAME_STDERR, 20, "bad\n");
	append(j, FRAME_STDOUT, 30, "o\nthree\n");
	append(j, FRAME_STDOUT, 40, "no newline");
	journal_close(j);
	return j;
}

static void
reading(void)
{
	scoped(journal) *j = filled();
	struct journal_query q = everything;

	ASSERT_STR(text_of(j, &q), "o:one\no:twe:bad\no\no:three\no:no newline");
	q.err = false;
	ASSERT_STR(text_of(j, &q), "o:one\no:two\no:three\no:no newline");
	q = (struct journal_query){.err = true, .tail = -1};
	ASSERT_STR(text_of(j, &q), "e:bad\n");
}

TEST(journal_lines_and_streams)
{
	world_run(reading);
}

static void
tails(void)
{
	scoped(journal) *j = filled();
	struct journal_query q = everything;
	static const char *const want[] = {"", "o:no newline", "o:three\no:no newline",
		"e:bad\no:three\no:no newline", "o:twe:bad\no\no:three\no:no newline",
		"o:one\no:twe:bad\no\no:three\no:no newline"};

	for (q.tail = 0; q.tail < (int64_t)ARRAY_LEN(want); q.tail++)
		ASSERT_STR(text_of(j, &q), want[q.tail]);
	q.tail = INT64_MAX - 2;
	ASSERT_STR(text_of(j, &q), want[5]);
	q.tail = 2;
	q.err = false;
	ASSERT_STR(text_of(j, &q), "o:three\no:no newline");
}

TEST(journal_tail)
{
	world_run(tails);
}

static void
bounds(void)
{
	scoped(journal) *j = filled();
	struct journal_query q = everything;

	q.since_ns = 20;
	ASSERT_STR(text_of(j, &q), "e:bad\no:three\no:no newline"); /* "two" began at 10 */
	q.since_ns = 0;
	q.until_ns = 20;
	ASSERT_STR(text_of(j, &q), "o:one\no:twe:bad\no\n");
	q.since_ns = q.until_ns = 40;
	ASSERT_STR(text_of(j, &q), "o:no newline");
}

TEST(journal_since_and_until)
{
	world_run(bounds);
}

static void
restarted(void)
{
	scoped(journal) *j = filled(), *again = NULL;
	uint64_t end, later;

	ASSERT_OK(journal_end(j, &end, NULL));
	again = journal_new("log");
	ASSERT_OK(journal_begin(again, NULL));
	append(again, FRAME_STDOUT, 50, "after\n");
	journal_close(again);
	ASSERT_OK(journal_end(again, &later, NULL));
	ASSERT(later > end);
	{
		struct journal_query q = everything;

		q.tail = 1;
		ASSERT_STR(text_of(again, &q), "o:no newlineafter\n");
		q.tail = -1;
		q.end = end;
		ASSERT_STR(text_of(again, &q), "o:one\no:twe:bad\no\no:three\no:no newline");
	}
}

TEST(journal_goes_on_after_a_restart)
{
	world_run(restarted);
}

/* The disk was full, or the machine lost power: whatever is at the end is cut off, and writing goes on. */
static void
torn(void)
{
	struct stat st;

	journal_free(filled());
	ASSERT_EQ(stat("log", &st), 0);
	for (off_t cut = 1; cut < 30; cut++) {
		scoped(journal) *j = NULL;

		journal_free(filled()); /* appends a second copy */
		ASSERT_EQ(truncate("log", 2 * st.st_size - cut), 0);
		j = journal_new("log");
		ASSERT_OK(journal_begin(j, NULL));
		append(j, FRAME_STDERR, 60, "still here\n");
		journal_close(j);
		ASSERT(str_ends(text_of(j, &everything), "e:still here\n"));
		ASSERT(str_starts(
			text_of(j, &everything), "o:one\no:twe:bad\no\no:three\no:no newline"));
		ASSERT_EQ(truncate("log", st.st_size), 0);
	}
}

TEST(journal_torn_end_is_cut_off)
{
	world_run(torn);
}

static void
damaged(void)
{
	scoped(journal) *j = filled();
	struct error e = {0};
	scoped_buf out;
	int fd = open("log", O_WRONLY | O_CLOEXEC);

	buf_init(&out, 4096);
	ASSERT_EQ(pwrite(fd, "\xff\xff\xff\xff", 4, 0), 4); /* the first chunk's size */
	close(fd);
	ASSERT_EQ(journal_read(j, &everything, collect, &out, &e), -EIO);
	ASSERT_STR(error_message(&e), "the log log is damaged");
	error_clear(&e);
}

TEST(journal_damage_is_said)
{
	world_run(damaged);
}

struct follower {
	struct journal *journal;
	struct buf out;
	int result;
	bool done;
};

static void
follow(void *arg)
{
	struct follower *f = arg;
	struct journal_query q = everything;

	q.follow = true;
	f->result = journal_read(f->journal, &q, collect, &f->out, NULL);
	f->done = true;
}

static void
following(void)
{
	scoped(journal) *j = journal_new("log");
	struct follower f[2] = {{.journal = j}, {.journal = j}};
	struct task_group *group = task_group_new();

	ASSERT_OK(journal_begin(j, NULL));
	append(j, FRAME_STDOUT, 1, "before\n");
	for (int i = 0; i < 2; i++) {
		buf_init(&f[i].out, 4096);
		task_spawn(group, "follow", follow, &f[i]);
	}
	task_sleep(USEC_PER_SEC);
	ASSERT_STR(f[0].out.data, "o:before\n");
	append(j, FRAME_STDERR, 2, "live\n");
	task_sleep(USEC_PER_SEC);
	ASSERT_STR(f[1].out.data, "o:before\ne:live\n");
	ASSERT(!f[0].done && !f[1].done);
	append(j, FRAME_STDOUT, 3, "last\n");
	journal_close(j); /* what was written just before still arrives */
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(f[i].result, 0);
		ASSERT_STR(f[i].out.data, "o:before\ne:live\no:last\n");
		buf_free(&f[i].out);
	}
	task_group_end(group);
}

TEST(journal_follow)
{
	world_run_virtual(following);
}

static void
empty(void)
{
	scoped(journal) *j = journal_new("log");
	struct journal_query q = everything;

	ASSERT_STR(text_of(j, &q), "");
	q.tail = 5;
	ASSERT_STR(text_of(j, &q), "");
	q.follow = true; /* nobody writes: it does not wait */
	ASSERT_STR(text_of(j, &q), "");
}

TEST(journal_of_nothing)
{
	world_run(empty);
}
