/* posix_spawn (popen, system) is the only caller in a single-threaded program: a fork serves it. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <unistd.h>
#include "pthread_impl.h"
#include "syscall.h"

int
__clone(int (*func)(void *), void *stack, int flags, void *arg, ...)
{
	int pid;

	if (flags & CLONE_THREAD)
		return -ENOSYS;
	pid = __syscall(SYS_fork);
	if (pid == 0)
		_exit(func(arg));
	return pid;
}
