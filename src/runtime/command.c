#include "runtime/command.h"

#include "base/alloc.h"
#include "base/str.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "sockerless-sandbox"

static void
push_format(char ***argv, const char *flag, char *value)
{
	strv_push(argv, flag);
	strv_push(argv, value);
	free(value);
}

static void
push_mount(char ***argv, const struct workload_mount *m)
{
	push_format(argv, "--mount",
		xasprintf("type=%s,source=%s,target=%s%s", m->type, m->source, m->target,
			m->read_only ? ",ro" : ""));
}

static void
push_ulimit(char ***argv, const struct workload_ulimit *u)
{
	push_format(argv, "--ulimit",
		xasprintf("%s=%lld:%lld", u->name, (long long)u->soft, (long long)u->hard));
}

char **
command_of(const char *program, const struct workload_spec *spec)
{
	char **argv = NULL;

	strv_push(&argv, program);
	push_format(&argv, "--control", xasprintf("%d", COMMAND_CONTROL_FD));
	push_format(&argv, "--root", xstrdup(spec->root));
	if (!str_empty(spec->hostname))
		push_format(&argv, "--hostname", xstrdup(spec->hostname));
	for (size_t i = 0; i < spec->n_mounts; i++)
		push_mount(&argv, &spec->mounts[i]);
	for (size_t i = 0; i < spec->n_ulimits; i++)
		push_ulimit(&argv, &spec->ulimits[i]);
	if (spec->read_only)
		strv_push(&argv, "--read-only");
	if (spec->memory > 0)
		push_format(&argv, "--memory", xasprintf("%lld", (long long)spec->memory));
	if (spec->pids > 0)
		push_format(&argv, "--pids", xasprintf("%lld", (long long)spec->pids));
	return argv;
}

int
runtime_sandbox_program(char **ret, struct error *e)
{
	const char *named = getenv("SOCKERLESS_SANDBOX");
	char self[PATH_MAX];
	scoped_free char *beside = NULL;
	ssize_t n;
	char *slash;

	if (!str_empty(named)) {
		beside = xstrdup(named);
	} else {
		n = readlink("/proc/self/exe", self, sizeof(self) - 1);
		if (n < 0)
			return error_errno(e, -errno, "cannot tell where this program is");
		self[n] = '\0';
		slash = strrchr(self, '/');
		beside = xasprintf("%.*s/" PROGRAM, (int)(slash - self), self);
	}
	if (access(beside, X_OK) < 0)
		return error_set(e, ERROR_NOT_FOUND, -ENOENT,
			"cannot run %s: install " PROGRAM
			" beside this program, or name it with SOCKERLESS_SANDBOX",
			beside);
	*ret = take_ptr(beside);
	return 0;
}
