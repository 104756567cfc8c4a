#include "sandbox/init.h"

#include "sandbox/lifeline.h"
#include "sandbox/process.h"
#include "sandbox/program.h"
#include "sandbox/signal.h"
#include "sandbox/title.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the Engine's own init is called in a container. */
#define INIT_PATH "/sbin/docker-init"

static void
set_title(const struct program *command)
{
	struct program own;
	const char *s = command->block;

	title_set_name(INIT_PATH);
	if (program_alloc(&own) != 0)
		return;
	program_argument(&own, INIT_PATH);
	program_argument(&own, "--");
	for (uint32_t i = 0; i < command->n_arguments; i++, s += strlen(s) + 1)
		program_argument(&own, s);
	title_set(&own);
	program_free(&own);
}

/* Reaps all that have ended; ends this process when the command is among them. */
static void
reap(pid_t command)
{
	for (;;) {
		siginfo_t seen = {0};
		struct process *p;
		int status;

		if (waitid(P_ALL, 0, &seen, WEXITED | WNOHANG | WNOWAIT) != 0 || seen.si_pid == 0)
			return;
		p = process_find_host(seen.si_pid);
		if (p)
			process_release(p);
		waitpid(seen.si_pid, &status, 0);
		if (seen.si_pid == command)
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
}

static _Noreturn void
forward(pid_t command)
{
	sigset_t all;
	siginfo_t info;

	sigfillset(&all);
	for (;;) {
		int sig = sigwaitinfo(&all, &info);

		if (sig == SIGCHLD)
			reap(command);
		else if (sig > 0)
			kill(command, sig);
	}
}

static void
become_command(struct process *self, int line)
{
	lifeline_hold(line);
	process_self = self;
	setpgid(0, 0);
	self->host_group = getpid();
	self->group = self->number;
	tcsetpgrp(STDIN_FILENO, getpid()); /* if it is our terminal */
	process_born(self, getpid());
	signal_start(false);
}

void
init_run(const struct program *program)
{
	struct process *command = process_claim(false);
	int line = lifeline_open();
	pid_t host;

	bug_if(!command || line < 0);
	command->host_session = process_self->host_session;
	command->session = process_self->session;
	command->uid = process_self->uid;
	host = fork();
	bug_if(host < 0);
	if (host == 0) {
		become_command(command, line);
		return;
	}
	lifeline_hold_for(line, host);
	close(line);
	process_born(command, host);
	set_title(program);
	forward(host);
}
