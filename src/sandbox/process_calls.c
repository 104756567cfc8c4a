#include "sandbox/process_calls.h"

#include "sandbox/host.h"
#include "sandbox/lifeline.h"
#include "sandbox/limit.h"
#include "sandbox/process.h"
#include "sandbox/signal.h"
#include "sandbox/syscall.h"
#include "sandbox/title.h"

#include "base/scope.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* ---- fork and exit ---- */

static pid_t
fork_into(struct process *slot, int line)
{
	pid_t host = fork();

	if (host > 0) {
		lifeline_hold_for(line, host);
		process_born(slot, host);
	}
	if (host != 0)
		return host;
	lifeline_hold(line);
	process_self = slot;
	process_born(slot, getpid());
	signal_forked();
	return 0;
}

static int64_t
call_fork(const uint64_t *a)
{
	scoped_fd int line = -1;
	struct process *slot;
	sigset_t all, before;
	pid_t host;

	(void)a;
	if (!limit_may_fork())
		return -EAGAIN;
	line = lifeline_open();
	if (line < 0)
		return -EAGAIN;
	slot = process_claim(false);
	if (!slot)
		return -EAGAIN;
	slot->group = process_self->group;
	slot->host_group = process_self->host_group;
	slot->session = process_self->session;
	slot->host_session = process_self->host_session;
	slot->uid = process_self->uid;
	/* No signal may reach the child before it has forgotten what waits for the parent. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	host = fork_into(slot, line);
	if (host == 0)
		line = -1; /* the child keeps it: NOLINT(clang-analyzer-deadcode.DeadStores) */
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (host < 0) {
		process_release(slot);
		return -EAGAIN;
	}
	return host == 0 ? 0 : slot->number;
}

_Noreturn void
process_exit(int status)
{
	_exit(status);
}

static int64_t
call_exit(const uint64_t *a)
{
	process_exit((int)a[0]);
}

/* ---- wait ---- */

/* wait4's first argument as waitid has it. 0 or -ECHILD. */
static int
wait_for_whom(pid_t pid, idtype_t *ret_type, id_t *ret_id)
{
	pid_t host = 0;

	if (pid > 0) {
		const struct process *p = process_find(pid);

		host = p ? p->host_pid : 0;
		*ret_type = P_PID;
	} else if (pid == -1) {
		*ret_type = P_ALL;
		*ret_id = 0;
		return 0;
	} else {
		host = pid == 0 ? getpgrp() : process_host_group(-pid);
		*ret_type = P_PGID;
	}
	if (host <= 0)
		return -ECHILD;
	*ret_id = (id_t)host;
	return 0;
}

/* Takes up what waitid has seen of a child. 0 if somebody (a handler of the guest's) was faster. */
static pid_t
take_up(const siginfo_t *seen, int options, int *ret_status, struct rusage *ret_usage)
{
	bool ended = seen->si_code == CLD_EXITED || seen->si_code == CLD_KILLED ||
		     seen->si_code == CLD_DUMPED;
	struct process *p = process_find_host(seen->si_pid);
	pid_t pid = p ? p->pid : 0;

	/* The slot goes first: see process.h. */
	if (p && ended)
		process_release(p);
	if (wait4(seen->si_pid, ret_status, options | WNOHANG, ret_usage) != seen->si_pid)
		return 0;
	return pid;
}

static int64_t
call_wait4(const uint64_t *a)
{
	pid_t pid = (pid_t)a[0];
	int options = (int)a[2], *status_out = guest_ptr(a[1]), status;
	int wanted = WEXITED | (options & (WUNTRACED | WCONTINUED | WNOHANG));
	struct rusage *usage_out = guest_ptr(a[3]), usage;
	idtype_t type;
	id_t id;
	int r = wait_for_whom(pid, &type, &id);

	while (r == 0) {
		siginfo_t seen = {0};

		if (waitid(type, id, &seen, wanted | WNOWAIT) != 0)
			return -errno;
		if (seen.si_pid == 0)
			return 0;
		critical_enter();
		pid = take_up(&seen, options, &status, &usage);
		if (pid > 0 && status_out)
			*status_out = status;
		if (pid > 0 && usage_out)
			*usage_out = usage;
		critical_leave();
		if (pid > 0)
			return pid;
	}
	return r;
}

/* ---- signals to others ---- */

static bool
may_signal(const struct process *p)
{
	return process_self->uid == 0 || process_self->uid == p->uid;
}

/* In a pid namespace nobody inside can stop or kill its pid 1. */
static bool
is_immune(const struct process *p, int sig)
{
	return p->pid == 1 && (sig == SIGKILL || sig == SIGSTOP);
}

/*
 * Through a pidfd: while the slot still names the host pid after the pidfd was opened, the process had not been reaped then,
 * so the pidfd cannot be that of a stranger who got the number later.
 */
