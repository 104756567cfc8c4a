/*
 * exec.h: replacing the program of a guest process, in process.
 *
 * There is no execve in the sandbox (seccomp forbids it): the linear memory becomes that of a fresh
 * module, handlers and close-on-exec descriptors go, and the module starts again.
 */
#pragma once

#include "sandbox/program.h"

/* BusyBox calls itself by this name (CONFIG_BUSYBOX_EXEC_PATH). */
#define EXEC_SELF "/proc/self/exe"

/*
 * What it takes to run `path`: 0, with what comes before the caller's arguments in *ret_prefix (an
 * interpreter, its argument and the script, in place of the caller's first argument; NULL for the
 * userland itself), -ENOEXEC for a file that may be a script without "#!", EXEC_FOREIGN for a
 * program that cannot run here, or another negative errno.
 */
#define EXEC_FOREIGN (-0x10000)
int exec_resolve(const char *path, char ***ret_prefix);

/* Says on stderr that it is foreign, as far as that can be said in one sentence. */
void exec_describe_foreign(const char *path, char *out, size_t size);

/* argv and environment as C strings; prefix as exec_resolve gave it. */
int exec_collect(struct program *ret, char *const *prefix, char *const *argv, char *const *env);

/* Runs the guest in this process: the first time (exec_start) or again. Does not return. */
_Noreturn void exec_start(struct program *program);
