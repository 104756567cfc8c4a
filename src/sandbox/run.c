#include "sandbox/run.h"

#include "sandbox/exec.h"
#include "sandbox/files.h"
#include "sandbox/host.h"
#include "sandbox/init.h"
#include "sandbox/lifeline.h"
#include "sandbox/process.h"
#include "sandbox/signal.h"
#include "sandbox/supervisor.h"
#include "sandbox/title.h"
#include "sandbox/user.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/scope.h"
#include "base/str.h"
#include "wire/sandbox.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>

#define NOT_FOUND 127
#define NOT_RUNNABLE 126
#define NOT_STARTED 128

static int fail(struct run_result *r, int error, int status, const char *fmt, ...) PRINTF(4, 5);

static int
fail(struct run_result *r, int error, int status, const char *fmt, ...)
{
	va_list ap;

	r->error = error;
	r->status = status;
	va_start(ap, fmt);
	vsnprintf(r->message, sizeof r->message, fmt, ap);
	va_end(ap);
	return -error;
}

/* ---- which program: the Engine's rules and words (Go's exec.LookPath) ---- */

/* 0 if it can be executed, as far as its kind and mode go. */
static int
look_at(const char *path)
{
	scoped_fd int fd = -1;

	if (str_eq(path, EXEC_SELF))
		return 0;
	if (file_is_directory(path))
		return -EISDIR;
	fd = file_open_program(path);
	return fd < 0 ? fd : 0;
}

static int
fail_path(struct run_result *r, const char *path, int error)
{
	int status = error == -ENOENT ? NOT_FOUND : NOT_RUNNABLE;

	if (error == -EISDIR || error == -EACCES)
		return fail(r, -error, status, "exec: \"%s\": %s", path, "permission denied");
	return fail(r, -error, status, "exec: \"%s\": stat %s: %s", path, path,
		error == -ENOENT    ? "no such file or directory"
		: error == -ENOTDIR ? "not a directory"
				    : strerror(-error));
}

static const char *
variable(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	return NULL;
}

static int
find_program(const struct run_request *q, char path[PATH_MAX], struct run_result *r)
{
	const char *command = q->argv[0];
	scoped_strv directories = NULL;
	int error;

	if (strchr(command, '/')) {
		error = look_at(command);
		if (error == 0)
			error = str_format(path, PATH_MAX, "%s", command);
		return error == 0 ? 0 : fail_path(r, command, error);
	}
	directories = strv_split(str_or(variable(q->env, "PATH"), ""), ':');
	for (char **d = directories; *d; d++)
		if (str_format(path, PATH_MAX, "%s/%s", str_or(*d, "."), command) == 0 &&
			look_at(path) == 0)
			return 0;
	return fail(
		r, ENOENT, NOT_FOUND, "exec: \"%s\": executable file not found in $PATH", command);
}

static int
load_program(const struct run_request *q, char **env, struct program *program, struct run_result *r)
{
	char path[PATH_MAX], text[RUN_MESSAGE_SIZE];
	scoped_strv prefix = NULL;
	int error = find_program(q, path, r);

	if (error != 0)
		return error;
	error = exec_resolve(path, &prefix);
	if (error == EXEC_FOREIGN) {
		exec_describe_foreign(path, text, sizeof text);
		/* Clients make 126 of these words. */
		return fail(r, ENOEXEC, NOT_RUNNABLE, "exec: \"%s\": permission denied: %s", path,
			text);
	}
	if (error == 0)
		error = exec_collect(program, prefix, q->argv, env);
	if (error == -ENOEXEC)
		return fail(r, ENOEXEC, NOT_RUNNABLE, "exec %s: exec format error", path);
	if (error != 0)
		return fail(r, -error, error == -ENOENT ? NOT_FOUND : NOT_RUNNABLE, "exec %s: %s",
			path, strerror(-error));
	title_set(program);
	title_set_name(path);
	return 0;
}

/* ---- the child ---- */

static void
take_stdio(const struct run_request *q)
{
	int copies[RUN_FDS];

	/* Through numbers above 2, since a source may be another's target. */
	for (int i = 0; i < RUN_FDS; i++) {
		copies[i] = fcntl(q->fds[i], F_DUPFD_CLOEXEC, RUN_FDS);
		bug_if(copies[i] < 0);
	}
	for (int i = 0; i < RUN_FDS; i++) {
		bug_if(dup2(copies[i], i) != i);
		close(copies[i]);
	}
	for (int i = 0; i < RUN_FDS; i++)
		if (q->fds[i] >= RUN_FDS)
			close(q->fds[i]);
}

