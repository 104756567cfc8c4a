#include "sandbox/lifeline.h"
#include "sandbox/host.h"
#include "base/attr.h"
#include "base/scope.h"
#include "test.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* A process on the line, which writes to `report` when it holds it. */
static pid_t
hold(int report)
{
	int line = lifeline_open();
	pid_t pid;

	ASSERT_OK(line);
	pid = fork();
	if (pid == 0) {
		lifeline_hold(line);
		if (write(report, "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(line);
	return pid;
}

static void
await(int report)
{
	char c;

	ASSERT_EQ(read(report, &c, 1), 1);
}

TEST(lifeline_cut_kills_also_the_stopped)
{
	int ends[2], status;
	pid_t running, stopped;

	ASSERT_OK(lifeline_setup());
	ASSERT_EQ(pipe(ends), 0);
	running = hold(ends[1]);
	await(ends[0]);
	stopped = hold(ends[1]);
	await(ends[0]);
	kill(stopped, SIGSTOP);
	ASSERT_EQ(waitpid(stopped, &status, WUNTRACED), stopped);
	lifeline_cut();
	ASSERT_EQ(waitpid(running, &status, 0), running);
	ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ASSERT_EQ(waitpid(stopped, &status, 0), stopped);
	ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(lifeline_that_is_cut_cannot_be_held)
{
	int line, status;
	pid_t pid;

	ASSERT_OK(lifeline_setup());
	line = lifeline_open();
	ASSERT_OK(line);
	lifeline_cut();
	pid = fork();
	if (pid == 0) {
		lifeline_hold(line);
		_exit(0);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	ASSERT(WIFSIGNALED(status) || WEXITSTATUS(status) == 128 + SIGKILL);
}

/* The supervisor is killed: children and grandchildren go, though they are not its to wait for any more. */
TEST(lifeline_holds_no_longer_than_its_supervisor)
{
	int ends[2];
	struct pollfd end;
	pid_t supervisor;

	ASSERT_EQ(pipe(ends), 0);
	ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	supervisor = fork();
	if (supervisor == 0) {
		ASSERT_OK(lifeline_setup());
		hold(ends[1]);
		hold(ends[1]);
		for (;;)
			pause();
	}
	await(ends[0]);
	await(ends[0]);
	kill(supervisor, SIGKILL);
	close(ends[1]);
	/* Hung up when the last of them has let go of the writing end. */
	end = (struct pollfd){.fd = ends[0], .events = POLLIN};
	ASSERT_EQ(poll(&end, 1, 10000), 1);
	ASSERT(end.revents & POLLHUP);
}
