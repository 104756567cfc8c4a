/*
 * seccomp.c: the kernel's system calls that the program itself needs; all others fail with ENOSYS, so a C library that
 * tries a newer call first falls back on an older one.
 *
 * The filter is a binary search over ranges of allowed numbers; calls whose arguments matter are looked at first.
 */
#include "sandbox/lockdown.h"

#include "base/attr.h"
#include "base/error.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* clang-format off */
static const int allowed[] = {
	/* bytes */
	SYS_read, SYS_write, SYS_pread64, SYS_pwrite64, SYS_readv, SYS_writev, SYS_preadv,
	SYS_pwritev, SYS_lseek, SYS_sendfile,
	/* descriptors */
	SYS_close, SYS_dup, SYS_dup2, SYS_dup3, SYS_fcntl, SYS_flock, SYS_pipe, SYS_pipe2,
	SYS_poll, SYS_ppoll, SYS_select, SYS_pselect6, SYS_memfd_create,
	/* files: beneath the mounts, see landlock.c */
	SYS_open, SYS_openat, SYS_openat2, SYS_fstat, SYS_newfstatat, SYS_statfs, SYS_fstatfs,
	SYS_faccessat, SYS_faccessat2, SYS_readlink, SYS_readlinkat, SYS_getdents64, SYS_unlinkat,
	SYS_unlink, SYS_renameat,
	SYS_mkdirat, SYS_mknodat, SYS_symlinkat, SYS_linkat, SYS_renameat2, SYS_chmod, SYS_fchmod,
	SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_ftruncate, SYS_fallocate,
	SYS_fsync, SYS_fdatasync, SYS_syncfs, SYS_fchdir, SYS_getcwd, SYS_umask,
	/* owners are kept in an extended attribute (rootfs/owner.h) */
	SYS_getxattr, SYS_lgetxattr, SYS_fgetxattr, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr,
	SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr,
	/* sockets; socket itself is looked at below */
	SYS_bind, SYS_connect, SYS_listen, SYS_accept, SYS_accept4, SYS_getsockname,
	SYS_getpeername, SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_shutdown,
	SYS_setsockopt, SYS_getsockopt,
	/* memory; mmap and mprotect are looked at below */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_msync,
	/* processes; clone and prctl are looked at below */
	SYS_fork, SYS_exit, SYS_exit_group, SYS_wait4, SYS_waitid, SYS_kill, SYS_tkill, SYS_tgkill,
	SYS_pidfd_open, SYS_pidfd_send_signal, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getpgid,
	SYS_getpgrp, SYS_setpgid, SYS_getsid, SYS_setsid, SYS_set_tid_address, SYS_set_robust_list,
	SYS_rseq, SYS_futex, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
	/* signals and timers */
	SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigsuspend,
	SYS_rt_sigpending, SYS_rt_sigtimedwait, SYS_pause, SYS_alarm, SYS_setitimer, SYS_getitimer,
	SYS_timer_create, SYS_timer_settime, SYS_timer_delete, SYS_restart_syscall,
	/* the sanitizers' run time */
	SYS_sigaltstack,
	/* time, limits, the machine */
	SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday,
	SYS_time, SYS_times, SYS_getrusage, SYS_prlimit64, SYS_getrlimit, SYS_setrlimit,
	SYS_getpriority, SYS_setpriority, SYS_sched_yield, SYS_sched_getaffinity,
	SYS_sched_setaffinity, SYS_sysinfo, SYS_uname, SYS_getrandom,
};
/* clang-format on */

#define PROGRAM_MAX 512
#define SYSCALLS 512

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short n;
};

static void
emit(struct program *p, struct sock_filter op)
{
	bug_if(p->n >= PROGRAM_MAX);
	p->code[p->n++] = op;
}

#define STATEMENT(p, op, k) emit(p, (struct sock_filter)BPF_STMT((op), (uint32_t)(k)))
#define JUMP(p, op, k, yes, no)               \
	emit(p, (struct sock_filter)BPF_JUMP( \
			BPF_JMP | (op) | BPF_K, (uint32_t)(k), (uint8_t)(yes), (uint8_t)(no)))
#define ALLOW(p) STATEMENT(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE(p, error) STATEMENT(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))

