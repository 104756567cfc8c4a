#include "sandbox/signal.h"

#include "sandbox/invoke.h"
#include "sandbox/process.h"
#include "sandbox/syscall.h"
#include "sandbox/userland/userland.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>

#define LATE_NS 50000000
#define SIGNALS 65 /* 1 to 64 */
#define GUEST_SIGINFO_BYTES 128
#define RED_ZONE 128    /* a leaf function of the guest may use this much below its stack pointer */
#define NESTED_GAP 1024 /* for a stack pointer that is not stored yet */

/* The guest's own numbers for "default" and "ignore". */
#define GUEST_DFL 0u
#define GUEST_IGN 1u

struct action {
	uint32_t handler, flags;
	uint64_t mask;
};

struct x32_sigaction {
	uint32_t handler, flags, restorer, mask[2];
};

struct x32_siginfo {
	int32_t signo, error, code;
	union {
		struct {
			int32_t pid;
			uint32_t uid;
			int32_t status;
		};
		uint32_t address;
	};
};

volatile sig_atomic_t signal_pending;

static volatile sig_atomic_t in_host, critical;
static struct action actions[SIGNALS];
static siginfo_t waiting[SIGNALS]; /* si_signo tells whether there is one */
static uint32_t stack_bottom, stack_top;
static bool shielded; /* this is pid 1 */

static timer_t late_timer;
static bool late_timer_made;

/* ---- native dispositions ---- */

static void
set_native(int sig, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigaction(sig, &action, NULL);
}

/* Signals whose default is not to be ignored anyway; 32 and 33 belong to the C libraries. */
static bool
shields(int sig)
{
	return sig != SIGCHLD && sig != SIGCONT && sig != SIGURG && sig != SIGWINCH &&
	       sig != SIGKILL && sig != SIGSTOP && sig != 32 && sig != 33 && sig != SIGNAL_LATE;
}

static void
set_default(int sig)
{
	set_native(sig, shielded && shields(sig) ? SIG_IGN : SIG_DFL);
}

/* ---- delivery ---- */

static void
fill_siginfo(struct x32_siginfo *out, const siginfo_t *info)
{
	memset(out, 0, GUEST_SIGINFO_BYTES);
	out->signo = info->si_signo;
	out->error = info->si_errno;
	out->code = info->si_code;
	if (info->si_signo == SIGSEGV || info->si_signo == SIGBUS) {
		out->address = (uint32_t)((uint8_t *)info->si_addr - guest_memory);
		return;
	}
	out->pid = process_guest_pid(info->si_pid);
	out->uid = process_uid(info->si_pid);
	out->status = info->si_status;
}

/* Where a handler's stack begins: below its own one if it interrupts a handler. */
static uint32_t
handler_stack(void)
{
	uint32_t sp = userland_stack_pointer;

	sp = sp > stack_bottom && sp <= stack_top ? sp - NESTED_GAP : stack_top;
	return (sp - RED_ZONE - GUEST_SIGINFO_BYTES) & ~15u;
}

static void
deliver(int sig, const siginfo_t *info)
{
	struct action action = actions[sig];
	struct frame *frame = frame_top;
	uint32_t sp = userland_stack_pointer, info_at = handler_stack();
	sig_atomic_t host = in_host;
	int error = errno;

	if (action.handler <= GUEST_IGN)
		return;
	if (action.flags & (uint32_t)SA_RESETHAND) {
		actions[sig] = (struct action){0};
		if (shielded)
			set_default(sig);
	}
	fill_siginfo(guest_ptr(info_at), info);
	userland_stack_pointer = info_at;
	in_host = 0;
	userland_handle_signal(
		action.handler, (u32)sig, info_at, 0, (action.flags & SA_SIGINFO) != 0);
	in_host = host;
	userland_stack_pointer = sp;
	frame_top = frame;
	errno = error;
}

void
signal_deliver_pending(void)
{
	signal_pending = 0;
	for (int sig = 1; sig < SIGNALS; sig++) {
		uint64_t mask = actions[sig].mask | 1ull << (sig - 1), before;
		siginfo_t info = waiting[sig];

		if (!info.si_signo)
			continue;
		syscall(SYS_rt_sigprocmask, SIG_BLOCK, &mask, &before, sizeof mask);
		waiting[sig].si_signo = 0;
		deliver(sig, &info);
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
	}
}

