#include "task/child.h"

#include "base/error.h"
#include "task/clock.h"
#include "task/poll.h"
#include "task/task.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

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

static struct child *
run_shell(const char *script, const int *fds, size_t n_fds)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	struct child_spec spec = {.file = "/bin/sh", .argv = argv, .fds = fds, .n_fds = n_fds};
	struct child *c = NULL;
	scoped_error e = {0};

	if (child_spawn(&spec, &c, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	return c;
}

static int
shell_status(const char *script)
{
	static const int none[] = {-1, -1, -1};
	scoped(child) *c = run_shell(script, none, 3);
	int status = -1;

	ASSERT_OK(child_wait(c, clock_after(10 * USEC_PER_SEC), &status));
	ASSERT_OK(child_wait(c, clock_now(), &status));
	ASSERT_EQ(child_kill(c, SIGTERM), -ESRCH);
	return status;
}

static int
statuses(void *arg)
{
	int status = shell_status("exit 7");

	(void)arg;
	ASSERT(WIFEXITED(status));
	ASSERT_EQ(WEXITSTATUS(status), 7);
	ASSERT_EQ(shell_status("exit 0"), 0);
	status = shell_status("kill -TERM $$");
	ASSERT(WIFSIGNALED(status));
	ASSERT_EQ(WTERMSIG(status), SIGTERM);
	return 0;
}

TEST(a_child_has_a_wait_status)
{
	ASSERT_OK(task_run(statuses, NULL));
}

/* The output of a script with the pipe's end as descriptor 1. */
static void
shell_output(const char *script, const int *others, size_t n_others, char *out, size_t size)
{
	int fds[8] = {-1, -1, -1}, ends[2], status;
	scoped(child) *c = NULL;
	size_t n = 0;
	ssize_t got;

	ASSERT_OK(pipe2(ends, O_CLOEXEC));
	fds[1] = ends[1];
	for (size_t i = 0; i < n_others; i++)
		fds[3 + i] = others[i];
	c = run_shell(script, fds, 3 + n_others);
	close(ends[1]);
	ASSERT_OK(child_wait(c, clock_after(10 * USEC_PER_SEC), &status));
	while ((got = read(ends[0], out + n, size - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(ends[0]);
}

static int
descriptors(void *arg)
{
	int leaked = open("/dev/null", O_RDONLY); /* deliberately without O_CLOEXEC */
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	char out[4096];

	(void)arg;
	shell_output("for f in 0 1 2 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$f && "
		     "echo $f $(readlink /proc/$$/fd/$f); done",
		&zero, 1, out, sizeof(out));
	ASSERT(strncmp(out, "0 /dev/null\n1 pipe:", 19) == 0);
	ASSERT(strstr(out, "\n2 /dev/null\n3 /dev/zero\n") != NULL);
	ASSERT_STR(strstr(out, "/dev/zero\n"), "/dev/zero\n"); /* and nothing above */
	close(leaked);
	close(zero);
	return 0;
}

TEST(a_child_has_the_given_descriptors_and_no_others)
{
	ASSERT_OK(task_run(descriptors, NULL));
}

/* 0 and 1 change places, and 2 is 0 again: a plain chain of dup2 would lose one. */
static int
swapped(void *arg)
{
	int a = open("/dev/zero", O_RDONLY | O_CLOEXEC), b = open("/dev/full", O_RDWR | O_CLOEXEC);
	int in = dup(0), out = dup(1), status = 0, swap[] = {1, 0, 0};
	struct child *c;

	(void)arg;
	ASSERT_EQ(dup2(a, 0), 0);
	ASSERT_EQ(dup2(b, 1), 1);
	c = run_shell("test $(readlink /proc/$$/fd/0) = /dev/full && "
		      "test $(readlink /proc/$$/fd/1) = /dev/zero && "
		      "test $(readlink /proc/$$/fd/2) = /dev/zero",
		swap, 3);
	dup2(in, 0);
	dup2(out, 1);
	ASSERT_OK(child_wait(c, USEC_INFINITY, &status));
	ASSERT_EQ(status, 0);
	child_free(c);
	close(in);
	close(out);
	close(a);
	close(b);
	return 0;
}

TEST(descriptors_may_change_places)
{
	ASSERT_OK(task_run(swapped, NULL));
}

static int
signals_and_session(void *arg)
{
	char *argv[] = {(char *)"sh", (char *)"-c",
		(char *)"read -r pid comm state ppid pgrp session rest </proc/self/stat;"
			"test $session = $$ && exec grep -q -i 'SigBlk:.*0000000000000000' "
			"/proc/self/status",
		NULL};
	int fds[] = {-1, 1, 2}, status = -1;
	struct child_spec spec = {
		.file = "/bin/sh", .argv = argv, .fds = fds, .n_fds = 3, .new_session = true};
	scoped(child) *c = NULL;
	sigset_t set, before;

	(void)arg;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &before);
	ASSERT_OK(child_spawn(&spec, &c, NULL));
	sigprocmask(SIG_SETMASK, &before, NULL);
	ASSERT_OK(child_wait(c, USEC_INFINITY, &status));
	ASSERT_EQ(status, 0);
	return 0;
}

TEST(a_child_has_a_clean_mask_and_a_session_if_asked)
{
	ASSERT_OK(task_run(signals_and_session, NULL));
}

static int
sigpipe_is_default(void *arg)
{
	int ends[2], status = -1;
	int fds[] = {-1, -1, -1};
	struct child *c;

	(void)arg;
	ASSERT_OK(pipe2(ends, O_CLOEXEC));
	fds[1] = ends[1];
	close(ends[0]);
	c = run_shell("echo x; exit 3", fds, 3);
	ASSERT_OK(child_wait(c, USEC_INFINITY, &status));
	ASSERT(WIFSIGNALED(status));
	ASSERT_EQ(WTERMSIG(status), SIGPIPE);
	child_free(c);
	close(ends[1]);
	return 0;
}

TEST(our_ignored_signals_are_not_inherited)
{
	ASSERT_OK(task_run(sigpipe_is_default, NULL));
}

static void
note_that_it_ran(void *arg)
{
	*(bool *)arg = true;
}

static int
others_run_meanwhile(void *arg)
{
	static const int none[] = {-1, -1, -1};
	scoped(task_group) *group = task_group_new();
	scoped(child) *c = NULL;
	bool ran = false;

	(void)arg;
	task_spawn(group, "test.other", note_that_it_ran, &ran);
	c = run_shell("exit 0", none, 3);
	ASSERT(ran);
	return 0;
}

TEST(a_spawn_does_not_hold_the_loop)
{
	ASSERT_OK(task_run(others_run_meanwhile, NULL));
}

static int
missing_program(void *arg)
{
	char *argv[] = {(char *)"x", NULL};
	struct child_spec spec = {.file = "/no/such/program", .argv = argv};
	struct child *c = NULL;
	scoped_error e = {0};

	(void)arg;
	ASSERT_EQ(child_spawn(&spec, &c, &e), -ENOENT);
	ASSERT_EQ(e.kind, ERROR_NOT_FOUND);
	ASSERT(strstr(error_message(&e), "/no/such/program") != NULL);
	ASSERT(c == NULL);
	return 0;
}

TEST(a_missing_program_is_an_error)
{
	ASSERT_OK(task_run(missing_program, NULL));
}

struct watch {
	struct child *child;
	int status, result;
};

static void
wait_for_child(void *arg)
{
	struct watch *w = arg;

	w->result = child_wait(w->child, USEC_INFINITY, &w->status);
}

static int
kill_waited_for(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct watch watches[2] = {0};
	struct child *c = run_shell("exec sleep 1000", NULL, 0);
	int status;

	(void)arg;
	for (int i = 0; i < 2; i++) {
		watches[i].child = c;
		task_spawn(group, "watch", wait_for_child, &watches[i]);
	}
	ASSERT_EQ(child_wait(c, clock_after(1000), &status), -ETIMEDOUT);
	ASSERT_OK(child_kill(c, 0));
	ASSERT_OK(child_kill(c, SIGUSR1));
	ASSERT_OK(task_group_join(group, clock_after(10 * USEC_PER_SEC)));
	for (int i = 0; i < 2; i++) {
		ASSERT_OK(watches[i].result);
		ASSERT_EQ(WTERMSIG(watches[i].status), SIGUSR1);
	}
	child_free(c);
	return 0;
}

TEST(several_tasks_wait_for_a_child)
{
	ASSERT_OK(task_run(kill_waited_for, NULL));
}

static int
drop_running(void *arg)
{
	int fds = count_fds();
	pid_t pids[20];

	(void)arg;
	for (size_t i = 0; i < 20; i++) {
		scoped(child) *c = run_shell("exec sleep 1000", NULL, 0);

		pids[i] = child_pid(c);
	}
	for (size_t i = 0; i < 20; i++) {
		ASSERT_EQ(kill(pids[i], 0), -1);
		ASSERT_EQ(errno, ESRCH);
	}
	ASSERT_EQ(waitpid(-1, NULL, WNOHANG), -1);
	ASSERT_EQ(errno, ECHILD);
	ASSERT_EQ(count_fds(), fds);
	return 0;
}

TEST(a_dropped_child_is_killed_and_reaped_and_leaves_no_descriptor)
{
	ASSERT_OK(task_run(drop_running, NULL));
}

/* Signals to ourselves */

static void
raise_two(void *arg)
{
	(void)arg;
	raise(SIGUSR1);
	raise(SIGTERM);
}

static int
wait_for_signals(void *arg)
{
	static const int hup[] = {SIGHUP, SIGUSR1, SIGTERM, 0}, term[] = {SIGTERM, 0};
	static const int wrong[] = {SIGKILL, 0};
	scoped(task_group) *group = task_group_new();

	(void)arg;
	task_spawn(group, "raise", raise_two, NULL);
	ASSERT_EQ(signal_wait(hup, clock_after(10 * USEC_PER_SEC)), SIGUSR1);
	ASSERT_EQ(signal_wait(term, clock_after(10 * USEC_PER_SEC)), SIGTERM);
	ASSERT_EQ(signal_wait(term, clock_after(1000)), -ETIMEDOUT);
	raise(SIGHUP); /* nobody waits, and it is not lost */
	ASSERT_OK(task_sleep(1000));
	ASSERT_EQ(signal_wait(hup, clock_after(10 * USEC_PER_SEC)), SIGHUP);
	ASSERT_EQ(signal_wait(wrong, clock_now()), -EINVAL);
	return 0;
}

TEST(signals_are_waited_for_and_not_lost)
{
	ASSERT_OK(task_run(wait_for_signals, NULL));
	ASSERT_OK(task_run(wait_for_signals, NULL));
}
