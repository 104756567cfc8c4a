#include "task/child.h"

#include "base/alloc.h"
#include "task/cond.h"
#include "task/offload.h"
#include "task/poll.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

/*
 * posix_spawn(3) is a vfork and exec done with care: signals stay blocked until the child has its
 * own dispositions.  The end is learned from a pidfd, so no SIGCHLD handler is involved and nobody
 * else's children are reaped.
 */

struct child {
	pid_t pid;
	int pidfd;
	struct poll *poll;
	struct cond ended;
	bool has_ended;
	int status;
};

/* The child's end of the descriptors */

/*
 * In the child fds[i] is to become descriptor i, in the order of i, and must not be overwritten
 * before its turn.  So sources below n_fds are first duplicated to above; those copies are
 * close-on-exec and end with us.
 */
struct fd_plan {
	int *sources;
	int *copies;
	size_t n;
};

static void
fd_plan_free(struct fd_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->copies[i] >= 0)
			close(plan->copies[i]);
	free(plan->sources);
	free(plan->copies);
}

static int
open_source(int fd, size_t n_fds)
{
	scoped_fd int null = -1;
	int copy;

	if (fd < 0) {
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null < 0)
			return -errno;
		fd = null;
	}
	copy = fcntl(fd, F_DUPFD_CLOEXEC, (int)n_fds);
	return copy < 0 ? -errno : copy;
}

static int
fd_plan_make(const struct child_spec *spec, struct fd_plan *plan)
{
	plan->n = spec->n_fds;
	plan->sources = xcalloc(plan->n + 1, sizeof(int));
	plan->copies = xcalloc(plan->n + 1, sizeof(int));
	for (size_t i = 0; i < plan->n; i++)
		plan->copies[i] = -1;
	for (size_t i = 0; i < plan->n; i++) {
		plan->sources[i] = spec->fds[i];
		if (spec->fds[i] >= (int)plan->n)
			continue;
		plan->copies[i] = open_source(spec->fds[i], plan->n);
		if (plan->copies[i] < 0)
			return plan->copies[i];
		plan->sources[i] = plan->copies[i];
	}
	return 0;
}

/* The spawn itself */

static void
set_attributes(posix_spawnattr_t *attributes, bool new_session)
{
	sigset_t none, all;
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;

	sigemptyset(&none);
	sigfillset(&all);
	if (new_session)
		flags |= POSIX_SPAWN_SETSID;
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setflags(attributes, flags);
}

static int
add_descriptors(posix_spawn_file_actions_t *actions, const struct fd_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		int r = posix_spawn_file_actions_adddup2(actions, plan->sources[i], (int)i);

		if (r)
			return -r;
	}
	return -posix_spawn_file_actions_addclosefrom_np(actions, (int)plan->n);
}

struct spawn_job {
	const struct child_spec *spec;
	pid_t pid;
};

/* On the thread pool: a vfork stands still until the child has executed its program, which on a busy machine takes long. */
static int
spawn(void *arg)
{
	struct spawn_job *job = arg;
	const struct child_spec *spec = job->spec;
	__attribute__((cleanup(fd_plan_free))) struct fd_plan plan = {0};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r = fd_plan_make(spec, &plan);

	if (r < 0)
		return r;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	set_attributes(&attributes, spec->new_session);
	r = add_descriptors(&actions, &plan);
	if (r == 0)
		r = -posix_spawn(&job->pid, spec->file, &actions, &attributes, spec->argv,
			spec->envp ? spec->envp : environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

/* The end */

static int
encode_status(const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED)
		return W_EXITCODE(info->si_status, 0);
	return info->si_status | (info->si_code == CLD_DUMPED ? WCOREFLAG : 0);
}

static void
try_reap(struct child *c)
{
	siginfo_t info = {0};

	if (c->has_ended || waitid(P_PIDFD, (id_t)c->pidfd, &info, WEXITED | WNOHANG) < 0 ||
		info.si_pid == 0)
		return;
	c->status = encode_status(&info);
	c->has_ended = true;
	cond_broadcast(&c->ended);
}

static void
on_pidfd(void *arg)
{
	struct child *c = arg;

	try_reap(c);
	if (!c->has_ended)
		poll_notify(c->poll, on_pidfd, c);
}

static int
watch_end(struct child *c)
{
	int r;

	c->pidfd = pidfd_open(c->pid, 0);
	if (c->pidfd < 0)
		return -errno;
	r = poll_open(c->pidfd, &c->poll);
	if (r < 0)
		return r;
	poll_notify(c->poll, on_pidfd, c);
	return 0;
}

static void
release(struct child *c)
{
	if (c->poll)
		poll_close(c->poll);
	if (c->pidfd >= 0)
		close(c->pidfd);
	free(c);
}

int
child_spawn(const struct child_spec *spec, struct child **ret, struct error *e)
{
	struct child *c = NEW(child);
	struct spawn_job job = {.spec = spec};
	int r;

	cond_init(&c->ended);
	c->pidfd = -1;
	r = task_offload(spawn, &job);
	c->pid = job.pid;
	if (r < 0) {
		release(c);
		return error_errno(e, r, "cannot run %s", spec->file);
	}
	r = watch_end(c);
	if (r < 0) { /* out of descriptors: a child whose end we cannot learn must not go on */
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
		release(c);
		return error_errno(e, r, "cannot watch %s", spec->file);
	}
	*ret = c;
	return 0;
}

pid_t
child_pid(const struct child *c)
{
	return c->pid;
}

int
child_kill(struct child *c, int signo)
{
	try_reap(c);
	if (c->has_ended)
		return -ESRCH;
	return pidfd_send_signal(c->pidfd, signo, NULL, 0) < 0 ? -errno : 0;
}

int
child_wait(struct child *c, usec_t until, int *ret_status)
{
	while (!c->has_ended) {
		int r = cond_wait(&c->ended, until);

		if (r < 0)
			return r;
	}
	*ret_status = c->status;
	return 0;
}

void
child_free(struct child *c)
{
	int status;

	task_shield();
	if (child_kill(c, SIGKILL) == 0)
		child_wait(c, USEC_INFINITY, &status);
	task_unshield();
	release(c);
}
