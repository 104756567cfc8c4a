/* syscall.h: the tables of system calls, one for each subject; syscall.c lists what is in which. */
#pragma once

#include "sandbox/host.h"

extern const struct syscall process_calls[];
extern const struct syscall signal_calls[];
extern const struct syscall memory_calls[];
extern const struct syscall time_calls[];
extern const struct syscall limit_calls[];
extern const struct syscall terminal_calls[];
extern const struct syscall io_calls[];
extern const struct syscall open_calls[];
extern const struct syscall stat_calls[];
extern const struct syscall change_calls[];
extern const struct syscall cwd_calls[];
extern const struct syscall identity_calls[];
extern const struct syscall socket_calls[];
extern const struct syscall system_calls[];

/* Once, before the first guest process. */
void syscall_setup(void);
