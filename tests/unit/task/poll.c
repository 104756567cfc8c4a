#include "task/poll.h"

#include "base/scope.h"
#include "task/clock.h"
#include "task/task.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct wire {
	int fd[2];
	struct poll *poll; /* of fd[0] */
	int read_result, write_result;
	int called, hung_up;
};

static void
open_wire(struct wire *w)
{
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, w->fd));
	ASSERT_OK(poll_open(w->fd[0], &w->poll));
}

static void
close_wire(struct wire *w)
{
	poll_close(w->poll);
	close(w->fd[0]);
	if (w->fd[1] >= 0)
		close(w->fd[1]);
}

static void
fill(int fd)
{
	char junk[4096] = {0};

	while (write(fd, junk, sizeof(junk)) > 0)
		;
	ASSERT_EQ(errno, EAGAIN);
}

static void
drain(int fd)
{
	char junk[65536];

	while (recv(fd, junk, sizeof(junk), MSG_DONTWAIT) > 0)
		;
	ASSERT_EQ(errno, EAGAIN);
}

static void
wait_to_read(void *arg)
{
	struct wire *w = arg;

	w->read_result = poll_wait(w->poll, POLL_READ, clock_after(USEC_PER_SEC));
}

static void
wait_to_write(void *arg)
{
	struct wire *w = arg;

	w->write_result = poll_wait(w->poll, POLL_WRITE, clock_after(USEC_PER_SEC));
}

static int
two_on_a_socket(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct wire w = {0};

	(void)arg;
	open_wire(&w);
	fill(w.fd[0]);
	task_spawn(group, "reader", wait_to_read, &w);
	task_spawn(group, "writer", wait_to_write, &w);
	task_yield();
	ASSERT_EQ(task_group_size(group), 2);
	drain(w.fd[1]);
	while (task_group_size(group) == 2)
		task_yield();
	ASSERT_EQ(w.write_result, POLL_WRITE);
	ASSERT_EQ(w.read_result, 0);
	ASSERT_EQ(write(w.fd[1], "x", 1), 1);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT_EQ(w.read_result, POLL_READ);
	close_wire(&w);
	return 0;
}

TEST(a_reader_and_a_writer_wait_for_one_socket)
{
	ASSERT_OK(task_run(two_on_a_socket, NULL));
}

static int
time_out_and_hang_up(void *arg)
{
	struct wire w = {0};

	(void)arg;
	open_wire(&w);
	ASSERT_EQ(poll_wait(w.poll, POLL_READ, clock_after(100)), -ETIMEDOUT);
	ASSERT_EQ(poll_wait(w.poll, POLL_READ | POLL_WRITE, clock_now()), POLL_WRITE);
	close(w.fd[1]);
	w.fd[1] = -1;
	ASSERT_EQ(poll_wait(w.poll, POLL_READ, clock_after(USEC_PER_SEC)), POLL_READ);
	ASSERT_EQ(poll_wait(w.poll, POLL_WRITE, clock_after(USEC_PER_SEC)), POLL_WRITE);
	close_wire(&w);
	return 0;
}

TEST(a_wait_times_out_and_a_hangup_counts_as_ready)
{
	ASSERT_OK(task_run(time_out_and_hang_up, NULL));
	ASSERT_OK(task_run_virtual(time_out_and_hang_up, NULL));
}

static int
close_under_waiters(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct wire w = {0};

	(void)arg;
	open_wire(&w);
	fill(w.fd[0]);
	task_spawn(group, "reader", wait_to_read, &w);
	task_spawn(group, "writer", wait_to_write, &w);
	task_yield();
	close_wire(&w);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT_EQ(w.read_result, -ECANCELED);
	ASSERT_EQ(w.write_result, -ECANCELED);
	return 0;
}

TEST(closing_wakes_those_who_wait)
{
	ASSERT_OK(task_run(close_under_waiters, NULL));
}

/* Notifications */

static void
on_readable(void *arg)
{
	struct wire *w = arg;

	ASSERT(task_self() == NULL);
	w->called++;
}

static void
on_hangup(void *arg)
{
	struct wire *w = arg;

	w->hung_up++;
}

static int
notify(void *arg)
{
	struct wire w = {0};

	(void)arg;
	open_wire(&w);
	poll_notify(w.poll, on_readable, &w);
	poll_notify_hangup(w.poll, on_hangup, &w);
	task_yield();
	ASSERT_EQ(w.called, 0);
	ASSERT_EQ(write(w.fd[1], "xy", 2), 2);
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.called, 1);
	ASSERT_EQ(w.hung_up, 0);
	poll_notify(w.poll, on_readable, &w); /* still readable */
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.called, 2);
	poll_notify(w.poll, on_readable, &w);
	poll_notify(w.poll, NULL, NULL);
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.called, 2);
	shutdown(w.fd[1], SHUT_WR);
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.hung_up, 1);
	ASSERT_EQ(w.called, 2);
	poll_notify_hangup(w.poll, on_hangup, &w); /* known by now, told at once */
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.hung_up, 2);
	close_wire(&w);
	return 0;
}

TEST(notifications_come_once)
{
	ASSERT_OK(task_run(notify, NULL));
}

static void
close_from_callback(void *arg)
{
	struct wire *w = arg;

	w->called++;
	close_wire(w);
}

static int
close_in_notification(void *arg)
{
	struct wire w = {0};

	(void)arg;
	open_wire(&w);
	poll_notify(w.poll, close_from_callback, &w);
	poll_notify_hangup(w.poll, on_hangup, &w);
	close(w.fd[1]);
	w.fd[1] = -1;
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.called, 1);
	ASSERT_EQ(w.hung_up, 0);
	return 0;
}

