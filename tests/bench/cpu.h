/* cpu.h: the CPU time of all threads of this process. */
#pragma once

#include <time.h>

static inline double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}
