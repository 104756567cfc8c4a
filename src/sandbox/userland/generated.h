/*
 * What the code that wasm2c generates is compiled against: memory access, indirect calls, traps.
 * These replace wasm2c's own macros. Bounds need no check (see userland.h), and with one instance
 * per process neither memory nor table needs a pointer passed around.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "userland.h"

#define TRAP(x) (wasm_rt_trap(WASM_RT_TRAP_##x), 0)
#define UNREACHABLE TRAP(UNREACHABLE)

/* The native stack has a guard page. */
#define FUNC_PROLOGUE
#define FUNC_EPILOGUE

/* Guest memory is unaligned and untyped. */
#define ANY(type) typedef type __attribute__((aligned(1), may_alias)) any_##type
ANY(u8);
ANY(s8);
ANY(u16);
ANY(s16);
ANY(u32);
ANY(s32);
ANY(u64);
ANY(s64);
ANY(f32);
ANY(f64);

/* Set once, before any generated code runs. */
extern u8 *userland_memory __attribute__((visibility("hidden")));

#ifdef USERLAND_GS
/* x86-64 has a segment register to spare for the base of the memory. */
#define GUEST(type, address) (*(any_##type __seg_gs *)(uintptr_t)(address))
#else
#define GUEST(type, address) (*(any_##type *)(userland_memory + (address)))
#endif

#define DEFINE_LOAD(name, in_memory, extended, result)              \
	static inline result name(u64 address)                      \
	{                                                           \
		return (result)(extended)GUEST(in_memory, address); \
	}

#define DEFINE_STORE(name, in_memory, given)                  \
	static inline void name(u64 address, given value)     \
	{                                                     \
		GUEST(in_memory, address) = (in_memory)value; \
	}

static inline void
memory_fill(u32 to, u32 value, u32 size)
{
	memset(userland_memory + to, (int)value, size);
}

static inline void
memory_copy(u32 to, u32 from, u32 size)
{
	memmove(userland_memory + to, userland_memory + from, size);
}

/* The module's function table. Type 0 is an empty entry, n + 1 the module's type n. */
struct table_entry {
	u32 type;
	wasm_rt_function_ptr_t function;
};
extern const struct table_entry userland_table[] __attribute__((visibility("hidden")));
extern const u32 userland_table_size __attribute__((visibility("hidden")));

#define CALL_INDIRECT(signature, ftype, index, ...)                                   \
	(LIKELY((index) < TABLE_SIZE && userland_table[index].type == (ftype) + 1) || \
			TRAP(CALL_INDIRECT),                                          \
		((signature)userland_table[index].function)(__VA_ARGS__))
