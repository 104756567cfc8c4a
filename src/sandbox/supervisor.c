#include "sandbox/supervisor.h"

#include "sandbox/host.h"
#include "sandbox/lifeline.h"
#include "sandbox/process.h"
#include "sandbox/run.h"
#include "sandbox/serve.h"
#include "sandbox/usage.h"

#include "base/scope.h"
#include "wire/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>

#define MEMORY_CHECK_MS 100

static int control = -1, signals = -1;

int
supervisor_setup(int control_fd)
{
	sigset_t all;
	int fd;

	/* Whoever loses its parents inside, pid 1 among them, becomes ours. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* By hand there are signals to pass on, so it takes all of them. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	signals = fd < 0 ? -errno : host_fd_keep(fd);
	if (signals < 0)
		return signals;
	control = control_fd < 0 ? -1 : host_fd_keep(control_fd);
	return control_fd < 0 || control >= 0 ? 0 : control;
}

void
supervisor_leave(void)
{
	close(take_fd(signals));
	if (control >= 0)
		close(take_fd(control));
}

/* ---- reaping ---- */

struct ended {
	int32_t run; /* its number for the daemon; 0: an orphan */
	int status;
};

/* Takes up one process that has ended; false if there is none (now, or, with `wait`, at all). */
static bool
reap_one(bool wait, struct ended *ret)
{
	siginfo_t seen = {0};
	struct process *p;

	/* All signals are blocked: no EINTR. */
	if (waitid(P_ALL, 0, &seen, WEXITED | WNOWAIT | (wait ? 0 : WNOHANG)) != 0 ||
		seen.si_pid == 0)
		return false;
	p = process_find_host(seen.si_pid);
	ret->run = p ? p->run : 0;
	if (p)
		process_release(p); /* before the host pid is: see process.h */
	return waitpid(seen.si_pid, &ret->status, 0) == seen.si_pid;
}

/* Reports what ended; true when pid 1 did, whose status is then in *ret_status. */
static bool
reap(int *ret_status)
{
	struct ended ended;

	while (reap_one(false, &ended)) {
		if (ended.run == SANDBOX_INIT) {
			*ret_status = ended.status;
			return true;
		}
		if (ended.run && control >= 0)
			serve_exited(ended.run, ended.status);
	}
	return false;
}

/* Ends what is left and waits until it is gone. */
static void
end_all(void)
{
	struct ended ended;

	lifeline_cut();
	while (reap_one(true, &ended))
		if (ended.run && control >= 0)
			serve_exited(ended.run, ended.status);
}

static void
drain_signals(void (*each)(int))
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof info) == sizeof info)
		if (each)
			each((int)info.ssi_signo);
}

/* ---- for a daemon ---- */

static bool
readable(const struct pollfd *p)
{
	return (p->revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}

int
supervisor_serve(char *const *confinement)
{
	struct pollfd fds[] = {
		{.fd = control, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
	int status;

	serve_start(control, confinement);
	for (;;) {
		int n = poll(fds, ARRAY_LEN(fds), process_memory_limit() ? MEMORY_CHECK_MS : -1);

		if (n < 0 && errno != EINTR)
			break;
		usage_check_memory();
		if (n > 0 && readable(&fds[1])) {
			drain_signals(NULL);
			if (reap(&status)) {
				end_all();
				serve_exited(SANDBOX_INIT, status);
				serve_empty();
				return 0;
			}
		}
		if (n > 0 && readable(&fds[0]) && !serve_one())
			break;
	}
	control = -1;
	end_all();
	return 0;
}

/* ---- by hand ---- */

static void
pass_on(int sig)
{
	const struct process *first = process_find(1);

	if (first && sig != SIGCHLD)
		kill(first->host_pid, sig);
}

static int
shell_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
supervisor_run(struct run_request *request)
{
	struct pollfd fds = {.fd = signals, .events = POLLIN};
	pid_t terminal = tcgetpgrp(STDIN_FILENO);
	struct run_result result;
	int status;

	run_start(request, &result);
	if (result.error) {
		fprintf(stderr, "sockerless-sandbox: %s\n", result.message);
		return result.status;
	}
	do {
		poll(&fds, 1, process_memory_limit() ? MEMORY_CHECK_MS : -1);
		usage_check_memory();
		drain_signals(pass_on);
	} while (!reap(&status));
	end_all();
	if (terminal > 0)
		tcsetpgrp(STDIN_FILENO, terminal); /* SIGTTOU is blocked */
	return shell_status(status);
}
