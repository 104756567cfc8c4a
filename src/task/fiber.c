#include "task/fiber.h"

#include "base/error.h"
#include "base/log.h"
#include "task/task.h"
#include "task/tools.h"

#include <errno.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

/*
 * _FORTIFY_SOURCE redirects longjmp to a version that ends the program when the target is not
 * further up the same stack, which is just what a switch is.  The alias names the plain function
 * whatever the headers do.
 */
_Noreturn void fiber_jump(jmp_buf env, int value) __asm__("_longjmp");

struct context {
	jmp_buf env;
	struct tool_stack tools;
};

/* Lies at the top of its own stack, so that it costs no page of its own and dies with the mapping.
 */
struct fiber {
	struct context context;
	void (*fn)(void *arg); /* NULL once it has returned */
	void *arg;
	bool entered;
	char *map;
	struct fiber *next_idle;
};

static struct context loop_context;
static struct fiber *running;
static struct fiber *idle_fibers;
static unsigned n_idle_fibers;

static struct fiber *
map_fiber(void)
{
	struct fiber *f;
	char *map = mmap(NULL, TASK_STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (map == MAP_FAILED || mprotect(map, page, PROT_NONE) < 0) {
		log_error("no memory for the stack of a task: %s", strerror(errno));
		abort();
	}
	f = (struct fiber *)(void *)(map + TASK_STACK_SIZE - sizeof(struct fiber));
	f = (struct fiber *)((uintptr_t)f & ~(uintptr_t)63);
	f->map = map;
	tool_stack_open(&f->context.tools, map + page, (size_t)((char *)f - map) - page);
	return f;
}

static void
unmap_fiber(struct fiber *f)
{
	tool_stack_close(&f->context.tools);
	munmap(f->map, TASK_STACK_SIZE);
}

static void
switch_context(struct context *from, struct context *to, bool for_good)
{
	if (_setjmp(from->env) == 0) {
		tool_switch_start(&from->tools, &to->tools, for_good);
		fiber_jump(to->env, 1);
	}
	tool_switch_done(&from->tools);
}

static bool
worth_keeping(void)
{
	return n_idle_fibers < TASK_IDLE_STACKS;
}

static void
fiber_main(void)
{
	struct fiber *f = running;

	tool_switch_arrived(&f->context.tools, &loop_context.tools);
	for (;;) {
		f->fn(f->arg);
		f->fn = NULL;
		switch_context(&f->context, &loop_context, !worth_keeping());
	}
}

/* The first switch to a new stack. */
static void
enter_context(struct fiber *f)
{
	ucontext_t start;

	getcontext(&start);
	start.uc_link = NULL;
	start.uc_stack.ss_sp = f->map;
	start.uc_stack.ss_size = (size_t)((char *)f - f->map);
	makecontext(&start, fiber_main, 0);
	if (_setjmp(loop_context.env) == 0) {
		tool_switch_start(&loop_context.tools, &f->context.tools, false);
		setcontext(&start);
	}
	tool_switch_done(&loop_context.tools);
}

struct fiber *
fiber_new(void (*fn)(void *arg), void *arg)
{
	struct fiber *f = idle_fibers;

	if (f) {
		idle_fibers = f->next_idle;
		n_idle_fibers--;
	} else {
		f = map_fiber();
	}
	f->fn = fn;
	f->arg = arg;
	return f;
}

bool
fiber_resume(struct fiber *f)
{
	bug_if(running);
	running = f;
	if (f->entered) {
		switch_context(&loop_context, &f->context, false);
	} else {
		f->entered = true;
		tool_stack_current(&loop_context.tools);
		enter_context(f);
	}
	running = NULL;
	if (f->fn)
		return true;
	if (worth_keeping()) {
		f->next_idle = idle_fibers;
		idle_fibers = f;
		n_idle_fibers++;
	} else {
		unmap_fiber(f);
	}
	return false;
}

void
fiber_suspend(void)
{
	bug_if(!running);
	switch_context(&running->context, &loop_context, false);
}

void
fiber_trim(void)
{
	while (idle_fibers) {
		struct fiber *f = idle_fibers;

		idle_fibers = f->next_idle;
		unmap_fiber(f);
	}
	n_idle_fibers = 0;
}
