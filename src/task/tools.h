/*
 * tools.h: what AddressSanitizer, ThreadSanitizer and Valgrind must know about stacks and switches.
 * Internal to task/.
 *
 * The functions are inlined into the switch: an instrumented call that begins on one stack and
 * returns on another would confuse the very tools it serves.  Without the tools they are empty.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TOOL_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define TOOL_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define TOOL_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define TOOL_TSAN 1
#endif

#ifdef TOOL_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef TOOL_TSAN
#include <sanitizer/tsan_interface.h>
#endif
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#define TOOL_VALGRIND 1
#endif

struct tool_stack {
	const void *bottom;
	size_t size;
	void *fake_stack; /* AddressSanitizer's, of a suspended stack */
	void *fiber;      /* ThreadSanitizer's */
	unsigned id;      /* Valgrind's */
};

#define TOOL_INLINE static inline __attribute__((always_inline))

TOOL_INLINE void
tool_stack_open(struct tool_stack *s, char *bottom, size_t size)
{
	s->bottom = bottom;
	s->size = size;
#ifdef TOOL_TSAN
	s->fiber = __tsan_create_fiber(0);
#endif
#ifdef TOOL_VALGRIND
	s->id = (unsigned)VALGRIND_STACK_REGISTER(bottom, bottom + size);
#endif
}

TOOL_INLINE void
tool_stack_close(struct tool_stack *s)
{
	(void)s;
#ifdef TOOL_TSAN
	__tsan_destroy_fiber(s->fiber);
#endif
#ifdef TOOL_VALGRIND
	VALGRIND_STACK_DEREGISTER(s->id);
#endif
}

/* s is the thread's own stack, on which we are. */
TOOL_INLINE void
tool_stack_current(struct tool_stack *s)
{
	(void)s;
#ifdef TOOL_TSAN
	s->fiber = __tsan_get_current_fiber();
#endif
}

/* Just before the jump; for_good: nobody comes back to `from`. */
TOOL_INLINE void
tool_switch_start(struct tool_stack *from, struct tool_stack *to, bool for_good)
{
	(void)from, (void)to, (void)for_good;
#ifdef TOOL_ASAN
	__sanitizer_start_switch_fiber(for_good ? NULL : &from->fake_stack, to->bottom, to->size);
#endif
#ifdef TOOL_TSAN
	__tsan_switch_to_fiber(to->fiber, 0);
#endif
}

/* Just after a jump back to s. */
TOOL_INLINE void
tool_switch_done(struct tool_stack *s)
{
	(void)s;
#ifdef TOOL_ASAN
	__sanitizer_finish_switch_fiber(s->fake_stack, NULL, NULL);
#endif
}

/* Just after the first jump to s; the bounds of where we came from are known only now. */
TOOL_INLINE void
tool_switch_arrived(struct tool_stack *s, struct tool_stack *from)
{
	(void)s, (void)from;
#ifdef TOOL_ASAN
	__sanitizer_finish_switch_fiber(NULL, &from->bottom, &from->size);
#endif
}

/* How many times slower than bare code we run, as a rough factor for limits in real time. */
TOOL_INLINE unsigned
tool_slowness(void)
{
#if defined(TOOL_ASAN) || defined(TOOL_TSAN)
	return 10;
#elif defined(TOOL_VALGRIND)
	return RUNNING_ON_VALGRIND ? 100 : 1;
#else
	return 1;
#endif
}
