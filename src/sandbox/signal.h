/*
 * signal.h: delivery of signals to guest handlers.
 *
 * A guest handler is a function in the guest's table.  The host has one native handler for all
 * signals, which calls it through userland_handle_signal.  When that may happen is the one subtle
 * rule of the sandbox:
 *
 * - Inside a host call that blocks, at once, nested on the signal's native frame.  Restarting,
 *   EINTR and masks are then simply the kernel's.
 * - Inside a critical section, when the section is left.
 * - In guest code, *later*: at the next host call or the next frame_enter.  A handler may longjmp,
 *   and a function that has called setjmp but is just between two calls has no frame to land in.
 *   Both of these places are covered by a frame if one is needed.
 * - In guest code that does neither for LATE_NS, at once after all: a loop without any call is
 *   not in a function that has called setjmp and waits for nothing but a flag.
 *
 * Faults of the guest (a wild pointer, a division by zero) are real signals and go to its handler
 * directly, or kill it as they would any process.
 *
 * Guest handlers run on a guest stack of their own: compiled code may not yet have stored its
 * stack pointer where it was interrupted.
 *
 * The container's pid 1 ignores signals that it has no handler for, as the kernel arranges in a pid
 * namespace: their native disposition is SIG_IGN while the guest's is the default.
 */
#pragma once

#include "sandbox/host.h"

#include <signal.h>

/* The signal that the host keeps for itself. */
#define SIGNAL_LATE 64

/* Around every host call. */
void signal_enter_host(void);
void signal_leave_host(void);

/* After a longjmp of the guest: it is in guest code again. */
void signal_landed(void);

/* A new process of the supervisor's: default dispositions, no mask. As pid 1 it is shielded. */
void signal_start(bool is_init);
/* In the child of a guest's fork: nothing is pending, and it is not pid 1. */
void signal_forked(void);
/* Exec: handlers become the default. */
void signal_exec(void);
/* Where guest handlers may have their stack: below `top`, down to `bottom`. */
void signal_stack(uint32_t bottom, uint32_t top);

/* Ends this process by the signal, whatever its disposition. */
_Noreturn void signal_die(int sig);
