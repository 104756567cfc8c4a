#include "base/scope.h"
#include "net/stream.h"
#include "task/clock.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

static usec_t
soon(void)
{
	return clock_after(10 * USEC_PER_SEC);
}

static int
count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	ASSERT(d != NULL);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Two pipes make one stream with two ends of its own. */
static int
pipes(void *arg)
{
	int to_us[2], from_us[2], fds = count_fds();
	struct stream *s;
	char got[16] = "";

	(void)arg;
	ASSERT_OK(pipe2(to_us, O_CLOEXEC));
	ASSERT_OK(pipe2(from_us, O_CLOEXEC));
	ASSERT_OK(stream_from_fds(to_us[0], from_us[1], &s));
	ASSERT_EQ(write(to_us[1], "in", 2), 2);
	ASSERT_EQ(stream_read(s, got, sizeof(got), soon()), 2);
	ASSERT_STR(got, "in");
	ASSERT_OK(stream_write(s, "out", 3, soon()));
	ASSERT_EQ(read(from_us[0], got, sizeof(got)), 3);
	ASSERT_OK(stream_shutdown(s, soon()));
	ASSERT_OK(stream_shutdown(s, soon()));
	ASSERT_EQ(read(from_us[0], got, sizeof(got)), 0);
	ASSERT_EQ(stream_write(s, "x", 1, soon()), -EPIPE);
	close(to_us[1]);
	ASSERT_EQ(stream_read(s, got, sizeof(got), soon()), 0);
	stream_free(s);
	close(from_us[0]);
	ASSERT_EQ(count_fds(), fds);
	return 0;
}

TEST(a_stream_of_two_pipes)
{
	ASSERT_OK(task_run(pipes, NULL));
}

static int
one_way(void *arg)
{
	int ends[2];
	struct stream *in, *out;
	char c;

	(void)arg;
	ASSERT_OK(pipe2(ends, O_CLOEXEC));
	ASSERT_OK(stream_from_fds(ends[0], -1, &in));
	ASSERT_OK(stream_from_fds(-1, ends[1], &out));
	ASSERT_EQ(stream_write(in, "x", 1, soon()), -EPIPE);
	ASSERT_EQ(stream_read(out, &c, 1, soon()), 0);
	ASSERT_OK(stream_write(out, "x", 1, soon()));
	ASSERT_EQ(stream_read(in, &c, 1, soon()), 1);
	stream_free(in);
	ASSERT_EQ(stream_write(out, "x", 1, soon()), -EPIPE);
	stream_free(out);
	return 0;
}

TEST(a_direction_may_be_missing)
{
	ASSERT_OK(task_run(one_way, NULL));
}

static int
terminal(void *arg)
{
	int master, slave;
	struct stream *s;
	char got[16] = "";

	(void)arg;
	ASSERT_OK(openpty(&master, &slave, NULL, NULL, NULL));
	ASSERT_OK(stream_from_fds(master, master, &s));
	ASSERT_EQ(write(slave, "hi", 2), 2);
	ASSERT_EQ(stream_read(s, got, sizeof(got), soon()), 2);
	ASSERT_STR(got, "hi");
	ASSERT_EQ(stream_shutdown(s, soon()), -EOPNOTSUPP);
	ASSERT_EQ(stream_read(s, got, sizeof(got), clock_after(1000)), -ETIMEDOUT);
	close(slave);
	ASSERT_EQ(stream_read(s, got, sizeof(got), soon()), 0);
	stream_free(s);
	return 0;
}

TEST(the_last_close_of_a_terminal_is_the_end_of_the_stream)
{
	ASSERT_OK(task_run(terminal, NULL));
}

/* A file is always ready; a long copy of it gives others their turns all the same. */

struct race {
	int turns;
	bool done;
};

static void
take_turns(void *arg)
{
	struct race *race = arg;

	while (!race->done) {
		race->turns++;
		task_yield();
	}
}

static int
copy_file(void *arg)
{
	enum { SIZE = 4 << 20 };
	scoped(task_group) *group = task_group_new();
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct stream *from, *to;
	struct race race = {0};
	char block[65536];

	(void)arg;
	ASSERT_OK(stream_from_fds(zero, -1, &from));
	ASSERT_OK(stream_from_fds(-1, null, &to));
	task_spawn(group, "other", take_turns, &race);
	for (size_t n = 0; n < SIZE; n += sizeof(block)) {
		ASSERT_OK(stream_read_full(from, block, sizeof(block), soon()));
		ASSERT_OK(stream_write(to, block, sizeof(block), soon()));
	}
	race.done = true;
	ASSERT(race.turns >= SIZE / (256 * 1024) - 1);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	stream_free(from);
	stream_free(to);
	return 0;
}

TEST(a_stream_that_never_waits_yields)
{
	ASSERT_OK(task_run(copy_file, NULL));
}

static int
bad_descriptor(void *arg)
{
	int fds = count_fds(), ends[2];
	struct stream *s;

	(void)arg;
	ASSERT_EQ(stream_from_fds(1000, 1000, &s), -EBADF);
	ASSERT_OK(pipe2(ends, O_CLOEXEC));
	ASSERT_EQ(stream_from_fds(ends[0], 1000, &s), -EBADF);
	close(ends[1]);
	ASSERT_EQ(count_fds(), fds);
	return 0;
}

TEST(a_bad_descriptor_is_refused_and_the_good_one_closed)
{
	ASSERT_OK(task_run(bad_descriptor, NULL));
}