static void
late_handler(int sig)
{
	(void)sig;
	if (signal_pending && !in_host)
		signal_deliver_pending();
}

/* Timers are not inherited, so each process makes its own when it first needs one. */
static void
late_timer_arm(void)
{
	struct itimerspec when = {.it_value.tv_nsec = LATE_NS};

	if (!late_timer_made) {
		struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGNAL_LATE};
		struct sigaction action = {.sa_handler = late_handler, .sa_flags = SA_RESTART};

		sigaction(SIGNAL_LATE, &action, NULL);
		if (timer_create(CLOCK_MONOTONIC, &event, &late_timer) != 0)
			return;
		late_timer_made = true;
	}
	timer_settime(late_timer, 0, &when, NULL);
}

static bool
is_fault(int sig, const siginfo_t *info)
{
	return (sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL) &&
	       info->si_code > 0;
}

static void
native_handler(int sig, siginfo_t *info, void *context)
{
	int error = errno;

	(void)context;
	if (is_fault(sig, info) || (in_host && !critical)) {
		deliver(sig, info);
		return;
	}
	waiting[sig] = *info;
	signal_pending = 1;
	if (!in_host)
		late_timer_arm();
	errno = error;
}

void
signal_enter_host(void)
{
	in_host = 1;
	if (signal_pending)
		signal_deliver_pending();
}

void
signal_leave_host(void)
{
	in_host = 0;
}

void
signal_landed(void)
{
	in_host = 0;
	critical = 0;
}

void
critical_enter(void)
{
	critical++;
}

void
critical_leave(void)
{
	critical--;
	if (!critical && signal_pending)
		signal_deliver_pending();
}

void
signal_stack(uint32_t bottom, uint32_t top)
{
	stack_bottom = bottom;
	stack_top = top;
}

/* ---- the life of a process ---- */

static bool
settable(int sig)
{
	return sig != SIGKILL && sig != SIGSTOP && sig != 32 && sig != 33 && sig != SIGNAL_LATE;
}

