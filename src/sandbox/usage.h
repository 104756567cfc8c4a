/* usage.h: what the container uses, and the end of what uses too much memory. */
#pragma once

#include "wire/sandbox.h"

void usage_read(struct sandbox_usage *ret);

/* The processes of the container, at most max. */
int usage_processes(struct sandbox_process *ret, int max);

/* With a memory limit: kills the biggest process while the container is over it. */
void usage_check_memory(void);
/* Whether the process with this guest pid was killed so. */
bool usage_killed_for_memory(int32_t pid);