static void
take_terminal(const struct run_request *q)
{
	struct winsize size = {
		.ws_row = (unsigned short)q->rows,
		.ws_col = (unsigned short)q->columns,
	};

	ioctl(STDIN_FILENO, TIOCSCTTY, 0);
	if (q->rows && q->columns)
		ioctl(STDIN_FILENO, TIOCSWINSZ, &size);
	files_console(STDIN_FILENO);
}

/* Started by hand: a job of the terminal we were started from. */
static void
take_foreground(struct process *self)
{
	pid_t group = getpid();

	setpgid(0, 0);
	tcsetpgrp(STDIN_FILENO, group); /* SIGTTOU is blocked here; no terminal, no harm */
	self->host_session = getsid(0);
	self->session = 0;
}

static void
take_session(struct process *self)
{
	setsid();
	self->host_session = getpid();
	self->session = self->number;
}

static int
become_user(const struct run_request *q, char ***env, struct run_result *r)
{
	static const struct identity root = {0};
	scoped_error e = {0};
	struct user user;
	int error;

	identity_become(&root);
	if (user_find(q->user, &user, &e) != 0)
		return fail(r, EINVAL, NOT_RUNNABLE, "%s", error_message(&e));
	error = cwd_become(str_or(q->cwd, "/"));
	if (error != 0)
		return fail(r, -error, NOT_RUNNABLE,
			"chdir to cwd (\"%s\") set in config.json failed: %s", q->cwd,
			error == -ENOTDIR ? "not a directory" : strerror(-error));
	identity_become(&user.identity);
	process_self->uid = user.identity.uid;
	*env = strv_copy(q->env);
	if (!variable(q->env, "HOME")) {
		scoped_free char *home = xasprintf("HOME=%s", user.home);

		strv_push(env, home);
	}
	return 0;
}

static int
prepare(const struct run_request *q, struct program *program, struct run_result *r)
{
	scoped_strv env = NULL;
	int error = become_user(q, &env, r);

	return error == 0 ? load_program(q, env, program, r) : error;
}

static _Noreturn void
child(const struct run_request *q, struct process *self, int line, int report)
{
	struct run_result result = {.host_pid = getpid()};
	struct program program = {0};
	bool is_init = q->process == SANDBOX_INIT;

	lifeline_hold(line);
	supervisor_leave();
	process_self = self;
	take_stdio(q);
	if (q->foreground)
		take_foreground(self);
	else
		take_session(self);
	self->host_group = getpid();
	self->group = self->number;
	self->run = q->process;
	if (q->flags & RUN_TTY)
		take_terminal(q);
	umask(022);
	if (prepare(q, &program, &result) == 0) {
		/* Orphans go to the container's pid 1; where that cannot be, to the supervisor. */
		if (is_init)
			prctl(PR_SET_CHILD_SUBREAPER, 1);
		process_born(self, getpid());
		result.pid = self->pid;
	}
	bug_if(write(report, &result, sizeof result) != sizeof result);
	if (result.error)
		_exit(result.status);
	close(report);
	if (is_init && q->flags & RUN_INIT_REAPER)
		init_run(&program);
	else
		signal_start(is_init);
	exec_start(&program);
}

/* ---- the supervisor's side ---- */

static void
await_report(pid_t host, int report, struct process *slot, struct run_result *ret)
{
	if (read(report, ret, sizeof *ret) != sizeof *ret)
		fail(ret, EIO, NOT_STARTED, "the process ended before it started");
	if (!ret->error)
		return;
	process_release(slot);
	waitpid(host, NULL, 0);
}

void
run_start(const struct run_request *q, struct run_result *ret)
{
	struct process *slot = NULL;
	scoped_fd int line = lifeline_open(), reader = -1, writer = -1;
	sigset_t all, before;
	int ends[2];
	pid_t host;

	*ret = (struct run_result){0};
	if (line >= 0 && pipe2(ends, O_CLOEXEC) == 0) {
		reader = ends[0];
		writer = ends[1];
		slot = process_claim(q->process == SANDBOX_INIT);
	}
	if (!slot) {
		fail(ret, EAGAIN, NOT_STARTED, "fork: %s", strerror(EAGAIN));
		return;
	}
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	host = fork();
	if (host == 0) {
		close(reader);
		child(q, slot, take_fd(line), take_fd(writer));
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(take_fd(writer));
	if (host < 0) {
		process_release(slot);
		fail(ret, EAGAIN, NOT_STARTED, "fork: %s", strerror(EAGAIN));
		return;
	}
	await_report(host, reader, slot, ret);
}
