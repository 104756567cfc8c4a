/* What tasks cost: CPU time (all threads') of the best of several rounds, and memory. */
#include "base/alloc.h"
#include "base/error.h"
#include "cpu.h"
#include "task/clock.h"
#include "task/cond.h"
#include "task/offload.h"
#include "task/poll.h"
#include "task/task.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 7 };

static long
resident_bytes(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	bug_if(!f || fscanf(f, "%*s %ld", &pages) != 1);
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static void
measure(const char *what, void (*fn)(int n), int n)
{
	double best = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double began = cpu_ns(), took;

		fn(n);
		took = (cpu_ns() - began) / n;
		if (i == 0 || took < best)
			best = took;
	}
	printf("%-52s %8.0f ns\n", what, best);
}

/* Two tasks that wake each other: each round is two wakes and two waits. */

struct pingpong {
	struct cond turn;
	int left;
};

static void
ping(void *arg)
{
	struct pingpong *p = arg;

	while (p->left-- > 0) {
		cond_signal(&p->turn);
		cond_wait(&p->turn, USEC_INFINITY);
	}
	cond_signal(&p->turn);
}

static void
wake_and_wait(int n)
{
	scoped(task_group) *group = task_group_new();
	struct pingpong p = {.left = n};

	cond_init(&p.turn);
	task_spawn(group, "ping", ping, &p);
	task_spawn(group, "pong", ping, &p);
	task_group_join(group, USEC_INFINITY);
}

static void
yield(int n)
{
	for (int i = 0; i < n; i++)
		task_yield();
}

static void
do_nothing(void *arg)
{
	(void)arg;
}

static void
spawn(int n)
{
	scoped(task_group) *group = task_group_new();

	for (int i = 0; i < n; i++) {
		task_spawn(group, "nothing", do_nothing, NULL);
		if (i % 100 == 99)
			task_group_join(group, USEC_INFINITY);
	}
	task_group_join(group, USEC_INFINITY);
}

static int
return_zero(void *arg)
{
	(void)arg;
	return 0;
}

static void
offload(int n)
{
	for (int i = 0; i < n; i++)
		task_offload(return_zero, NULL);
}

/* A byte there and back over a socket pair between two tasks, as requests on a kept-alive connection. */

struct echo {
	int fd[2];
	struct poll *poll[2];
};

static void
answer(void *arg)
{
	struct echo *e = arg;
	char c;

	while (poll_wait(e->poll[1], POLL_READ, clock_after(USEC_PER_SEC)) > 0 &&
		read(e->fd[1], &c, 1) == 1)
		bug_if(write(e->fd[1], &c, 1) != 1);
}

static void
round_trip(int n)
{
	scoped(task_group) *group = task_group_new();
	struct echo e;
	char c;

	bug_if(socketpair(AF_UNIX, SOCK_STREAM, 0, e.fd) < 0);
	for (int i = 0; i < 2; i++)
		bug_if(poll_open(e.fd[i], &e.poll[i]) < 0);
	task_spawn(group, "answer", answer, &e);
	for (int i = 0; i < n; i++) {
		bug_if(write(e.fd[0], "x", 1) != 1);
		poll_wait(e.poll[0], POLL_READ, clock_after(USEC_PER_SEC));
		bug_if(read(e.fd[0], &c, 1) != 1);
	}
	shutdown(e.fd[0], SHUT_WR);
	task_group_join(group, USEC_INFINITY);
	for (int i = 0; i < 2; i++) {
		poll_close(e.poll[i]);
		close(e.fd[i]);
	}
}

/* Memory of many that wait */

static void
never(void *arg)
{
	(void)arg;
}

static void
park(int n)
{
	struct poll **polls = xcalloc((size_t)n, sizeof(*polls));
	int(*fds)[2] = xcalloc((size_t)n, sizeof(*fds));
	long before;

	for (int i = 0; i < n; i++)
		bug_if(socketpair(AF_UNIX, SOCK_STREAM, 0, fds[i]) < 0);
	before = resident_bytes();
	for (int i = 0; i < n; i++) {
		bug_if(poll_open(fds[i][0], &polls[i]) < 0);
		poll_notify(polls[i], never, NULL);
	}
	task_yield();
	printf("%-52s %8ld bytes\n", "a parked connection", (resident_bytes() - before) / n);
	for (int i = 0; i < n; i++) {
		poll_close(polls[i]);
		close(fds[i][0]);
		close(fds[i][1]);
	}
	free(polls);
	free(fds);
}

static void
wait_long(void *arg)
{
	(void)arg;
	task_sleep(USEC_INFINITY);
}

static void
many_tasks(int n)
{
	scoped(task_group) *group = task_group_new();
	long before = resident_bytes();

	for (int i = 0; i < n; i++)
		task_spawn(group, "waits", wait_long, NULL);
	for (int i = 0; i < n / 100; i++)
		task_yield();
	printf("%-52s %8ld bytes\n", "a waiting task", (resident_bytes() - before) / n);
}

static int
run_all(void *arg)
{
	(void)arg;
	park(9000);
	many_tasks(10000);
	measure("a wake and a wait, with the switches there and back", wake_and_wait, 1000000);
	measure("a yield, with its poll", yield, 300000);
	measure("a task, from spawn to join", spawn, 300000);
	measure("an offload there and back", offload, 20000);
	measure("a byte there and back between two tasks' sockets", round_trip, 100000);
	return 0;
}

int
main(void)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	return task_run(run_all, NULL);
}
