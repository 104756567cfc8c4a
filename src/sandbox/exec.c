#include "sandbox/exec.h"

#include "sandbox/files.h"
#include "sandbox/host.h"
#include "sandbox/invoke.h"
#include "sandbox/memory.h"
#include "sandbox/process_calls.h"
#include "sandbox/signal.h"
#include "sandbox/title.h"
#include "sandbox/userland/userland.h"

#include "base/scope.h"
#include "base/str.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#define INTERPRETERS_MAX 4 /* as the kernel has it */

/* ---- which program ---- */

static int
kind_of(const char *path, struct script *ret)
{
	scoped_fd int fd = -1;

	if (str_eq(path, EXEC_SELF))
		return PROGRAM_USERLAND;
	fd = file_open_program(path);
	return fd < 0 ? fd : program_kind(fd, ret);
}

/* The interpreter and its argument come before what is there; the first script adds its own name. */
static void
prepend(char ***prefix, const struct script *script, const char *path)
{
	char **longer = NULL;

	strv_push(&longer, script->interpreter);
	if (*script->argument)
		strv_push(&longer, script->argument);
	if (!*prefix)
		strv_push(&longer, path);
	for (char **s = *prefix; s && *s; s++)
		strv_push(&longer, *s);
	strv_free(*prefix);
	*prefix = longer;
}

int
exec_resolve(const char *path, char ***ret_prefix)
{
	scoped_strv prefix = NULL;
	struct script script, next;
	const char *at = path;

	for (int depth = 0; depth <= INTERPRETERS_MAX; depth++) {
		int kind = kind_of(at, &next);

		if (kind < 0)
			return kind;
		if (kind == PROGRAM_NATIVE || kind == PROGRAM_WASM)
			return EXEC_FOREIGN;
		if (kind == PROGRAM_UNKNOWN)
			return -ENOEXEC;
		if (kind == PROGRAM_USERLAND) {
			*ret_prefix = take_ptr(prefix);
			return 0;
		}
		script = next;
		prepend(&prefix, &script, at);
		at = script.interpreter;
	}
	return -ELOOP;
}

void
exec_describe_foreign(const char *path, char *out, size_t size)
{
	struct script script;
	bool wasm = kind_of(path, &script) == PROGRAM_WASM;

	if (str_format(out, size,
		    "sockerless: %s: this is a %s program; the sandbox runs only its "
		    "built-in userland and scripts",
		    path, wasm ? "WebAssembly" : "native") != 0)
		str_format(out, size, "sockerless: this program cannot run in the sandbox");
}

/* ---- arguments ---- */

int
exec_collect(struct program *ret, char *const *prefix, char *const *argv, char *const *env)
{
	int r = program_alloc(ret);

	for (; r == 0 && prefix && *prefix; prefix++)
		r = program_argument(ret, *prefix);
	if (ret->n_arguments && *argv)
		argv++;
	for (; r == 0 && *argv; argv++)
		r = program_argument(ret, *argv);
	for (; r == 0 && *env; env++)
		r = program_variable(ret, *env);
	return r;
}

/* The same from the guest's vectors of pointers. */
static int
collect_guest(struct program *ret, char *const *prefix, const uint32_t *argv, const uint32_t *env)
{
	int r = program_alloc(ret);

	for (; r == 0 && prefix && *prefix; prefix++)
		r = program_argument(ret, *prefix);
	if (ret->n_arguments && argv && *argv)
		argv++;
	for (; r == 0 && argv && *argv; argv++)
		r = program_argument(ret, guest_ptr(*argv));
	for (; r == 0 && env && *env; env++)
		r = program_variable(ret, guest_ptr(*env));
	return r;
}

/* ---- running ---- */

static jmp_buf start_over;

_Noreturn void
exec_start(struct program *program)
{
	memory_set_program(program);
	if (_setjmp(start_over) != 0)
		memory_exec();
	frame_reset();
	signal_landed();
	userland_start();
	_exit(0);
}

/* ash would run what it cannot execute as a script, so a program that is recognised is explained here, where a shell would
 * only see "not found" and noise. */
static _Noreturn void
refuse_foreign(const char *path)
{
	char text[PATH_MAX + 128];

	exec_describe_foreign(path, text, sizeof text);
	dprintf(STDERR_FILENO, "%s\n", text);
	process_exit(126);
}

int64_t
call_execve(const uint64_t *a)
{
	char path[PATH_MAX];
	scoped_strv prefix = NULL;
	scoped_program program = {0};
	int r = guest_string(a[0], path, sizeof path);

	if (r == 0)
		r = exec_resolve(path, &prefix);
	if (r == EXEC_FOREIGN)
		refuse_foreign(path);
	if (r == 0)
		r = collect_guest(&program, prefix, guest_ptr(a[1]), guest_ptr(a[2]));
	if (r != 0)
		return r;
	strv_free(take_ptr(prefix));
	signal_exec();
	files_exec();
	title_set(&program);
	title_set_name(path);
	memory_set_program(&program);
	_longjmp(start_over, 1);
}