static int
signal_process(struct process *p, int sig)
{
	pid_t pid = p->pid, host = p->host_pid;
	scoped_fd int fd = -1;

	if (pid <= 0 || host <= 0)
		return -ESRCH;
	if (!may_signal(p))
		return -EPERM;
	if (is_immune(p, sig))
		return 0;
	if (p == process_self)
		return kill(host, sig) == 0 ? 0 : -errno;
	fd = (int)syscall(SYS_pidfd_open, host, 0);
	if (fd < 0)
		return -errno;
	if (p->pid != pid || p->host_pid != host)
		return -ESRCH;
	return (int)SYS_RESULT(syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0));
}

/* Everyone but oneself and pid 1. */
static int
signal_all(int sig)
{
	int r = -ESRCH;

	for (int i = 0, n = process_count(); i < n; i++) {
		struct process *p = process_at(i);

		if (p->pid > 1 && p != process_self && signal_process(p, sig) == 0)
			r = 0;
	}
	return r;
}

static int
signal_group(pid_t group, int sig)
{
	pid_t host = group == 0 ? getpgrp() : process_host_group(group);

	if (host <= 0)
		return -ESRCH;
	return kill(-host, sig) == 0 ? 0 : -errno;
}

static int64_t
call_kill(const uint64_t *a)
{
	pid_t pid = (pid_t)a[0];
	int sig = (int)a[1];
	struct process *p;

	if (sig < 0 || sig > 64)
		return -EINVAL;
	if (pid == -1)
		return signal_all(sig);
	if (pid <= 0)
		return signal_group(-pid, sig);
	p = process_find(pid);
	return p ? signal_process(p, sig) : -ESRCH;
}

/* A guest process has one thread, itself. */
static int64_t
call_tkill(const uint64_t *a)
{
	return call_kill((const uint64_t[]){a[0], a[1]});
}

static int64_t
call_tgkill(const uint64_t *a)
{
	if ((pid_t)a[0] != (pid_t)a[1])
		return -ESRCH;
	return call_kill((const uint64_t[]){a[1], a[2]});
}

/* ---- who am I ---- */

static int64_t
call_getpid(const uint64_t *a)
{
	(void)a;
	return process_self->pid;
}

static int64_t
call_getppid(const uint64_t *a)
{
	(void)a;
	return process_guest_parent(process_self, getppid());
}

static int64_t
call_set_tid_address(const uint64_t *a)
{
	return call_getpid(a);
}

/* ---- groups and sessions ---- */

static struct process *
one(pid_t pid)
{
	return pid == 0 ? process_self : process_find(pid);
}

static int64_t
call_getpgid(const uint64_t *a)
{
	const struct process *p = one((pid_t)a[0]);

	return p ? p->group : -ESRCH;
}

static int64_t
call_getpgrp(const uint64_t *a)
{
	(void)a;
	return process_self->group;
}

static int64_t
call_getsid(const uint64_t *a)
{
	const struct process *p = one((pid_t)a[0]);

	return p ? p->session : -ESRCH;
}

static int64_t
call_setpgid(const uint64_t *a)
{
	struct process *p = one((pid_t)a[0]);
	pid_t group = (pid_t)a[1], host_group;

	if (!p || group < 0)
		return p ? -EINVAL : -ESRCH;
	if (group == 0 || group == p->pid) {
		group = p->pid;
		host_group = p->host_pid;
	} else {
		host_group = process_host_group(group);
		if (host_group < 0)
			return -EPERM;
	}
	if (setpgid(p->host_pid, host_group) != 0)
		return -errno;
	p->host_group = host_group;
	p->group = group;
	return 0;
}

static int64_t
call_setsid(const uint64_t *a)
{
	(void)a;
	if (setsid() < 0)
		return -errno;
	process_self->host_group = process_self->host_session = process_self->host_pid;
	process_self->group = process_self->session = process_self->pid;
	return process_self->pid;
}

static int64_t
call_prctl(const uint64_t *a)
{
	char name[16];
	int r;

	switch ((int)a[0]) {
	case PR_SET_NAME:
		r = guest_string(a[1], name, sizeof name);
		if (r == 0)
			title_set_name(name);
		return r;
	case PR_GET_NAME:
		return SYS_RESULT(prctl(PR_GET_NAME, guest_ptr(a[1])));
	case PR_GET_DUMPABLE:
		return 1;
	default:
		return -EINVAL;
	}
}

const struct syscall process_calls[] = {
	{SYS_fork, call_fork},
	{SYS_vfork, call_fork},
	{SYS_execve, call_execve},
	{SYS_exit, call_exit},
	{SYS_exit_group, call_exit},
	{SYS_wait4, call_wait4, CALL_BLOCKS},
	{SYS_kill, call_kill},
	{SYS_tkill, call_tkill},
	{SYS_tgkill, call_tgkill},
	{SYS_getpid, call_getpid},
	{SYS_gettid, call_getpid},
	{SYS_getppid, call_getppid},
	{SYS_set_tid_address, call_set_tid_address},
	{SYS_getpgid, call_getpgid},
	{SYS_getpgrp, call_getpgrp},
	{SYS_setpgid, call_setpgid},
	{SYS_getsid, call_getsid},
	{SYS_setsid, call_setsid},
	{SYS_prctl, call_prctl},
	{0},
};
