/* frame.c: the host's half of the guest's setjmp (invoke.h), and the ends of guest code: traps. */
#include "base/scope.h"
#include "sandbox/host.h"
#include "sandbox/invoke.h"
#include "sandbox/signal.h"
#include "sandbox/userland/userland.h"

struct frame *frame_top;
static struct scratch *scratch_top;

void
frame_push(struct frame *frame)
{
	frame->outer = frame_top;
	frame->scratch = scratch_top;
	frame->stack_pointer = userland_stack_pointer;
	frame_top = frame;
}

void
frame_land(struct frame *frame)
{
	userland_stack_pointer = frame->stack_pointer;
	signal_landed();
}

void
sys_unwind(void)
{
	if (!frame_top)
		signal_die(SIGABRT);
	/* The calls that a guest handler jumps out of are still on the stack here. */
	while (scratch_top != frame_top->scratch)
		scratch_drop(scratch_top);
	_longjmp(frame_top->jump, 1);
}

void
frame_reset(void)
{
	while (scratch_top)
		scratch_drop(scratch_top);
	frame_top = NULL;
}

void
scratch_hold(struct scratch *s, int fd)
{
	s->fd = fd;
	s->outer = scratch_top;
	scratch_top = s;
}

void
scratch_drop(struct scratch *s)
{
	if (scratch_top == s)
		scratch_top = s->outer;
	scope_fd_drop(&s->fd);
	s->fd = -1;
}

WASM_RT_NO_RETURN void
wasm_rt_trap(wasm_rt_trap_t trap)
{
	switch (trap) {
	case WASM_RT_TRAP_DIV_BY_ZERO:
	case WASM_RT_TRAP_INT_OVERFLOW:
		signal_die(SIGFPE);
	case WASM_RT_TRAP_OOB:
	case WASM_RT_TRAP_EXHAUSTION:
		signal_die(SIGSEGV);
	default:
		signal_die(SIGILL);
	}
}
