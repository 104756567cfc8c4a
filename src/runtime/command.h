/* command.h: the sandbox program and its command line. */
#pragma once

#include "runtime/runtime.h"

#define COMMAND_CONTROL_FD 3

/* The argument vector for a workload, with the control socket as descriptor COMMAND_CONTROL_FD; the
 * caller frees it. */
char **command_of(const char *program, const struct workload_spec *spec);