void
signal_start(bool is_init)
{
	sigset_t none;

	shielded = is_init;
	for (int sig = 1; sig < SIGNALS; sig++)
		if (settable(sig))
			set_default(sig);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
signal_forked(void)
{
	signal_pending = 0;
	memset(waiting, 0, sizeof waiting);
	late_timer_made = false;
	if (!shielded)
		return;
	shielded = false;
	for (int sig = 1; sig < SIGNALS; sig++)
		if (settable(sig) && shields(sig) && actions[sig].handler == GUEST_DFL)
			set_default(sig);
}

void
signal_exec(void)
{
	for (int sig = 1; sig < SIGNALS; sig++) {
		if (actions[sig].handler > GUEST_IGN)
			set_default(sig);
		if (actions[sig].handler != GUEST_IGN)
			actions[sig] = (struct action){0};
	}
	/* What waits was for handlers that are gone. */
	signal_pending = 0;
	memset(waiting, 0, sizeof waiting);
}

_Noreturn void
signal_die(int sig)
{
	sigset_t only;

	set_native(sig, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, sig);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	raise(sig);
	_exit(128 + sig);
}

/* ---- system calls ---- */

static int
install(int sig, const struct x32_sigaction *wanted)
{
	struct sigaction native = {.sa_sigaction = native_handler};

	if (wanted->handler == GUEST_DFL) {
		set_default(sig);
		return 0;
	}
	native.sa_flags = (int)wanted->flags & (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_RESTART |
						       SA_NODEFER | (int)SA_RESETHAND);
	if (wanted->handler == GUEST_IGN)
		native.sa_handler = SIG_IGN;
	else
		native.sa_flags |= SA_SIGINFO;
	memcpy(&native.sa_mask, wanted->mask, sizeof wanted->mask);
	return sigaction(sig, &native, NULL) == 0 ? 0 : -errno;
}

static int64_t
call_rt_sigaction(const uint64_t *a)
{
	int sig = (int)a[0], r = 0;
	struct x32_sigaction *wanted = guest_ptr(a[1]), *before = guest_ptr(a[2]);
	struct action old, new = {0};

	if (sig < 1 || sig >= SIGNALS || (wanted && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	old = actions[sig];
	if (wanted) {
		new.handler = wanted->handler;
		new.flags = wanted->flags;
		memcpy(&new.mask, wanted->mask, sizeof new.mask);
		/* The handler must be known before the first signal arrives for it. */
		actions[sig] = new;
		if (settable(sig))
			r = install(sig, wanted);
	}
	if (r == 0 && before) {
		*before = (struct x32_sigaction){.handler = old.handler, .flags = old.flags};
		memcpy(before->mask, &old.mask, sizeof old.mask);
	}
	return r;
}

static int64_t
call_rt_sigprocmask(const uint64_t *a)
{
	return SYS_RESULT(
		syscall(SYS_rt_sigprocmask, (int)a[0], guest_ptr(a[1]), guest_ptr(a[2]), 8));
}

static int64_t
call_rt_sigsuspend(const uint64_t *a)
{
	return SYS_RESULT(syscall(SYS_rt_sigsuspend, guest_ptr(a[0]), 8));
}

static int64_t
call_rt_sigpending(const uint64_t *a)
{
	return SYS_RESULT(syscall(SYS_rt_sigpending, guest_ptr(a[0]), 8));
}

static int64_t
call_rt_sigtimedwait(const uint64_t *a)
{
	struct timespec timeout;
	bool timed = guest_timespec(a[2], &timeout);
	siginfo_t info;
	int64_t r = SYS_RESULT(
		syscall(SYS_rt_sigtimedwait, guest_ptr(a[0]), &info, timed ? &timeout : NULL, 8));

	if (r > 0 && guest_ptr(a[1]))
		fill_siginfo(guest_ptr(a[1]), &info);
	return r;
}

static int64_t
call_pause(const uint64_t *a)
{
	(void)a;
	return SYS_RESULT(pause());
}

/* musl hands over the old structure: interval and value as pairs of 32-bit numbers. */
static void
give_timer(int32_t *out, const struct itimerval *t)
{
	out[0] = (int32_t)t->it_interval.tv_sec;
	out[1] = (int32_t)t->it_interval.tv_usec;
	out[2] = (int32_t)t->it_value.tv_sec;
	out[3] = (int32_t)t->it_value.tv_usec;
}

static int64_t
call_setitimer(const uint64_t *a)
{
	const int32_t *in = guest_ptr(a[1]);
	struct itimerval new, old;

	if (!in)
		return -EFAULT;
	new.it_interval = (struct timeval){in[0], in[1]};
	new.it_value = (struct timeval){in[2], in[3]};
	if (setitimer((__itimer_which_t)a[0], &new, &old) != 0)
		return -errno;
	if (guest_ptr(a[2]))
		give_timer(guest_ptr(a[2]), &old);
	return 0;
}

static int64_t
call_getitimer(const uint64_t *a)
{
	struct itimerval now;

	if (getitimer((__itimer_which_t)a[0], &now) != 0)
		return -errno;
	give_timer(guest_ptr(a[1]), &now);
	return 0;
}

static int64_t
call_alarm(const uint64_t *a)
{
	return alarm((unsigned)a[0]);
}

const struct syscall signal_calls[] = {
	{SYS_rt_sigaction, call_rt_sigaction},
	{SYS_rt_sigprocmask, call_rt_sigprocmask, CALL_BLOCKS},
	{SYS_rt_sigsuspend, call_rt_sigsuspend, CALL_BLOCKS},
	{SYS_rt_sigpending, call_rt_sigpending},
	{SYS_rt_sigtimedwait, call_rt_sigtimedwait, CALL_BLOCKS},
	{SYS_pause, call_pause, CALL_BLOCKS},
	{SYS_setitimer, call_setitimer},
	{SYS_getitimer, call_getitimer},
	{SYS_alarm, call_alarm},
	{0},
};