/* The low half of an argument, on a little-endian machine. */
#define LOAD_ARGUMENT(p, i) \
	STATEMENT(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[i]))

/* If the call is nr: allowed when (argument & mask) is one of the n values, else EPERM. Falls through for other calls. */
static void
check_argument(
	struct program *p, int nr, int argument, uint32_t mask, const uint32_t *values, int n)
{
	JUMP(p, BPF_JEQ, nr, 0, 4 + n);
	LOAD_ARGUMENT(p, argument);
	STATEMENT(p, BPF_ALU | BPF_AND | BPF_K, mask);
	for (int i = 0; i < n; i++)
		JUMP(p, BPF_JEQ, values[i], n - i, 0);
	REFUSE(p, EPERM);
	ALLOW(p);
}

/* The same for arguments that must not be one of the values. */
static void
check_not_argument(struct program *p, int nr, int argument, const uint32_t *values, int n)
{
	JUMP(p, BPF_JEQ, nr, 0, 3 + n);
	LOAD_ARGUMENT(p, argument);
	for (int i = 0; i < n; i++)
		JUMP(p, BPF_JEQ, values[i], n - i, 0);
	ALLOW(p);
	REFUSE(p, EPERM);
}

static void
check_arguments(struct program *p)
{
	static const uint32_t none[] = {0};
	static const uint32_t families[] = {AF_UNIX};
	/* No processes that share more than a fork shares, and no namespaces. */
	static const uint32_t shared = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
				       CLONE_THREAD | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
				       CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	static const uint32_t prctls[] = {PR_SET_NAME, PR_GET_NAME, PR_SET_CHILD_SUBREAPER};
	/* These put input into a terminal, which may be somebody else's. */
	static const uint32_t injections[] = {TIOCSTI, TIOCLINUX};

	check_argument(p, SYS_clone, 0, shared, none, 1);
	check_argument(p, SYS_socket, 0, UINT32_MAX, families, ARRAY_LEN(families));
	check_argument(p, SYS_socketpair, 0, UINT32_MAX, families, ARRAY_LEN(families));
	check_argument(p, SYS_prctl, 0, UINT32_MAX, prctls, ARRAY_LEN(prctls));
	/* All code there will ever be is the program's own. */
	check_argument(p, SYS_mmap, 2, PROT_EXEC, none, 1);
	check_argument(p, SYS_mprotect, 2, PROT_EXEC, none, 1);
	check_not_argument(p, SYS_ioctl, 1, injections, ARRAY_LEN(injections));
}

/* Limits of runs of allowed and refused numbers: bounds[0] begins the first allowed run, bounds[1] ends it, and so on. */
static int
find_bounds(int bounds[SYSCALLS])
{
	bool ok[SYSCALLS + 1] = {false};
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		ok[allowed[i]] = true;
	for (int nr = 0; nr <= SYSCALLS; nr++)
		if (ok[nr] != (n % 2 == 1))
			bounds[n++] = nr;
	return n;
}

/* Decides for numbers that lie, as is known, not below the bound before `from` and below the bound `to`. */
static void
search(struct program *p, const int *bounds, int from, int to)
{
	int middle = (from + to) / 2;
	unsigned short jump;

	if (from == to) {
		if (from % 2 == 1)
			ALLOW(p);
		else
			REFUSE(p, ENOSYS);
		return;
	}
	jump = p->n;
	JUMP(p, BPF_JGE, bounds[middle], 0, 0);
	search(p, bounds, from, middle);
	/* Numbers at or above the bound go on behind the lower half. */
	bug_if(p->n - jump - 1 > UINT8_MAX);
	p->code[jump].jt = (uint8_t)(p->n - jump - 1);
	search(p, bounds, middle + 1, to);
}

int
seccomp_apply(void)
{
	static struct program p;
	static int bounds[SYSCALLS];
	struct sock_fprog filter;

	STATEMENT(&p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	JUMP(&p, BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0);
	STATEMENT(&p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	STATEMENT(&p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	check_arguments(&p);
	search(&p, bounds, 0, find_bounds(bounds));
	filter = (struct sock_fprog){.len = p.n, .filter = p.code};
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 ? 0 : -errno;
}
