/*
 * limit.h: what a guest process may use.
 *
 * Most resource limits are the kernel's own, set on the native process.  Three are kept here instead,
 * since natively they would hit the host's side of the process: the address space (the reservation
 * alone has 8 GiB; counted are the guest's own mappings), the stack (a guest's has a fixed size) and
 * the number of processes (the kernel counts all of the host user's; we count the container's).
 *
 * The container's own bounds, memory and number of processes, are in process.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct error;

/* --ulimit NAME=SOFT[:HARD]; -1 means unlimited. Applies to this process and what it forks. */
int limit_set(const char *text, struct error *e);

bool limit_may_fork(void); /* RLIMIT_NPROC */
