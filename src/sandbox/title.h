/*
 * title.h: what the host's ps and /proc/PID/cmdline show of a guest process: the guest's arguments.
 *
 * They are written over the area where the kernel put the supervisor's own arguments, so they may be
 * cut.
 */
#pragma once

#include "sandbox/program.h"

/* Once, in main. Processes that call title_set must not need argv any more. */
void title_setup(int argc, char **argv);
void title_set(const struct program *program);
void title_set_name(const char *path); /* the process's short name: the last component */
