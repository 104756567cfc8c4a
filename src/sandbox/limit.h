/*
 * limit.h: what a guest process may use.
 *
 * Most resource limits are the kernel's own, set on the native process.  Some are kept here instead, since
 * natively they would hit the host's side of the process: the address space and the data (the reservation
 * alone has 8 GiB; counted are the guest's own mappings), the stack (a guest's has a fixed size), the number
 * of processes (the kernel counts all of the host user's; we count the container's), and the hard limit of
 * descriptors (the host's own have high numbers; the soft limit is the kernel's).
 *
 * The container's own bounds, memory and number of processes, are in process.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct error;

/* First of all in the program: makes room for the host's descriptors. 0 or -errno. */
int limit_setup(void);

/* --ulimit NAME=SOFT[:HARD]; -1 means unlimited. Applies to this process and what it forks. */
int limit_set(const char *text, struct error *e);

bool limit_may_fork(void); /* RLIMIT_NPROC */
