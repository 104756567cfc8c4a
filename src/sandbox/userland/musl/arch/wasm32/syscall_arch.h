/*
 * A system call is one imported function. Numbers are x86-64's, arguments are 64 bits wide as in
 * x32, structures are x32's: the host can hand most of them to the kernel as they are.
 */

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

/* Pointers and longs are widened without a sign, everything wider keeps its bits. */
#define __scc(X) sizeof(1 ? (X) : 0ULL) < 8 ? (unsigned long)(X) : (long long)(X)
typedef long long syscall_arg_t;

__attribute__((import_module("sys"), import_name("call"))) long long __wasm_syscall(
	long long number, long long, long long, long long, long long, long long, long long);

static inline long
__syscall0(long long n)
{
	return (long)__wasm_syscall(n, 0, 0, 0, 0, 0, 0);
}

static inline long
__syscall1(long long n, long long a)
{
	return (long)__wasm_syscall(n, a, 0, 0, 0, 0, 0);
}

static inline long
__syscall2(long long n, long long a, long long b)
{
	return (long)__wasm_syscall(n, a, b, 0, 0, 0, 0);
}

static inline long
__syscall3(long long n, long long a, long long b, long long c)
{
	return (long)__wasm_syscall(n, a, b, c, 0, 0, 0);
}

static inline long
__syscall4(long long n, long long a, long long b, long long c, long long d)
{
	return (long)__wasm_syscall(n, a, b, c, d, 0, 0);
}

static inline long
__syscall5(long long n, long long a, long long b, long long c, long long d, long long e)
{
	return (long)__wasm_syscall(n, a, b, c, d, e, 0);
}

static inline long
__syscall6(
	long long n, long long a, long long b, long long c, long long d, long long e, long long f)
{
	return (long)__wasm_syscall(n, a, b, c, d, e, f);
}

/* As in x32: the only form of these calls is the one with 64-bit time. */
#define SYS_clock_gettime64 SYS_clock_gettime
#define SYS_clock_settime64 SYS_clock_settime
#define SYS_clock_adjtime64 SYS_clock_adjtime
#define SYS_clock_nanosleep_time64 SYS_clock_nanosleep
#define SYS_timer_gettime64 SYS_timer_gettime
#define SYS_timer_settime64 SYS_timer_settime
#define SYS_timerfd_gettime64 SYS_timerfd_gettime
#define SYS_timerfd_settime64 SYS_timerfd_settime
#define SYS_utimensat_time64 SYS_utimensat
#define SYS_pselect6_time64 SYS_pselect6
#define SYS_ppoll_time64 SYS_ppoll
#define SYS_recvmmsg_time64 SYS_recvmmsg
#define SYS_mq_timedsend_time64 SYS_mq_timedsend
#define SYS_mq_timedreceive_time64 SYS_mq_timedreceive
#define SYS_semtimedop_time64 SYS_semtimedop
#define SYS_rt_sigtimedwait_time64 SYS_rt_sigtimedwait
#define SYS_futex_time64 SYS_futex
#define SYS_sched_rr_get_interval_time64 SYS_sched_rr_get_interval
#define SYS_getrusage_time64 SYS_getrusage
#define SYS_wait4_time64 SYS_wait4

#undef SYS_futimesat

#define IPC_64 0
