/*
 * userland.h: the guest: BusyBox and musl as one WebAssembly module, compiled ahead of time to
 * native code.
 *
 * There is one instance per process and it is global. Guest pointers are u32 offsets into the
 * linear memory, which the host provides: it reserves USERLAND_RESERVE bytes (so that no 32-bit
 * base plus 32-bit offset leaves them), makes the first userland_pages usable, maps or copies the
 * segments to their places and calls userland_set_memory. Nothing checks bounds after that; what
 * the host has not made accessible faults.
 *
 * A process that replaces its program makes the memory fresh, sets userland_stack_pointer to
 * userland_stack_top and calls userland_start again.
 *
 * src/sandbox/userland/build makes the library from Debian's sources; build's comment tells how.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <wasm-rt.h>

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;
typedef float f32;
typedef double f64;

#define USERLAND_RESERVE (UINT64_C(8) << 30)
#define USERLAND_PAGE 65536u

/* "built from" and the versions of the source packages. */
extern const char userland_origin[];

/* Memory as the module starts with it: pages, then initial contents. */
struct userland_segment {
	u32 address;
	u32 size;
	const u8 *bytes; /* aligned to 4096 where address is, so that it can be mapped from the file
			  */
};
extern const u32 userland_pages;
extern const u32 userland_stack_top;
extern const struct userland_segment userland_segments[];
extern const u32 userland_segment_count;

/* The guest's stack pointer. It grows down from userland_stack_top to 0. */
extern u32 userland_stack_pointer;

/* Tells the compiled code where the memory is; once per process (a fork inherits it). */
void userland_set_memory(u8 *memory);

/* Runs the program; returns only if the guest's main could not be left by its exit call. */
void userland_start(void);

/* Calls a handler that the guest gave to sigaction; info and context are guest addresses or 0. */
void userland_handle_signal(u32 handler, u32 signal, u32 info, u32 context, u32 wants_info);

/*
 * The function with this index in the guest's table. Traps when there is none or when its type is
 * not the one given. For the invoke trampolines (sandbox/invoke.h).
 */
wasm_rt_function_ptr_t userland_function(u32 index, u32 type);

/*
 * What the host provides.
 */

/* A Linux system call: x86-64's numbers and structures with x32's pointers. -errno as the kernel.
 */
u64 sys_call(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);

/* Lays out argc, argv, envp and the auxiliary vector in guest memory; returns its address. */
u32 sys_args(void);

/* Goes back to the innermost invoke trampoline (sandbox/invoke.h). Does not return. */
void sys_unwind(void);

/* wasm_rt_trap() of wasm-rt.h: the guest did something undefined. Does not return. */
