/*
 * The run-time half of LLVM's emscripten-style setjmp lowering.
 *
 * In a function that calls setjmp the compiler turns every other call into an imported invoke_…
 * function, which the host runs under a native setjmp of its own, and keeps a table of the
 * setjmps that this activation has done: (number, label to go on at). longjmp leaves the number
 * and the value in __THREW__ and __threwValue and asks the host to land in the innermost
 * invoke_…; its caller looks the number up and goes to the label or, if the number is not its
 * own, unwinds further. The guest can therefore never send the host into a dead frame.
 */
#include <stdlib.h>
#include <stdint.h>
#include "features.h"
#include "atomic.h"

struct setjmp_entry {
	uint32_t number; /* 0 ends the table */
	uint32_t label;
};

uintptr_t __THREW__;
int __threwValue;
static uint32_t temp_ret0;
static uint32_t last_number;

__attribute__((import_module("sys"), import_name("unwind"), noreturn)) void __wasm_unwind(void);

void
setTempRet0(uint32_t value)
{
	temp_ret0 = value;
}

uint32_t
getTempRet0(void)
{
	return temp_ret0;
}

/* Returns the table, which may have moved; its size goes back through temp_ret0. */
struct setjmp_entry *
saveSetjmp(uintptr_t *env, uint32_t label, struct setjmp_entry *table, uint32_t size)
{
	uint32_t i = 0;

	while (i < size && table[i].number)
		i++;
	if (i + 1 >= size) {
		size *= 2;
		table = realloc(table, size * sizeof *table);
		if (!table)
			a_crash();
	}
	*env = ++last_number;
	table[i] = (struct setjmp_entry){last_number, label};
	table[i + 1].number = 0;
	temp_ret0 = size;
	return table;
}

/* The label of setjmp number `number` in this activation's table, 0 if it is not in there. */
uint32_t
testSetjmp(uintptr_t number, struct setjmp_entry *table, uint32_t size)
{
	for (uint32_t i = 0; i < size && table[i].number; i++)
		if (table[i].number == number)
			return table[i].label;
	return 0;
}

_Noreturn void
emscripten_longjmp(uintptr_t env, int value)
{
	__THREW__ = env;
	__threwValue = value ? value : 1;
	__wasm_unwind();
}
