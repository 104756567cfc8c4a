/* One thread, so the thread pointer is a variable. */
extern hidden uintptr_t __wasm_thread_pointer;

static inline uintptr_t
__get_tp(void)
{
	return __wasm_thread_pointer;
}

#define MC_PC gregs[REG_RIP]
