/* process_calls.h: fork, wait, signals to others, groups and sessions; and the end of a process. */
#pragma once

#include <stdint.h>

_Noreturn void process_exit(int status);

int64_t call_execve(const uint64_t *a); /* exec.c */
