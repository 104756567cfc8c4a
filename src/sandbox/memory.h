/*
 * memory.h: the guest's linear memory.
 *
 *	0            a page that can be read but not written: null pointers written to fault, while
 *	             reading from one must work (clang passes a null va_list to variadic functions that
 *	             are called without variadic arguments, and musl's fcntl reads it)
 *	  …          the guest's stack, growing down, then data and bss: what the module starts with
 *	image end    arguments, environment, auxiliary vector; the stack of signal handlers
 *	  …          the heap: brk
 *	MAP_FLOOR    mmap, allocated from the top down
 *	4 GiB        4 GiB that are never accessible
 *
 * All of it is native memory under native protection: what is freed really returns to the host,
 * files can be mapped, and what is out of bounds faults.
 *
 * With a memory limit each process is charged for what it maps itself; the sum over the container
 * decides about ENOMEM.  Pages that a fork shares are charged to the parent only; what they grow
 * to when written is the supervisor's to see (limit.h).
 */
#pragma once

#include "sandbox/program.h"

#include <stddef.h>
#include <stdint.h>

#define MAP_FLOOR 0x80000000u

/* In the supervisor, once: reserves the memory and puts the module's image there. */
int memory_setup(void);

/* Exec: back to the image. */
void memory_exec(void);

/* The arguments that sys_args will lay out for the guest; takes the block over. */
void memory_set_program(struct program *program);

/* The environment that this process was started with, as it is in its memory now: strings, each with its NUL. */
const char *memory_environment(size_t *ret_size);

/* RLIMIT_AS of the guest: what it may map, in bytes beside the image. */
void memory_set_own_limit(uint64_t bytes);