TEST(a_notification_may_close_its_poll)
{
	ASSERT_OK(task_run(close_in_notification, NULL));
}

static int
error_on_pipe(void *arg)
{
	struct wire w = {0};

	(void)arg;
	ASSERT_OK(pipe(w.fd));
	ASSERT_OK(poll_open(w.fd[1], &w.poll));
	poll_notify_hangup(w.poll, on_hangup, &w);
	close(w.fd[0]);
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.hung_up, 1);
	ASSERT_EQ(poll_wait(w.poll, POLL_WRITE, USEC_INFINITY), POLL_WRITE);
	ASSERT_EQ(write(w.fd[1], "x", 1), -1);
	ASSERT_EQ(errno, EPIPE);
	poll_close(w.poll);
	close(w.fd[1]);
	return 0;
}

TEST(a_pipe_without_a_reader_is_hung_up_and_raises_no_signal)
{
	ASSERT_OK(task_run(error_on_pipe, NULL));
}

static int
late_deadline(void *arg)
{
	struct wire w = {0};

	(void)arg;
	open_wire(&w);
	poll_notify(w.poll, on_readable, &w);
	ASSERT_OK(task_sleep_until(clock_now() - 10 * USEC_PER_MSEC));
	ASSERT_EQ(poll_wait(w.poll, POLL_READ, clock_now() - 10 * USEC_PER_MSEC), -ETIMEDOUT);
	close_wire(&w);
	return 0;
}

TEST(a_deadline_in_the_past_ends_the_wait_while_other_descriptors_are_watched)
{
	ASSERT_OK(task_run(late_deadline, NULL));
	ASSERT_OK(task_run_virtual(late_deadline, NULL));
}

/* What libuv cannot watch */

static int
regular_file(void *arg)
{
	scoped_fd int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	scoped(poll) *p = NULL;
	struct wire w = {0};

	(void)arg;
	ASSERT_OK(poll_open(fd, &p));
	ASSERT_EQ(poll_wait(p, POLL_READ, USEC_INFINITY), POLL_READ);
	ASSERT_EQ(poll_wait(p, POLL_READ | POLL_WRITE, USEC_INFINITY), POLL_READ | POLL_WRITE);
	poll_notify_hangup(p, on_hangup, &w);
	poll_notify(p, on_readable, &w);
	ASSERT_OK(task_sleep(100));
	ASSERT_EQ(w.called, 1);
	ASSERT_EQ(w.hung_up, 0);
	return 0;
}

TEST(a_regular_file_is_always_ready)
{
	ASSERT_OK(task_run(regular_file, NULL));
}

static int
bad_descriptors(void *arg)
{
	struct wire w = {0};
	struct poll *second = NULL;

	(void)arg;
	open_wire(&w);
	ASSERT_EQ(poll_open(-1, &second), -EBADF);
	ASSERT_EQ(poll_wait(w.poll, POLL_READ, clock_after(100)), -ETIMEDOUT);
	ASSERT_EQ(poll_open(w.fd[0], &second), -EEXIST);
	close_wire(&w);
	return 0;
}

TEST(a_descriptor_has_one_poll)
{
	ASSERT_OK(task_run(bad_descriptors, NULL));
}

/* Level-triggered readiness that nobody takes must not keep the loop busy. */

static double
cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int
ignore_readiness(void *arg)
{
	struct wire w = {0};
	double cpu;

	(void)arg;
	open_wire(&w);
	ASSERT_EQ(poll_wait(w.poll, POLL_READ, clock_after(100)), -ETIMEDOUT);
	ASSERT_EQ(poll_wait(w.poll, POLL_WRITE, clock_after(100)), POLL_WRITE);
	ASSERT_EQ(write(w.fd[1], "x", 1), 1);
	close(w.fd[1]);
	w.fd[1] = -1;
	cpu = cpu_seconds();
	ASSERT_OK(task_sleep(300 * USEC_PER_MSEC));
	ASSERT(cpu_seconds() - cpu < 0.1);
	close_wire(&w);
	return 0;
}

TEST(readiness_that_nobody_takes_does_not_spin)
{
	ASSERT_OK(task_run(ignore_readiness, NULL));
}

/* Echo between two tasks, as a server and its client would */

enum { ROUNDS = 10000 };

static void
answer(void *arg)
{
	struct wire *w = arg;
	char c;

	while (poll_wait(w->poll, POLL_READ, clock_after(USEC_PER_SEC)) > 0 &&
		read(w->fd[0], &c, 1) == 1)
		ASSERT_EQ(write(w->fd[0], &c, 1), 1);
}

static int
echo(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct wire w = {0};
	struct poll *other;
	char c;

	(void)arg;
	open_wire(&w);
	ASSERT_OK(poll_open(w.fd[1], &other));
	task_spawn(group, "echo", answer, &w);
	for (int i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(write(w.fd[1], "x", 1), 1);
		ASSERT_EQ(poll_wait(other, POLL_READ, clock_after(USEC_PER_SEC)), POLL_READ);
		ASSERT_EQ(read(w.fd[1], &c, 1), 1);
	}
	poll_close(other);
	close(w.fd[1]);
	w.fd[1] = -1;
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	close_wire(&w);
	return 0;
}

TEST(ten_thousand_round_trips)
{
	ASSERT_OK(task_run(echo, NULL));
	ASSERT_OK(task_run_virtual(echo, NULL));
}
