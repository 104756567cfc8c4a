/*
 * syscall.c: the guest's one way out.
 *
 * The tables of the subjects, by file:
 *
 *	process_calls   fork, wait, kill, pids, groups, sessions, exec, exit
 *	signal_calls    sigaction, masks, suspend, alarm timers
 *	memory_calls    brk, mmap and its kin
 *	time_calls      clocks, sleep
 *	limit_calls     rlimits, usage, priorities, sysinfo, affinity
 *	terminal_calls  ioctl (the terminal's here, sockets' through net.h)
 *	io_calls        read, write, seek, dup, fcntl, poll, select, pipes, sendfile
 *	open_calls      open and its kin
 *	stat_calls      stat, access, links, statfs, directory entries
 *	change_calls    make, remove, rename, chmod, chown, times, umask
 *	cwd_calls       the working directory
 *	identity_calls  uids, gids, groups
 *	socket_calls    sockets
 *	system_calls    what the machine is, and what only its owner may do
 */
#include "sandbox/host.h"

#include "sandbox/invoke.h"
#include "sandbox/signal.h"
#include "sandbox/syscall.h"
#include "sandbox/userland/userland.h"

#include "base/error.h"

static const struct syscall *const tables[] = {
	process_calls,
	signal_calls,
	memory_calls,
	time_calls,
	limit_calls,
	terminal_calls,
	io_calls,
	open_calls,
	stat_calls,
	change_calls,
	cwd_calls,
	identity_calls,
	socket_calls,
	system_calls,
};

#define SYSCALL_MAX 512

static const struct syscall *by_number[SYSCALL_MAX];

void
syscall_setup(void)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct syscall *s = tables[i]; s->handler; s++) {
			bug_if(by_number[s->nr]);
			by_number[s->nr] = s;
		}
}

static int64_t
dispatch(uint64_t number, const uint64_t *a)
{
	const struct syscall *s = number < SYSCALL_MAX ? by_number[number] : NULL;
	int64_t result;

	if (!s)
		return -ENOSYS;
	if (s->flags & CALL_BLOCKS)
		return s->handler(a);
	critical_enter();
	result = s->handler(a);
	critical_leave();
	return result;
}

u64
sys_call(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f)
{
	int64_t result;

	signal_enter_host();
	result = dispatch(number, (const uint64_t[]){a, b, c, d, e, f});
	signal_leave_host();
	return (u64)result;
}
