/* self.h: what the kernel tells about this process. Blocking, as long as the kernel takes to look. */
#pragma once

#include <stdint.h>

/* Bytes of address space, and of it in memory. 0 or -Exxx. */
int self_memory(uint64_t *ret_virtual, uint64_t *ret_resident);
double self_cpu_seconds(void); /* of all threads, user and system */
int64_t self_open_files(void); /* descriptors, or -Exxx */
/* When the process was started, by the wall clock as it goes now; in steps of 10 ms. 0 or -Exxx. */
int self_started(int64_t *ret_ns);
