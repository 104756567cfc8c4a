/*
 * invoke.h: setjmp and longjmp of the guest, for the generated trampolines (userland/geninvoke.py).
 *
 * LLVM turns every call in a guest function that uses setjmp into a call of an imported
 *`invoke_X(function, arguments…)`. Our invoke_X does a native setjmp in a `struct frame` and calls
 *the function; the guest's longjmp is sys_unwind(), which jumps to the innermost frame.  So the
 *guest chooses no address, and only a live frame can be jumped to:
 *
 *	struct frame frame;
 *	volatile u32 result = 0;
 *
 *	if (frame_mark(&frame) == 0) {
 *		frame_enter(&frame);
 *		result = function(a0, a1);
 *	} else {
 *		frame_land(&frame);
 *	}
 *	frame_leave(&frame);
 *	return result;
 *
 * frame_enter is also one of the two places where a signal that interrupted guest code is
 *delivered; signal.h says why.
 */
#pragma once

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>

struct scratch;

struct frame {
	jmp_buf jump;
	struct frame *outer;
	struct scratch *scratch; /* host descriptors held when the frame was entered */
	uint32_t stack_pointer;  /* the guest's */
};

extern struct frame *frame_top;
extern volatile sig_atomic_t signal_pending; /* a signal waits for delivery */

void signal_deliver_pending(void);

/* setjmp must be called by the function that stays. */
#define frame_mark(frame) _setjmp((frame)->jump)

void frame_push(struct frame *frame);
void frame_reset(void); /* exec: no frame is left */
void frame_land(
	struct frame *frame); /* after a longjmp: puts the guest's and the host's state back */

static inline void
frame_enter(struct frame *frame)
{
	frame_push(frame);
	if (__builtin_expect(signal_pending, 0))
		signal_deliver_pending();
}

static inline void
frame_leave(struct frame *frame)
{
	frame_top = frame->outer;
}
