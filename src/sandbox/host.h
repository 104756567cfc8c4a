/*
 * host.h: between the guest (BusyBox as WebAssembly, compiled ahead of time) and the kernel.
 *
 * One operating-system process is one guest process with one thread, so what belongs to "the
 *process" are plain static variables of the file whose subject they are; fork copies them.  The
 *guest's only way out is syscall_dispatch() in syscall.c: x86-64 system call numbers, six 64-bit
 *arguments, structures of the x32 ABI (32-bit pointers and longs in pointer-holding structures;
 *struct stat, statfs, rusage, termios, dirent64, flock… are byte for byte x86-64's).
 *
 * System calls.  A handler gets the arguments and returns the result or a negative errno, as the
 *kernel does.  Each subject file ends with a table of its calls:
 *
 *	static int64_t call_getpid(const uint64_t *a) { … }
 *	const struct syscall process_calls[] = {
 *		{SYS_getpid, call_getpid},
 *		{SYS_wait4, call_wait4, CALL_BLOCKS},
 *		{0},
 *	};
 *
 * and is listed once in syscall.c.  (SYS_read is number 0, so the end mark is the missing handler.)
 *
 * Guest memory is 4 GiB at guest_memory, with 4 GiB of inaccessible addresses behind it: an address
 *and a length of 32 bits each can never lead outside.  A wild guest pointer is the guest's SIGSEGV
 *when the host touches it, and EFAULT when it is passed to the kernel.  Guest memory may be shared
 *with another guest process (MAP_SHARED): copy what you check before you check it.
 *
 * Signals.  A guest handler may run in the middle of a host call and may longjmp out of it, never
 *to return.  Therefore a handler is by default a *critical section*: signals that arrive are
 *delivered when it returns.  Only calls that may wait for long say CALL_BLOCKS; these run open to
 *signals, so they may hold nothing that a longjmp would lose: no malloc, no locks, descriptors only
 *as `scratch` (below), with critical_enter/critical_leave around the parts that need it.
 */
#pragma once

#include "base/attr.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

/* ---- guest memory ---- */

#define GUEST_PAGE 4096u
#define GUEST_MEMORY_BYTES 0x100000000ull

extern uint8_t *guest_memory;

/* The host's address of a guest address; NULL for 0. The high half of a 64-bit argument is ignored,
 * as x32 does. */
static inline void *
guest_ptr(uint64_t address)
{
	uint32_t a = (uint32_t)address;

	return a ? guest_memory + a : NULL;
}

static inline bool
guest_range_ok(uint64_t address, uint64_t n)
{
	return (uint32_t)address + n <= GUEST_MEMORY_BYTES;
}

/* Copies a string of the guest. 0, -EFAULT for a null pointer, -ENAMETOOLONG when it does not fit
 * with its NUL. */
int guest_string(uint64_t address, char *out, size_t size);

/* A timespec as the guest passes it in (the upper half of tv_nsec is padding). False, and *ret
 * untouched, for a null pointer. */
bool guest_timespec(uint64_t address, struct timespec *ret);

/* The guest's vector of {pointer, length} as the host's. A count (at most GUEST_IOV_MAX) or
 * -EINVAL. */
#define GUEST_IOV_MAX 1024
struct iovec;
int guest_iovec(uint64_t address, uint64_t count, struct iovec *out);

/* ---- system calls ---- */

enum call_flags { CALL_BLOCKS = 1 };

struct syscall {
	int nr;
	int64_t (*handler)(const uint64_t *a); /* six arguments */
	unsigned flags;
};

/* The result of a libc call that sets errno, as the guest gets it: SYS_RESULT(read(…)). */
#define SYS_RESULT(expr)                                 \
	({                                               \
		int64_t result_ = (int64_t)(expr);       \
		result_ < 0 ? (int64_t)-errno : result_; \
	})

/* Critical sections nest. Leaving the outermost delivers what came meanwhile, and may therefore
 * never return. */
void critical_enter(void);
void critical_leave(void);

/*
 * A descriptor held across a wait outside a critical section. It is closed when the scope ends, and
 *when a guest handler jumps out of the call:
 *
 *	scoped_scratch s;
 *	scratch_hold(&s, fd);
 */
struct scratch {
	int fd;
	struct scratch *outer;
};
void scratch_hold(struct scratch *s, int fd);
void scratch_drop(struct scratch *s);
#define scoped_scratch __attribute__((cleanup(scratch_drop))) struct scratch

/* ---- descriptors of the host ---- */

/*
 * What the host keeps open for itself (mounts, the control socket) has numbers from HOST_FD_MIN up.
 * They are out of the guest's reach: every call that takes a descriptor asks guest_fd_ok first and
 * answers EBADF.
 */
#define HOST_FD_MIN 960
#define HOST_FD_MAX 1216

/* Moves fd up there (close-on-exec, the old number closed). The new number or -errno. At start-up
 * only. */
int host_fd_keep(int fd);
/* Replaces what is kept at `number` by fd, which is closed, whatever limit the guest has set. 0 or -errno. */
int host_fd_replace(int fd, int number);
bool guest_fd_ok(int fd);

/* ---- the container, fixed before the first guest process starts ---- */

struct mount_table;
struct container {
	struct mount_table *mounts;
	const char *hostname;
	const char *net; /* --net: host directory of socket names, or NULL */
	bool control;    /* --control was given: a daemon is listening */
};
extern struct container container;
