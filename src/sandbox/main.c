/* sockerless-sandbox: one container. supervisor.h says what it does; docs/sandbox.md how it is meant. */
#include "sandbox/files.h"
#include "sandbox/host.h"
#include "sandbox/lifeline.h"
#include "sandbox/limit.h"
#include "sandbox/lockdown.h"
#include "sandbox/memory.h"
#include "sandbox/mounts.h"
#include "sandbox/process.h"
#include "sandbox/run.h"
#include "sandbox/supervisor.h"
#include "sandbox/syscall.h"
#include "sandbox/title.h"
#include "sandbox/unpack.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/option.h"
#include "base/str.h"
#include "wire/sandbox.h"

#include <limits.h>
#include <stdio.h>
#include <sys/resource.h>

#define PROGRAM "sockerless-sandbox"
#define NOT_STARTED 125 /* as docker run has it for its own failures */
#define DEFAULT_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const struct option_spec specs[] = {
	{.flag = "root", .value = "DIR", .help = "the container's root directory"},
	{.flag = "mount",
		.value = "type=TYPE,source=HOST,target=GUEST[,ro]",
		.many = true,
		.help = "a bind, volume or tmpfs mount; the source is a host directory or file"},
	{.flag = "read-only", .help = "the root cannot be written to"},
	{.flag = "hostname", .value = "NAME", .fallback = "sandbox", .help = "what uname says"},
	{.flag = "net", .value = "DIR", .help = "host directory of the network's sockets"},
	{.flag = "memory", .value = "BYTES", .fallback = "0", .help = "memory limit, 0 for none"},
	{.flag = "pids", .value = "N", .fallback = "0", .help = "limit of processes, 0 for none"},
	{.flag = "ulimit",
		.value = "NAME=SOFT[:HARD]",
		.many = true,
		.help = "resource limit of the processes; -1 is unlimited"},
	{.flag = "control", .value = "FD", .help = "take orders over this socket"},
	{.flag = "user",
		.value = "USER",
		.fallback = "",
		.help = "name or uid[:group] for COMMAND"},
	{.flag = "workdir", .value = "DIR", .fallback = "/", .help = "directory COMMAND starts in"},
	{.flag = "env", .value = "NAME=VALUE", .many = true, .help = "environment of COMMAND"},
	{.flag = "unpack",
		.value = "DIR",
		.help = "write the built-in userland's root file system to DIR, and end"},
	{.flag = "init", .help = "COMMAND becomes the child of a pid 1 that reaps"},
	{0},
};

static const char about[] = "Runs one container's processes as WebAssembly: COMMAND as its pid 1, "
			    "or what --control asks.";

static int
parse_number(const struct options *o, const char *flag, int64_t *ret, struct error *e)
{
	int r = str_to_i64(option_get(o, flag), ret);

	if (r == 0 && *ret >= 0)
		return 0;
	return error_set(e, ERROR_INVALID, -EINVAL, "--%s: not a number", flag);
}

static int
set_limits(const struct options *o, struct error *e)
{
	int64_t memory, pids;
	char *const *ulimit = option_list(o, "ulimit");

	if (parse_number(o, "memory", &memory, e) != 0 || parse_number(o, "pids", &pids, e) != 0)
		return -EINVAL;
	process_limit_memory((uint64_t)memory);
	process_limit_count(pids > INT_MAX ? 0 : (int)pids);
	for (; ulimit && *ulimit; ulimit++)
		if (limit_set(*ulimit, e) != 0)
			return -EINVAL;
	return 0;
}

static int
set_up(const struct options *o, int control, struct error *e)
{
	static const struct {
		const char *what;
		int (*step)(void);
	} steps[] = {
		{"guest memory", memory_setup},
		{"life line", lifeline_setup},
		{"files", files_setup},
	};
	int r = limit_setup();

	if (r == 0)
		r = mounts_setup(o, e);
	if (r != 0)
		return error_errno(e, r, "set-up");
	process_setup();
	syscall_setup();
	r = supervisor_setup(control);
	if (r != 0)
		return error_errno(e, r, "control socket");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		r = steps[i].step();
		if (r != 0)
			return error_errno(e, r, "%s", steps[i].what);
	}
	return set_limits(o, e);
}

static int
run_by_hand(const struct options *o)
{
	char **env = strv_copy(option_list(o, "env"));
	struct run_request request = {
		.process = SANDBOX_INIT,
		.flags = option_true(o, "init") ? RUN_INIT_REAPER : 0,
		.cwd = option_get(o, "workdir"),
		.user = option_get(o, "user"),
		.argv = option_operands(o),
		.fds = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO},
		.foreground = true,
	};

	strv_push(&env, DEFAULT_PATH);
	request.env = env;
	return supervisor_run(&request);
}

static int
fail(const struct error *e)
{
	fprintf(stderr, "%s: %s\n", PROGRAM, error_message(e));
	return NOT_STARTED;
}

#if defined __SANITIZE_ADDRESS__
/* The leak checker traces its own process, which nothing in a sandbox may. */
const char *__lsan_default_options(void);

const char *
__lsan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

int
main(int argc, char **argv)
{
	scoped_error e = {0};
	scoped(options) *o = options_parse(PROGRAM, about, specs, argc, argv);
	const char *fd = option_get(o, "control");
	int control = -1;
	char **confinement;

	if (option_get(o, "unpack"))
		return unpack_userland(option_get(o, "unpack"), &e) < 0 ? fail(&e) : 0;
	if (fd && str_to_int(fd, 0, INT_MAX, &control) != 0)
		error_set(&e, ERROR_INVALID, -EINVAL, "--control: not a descriptor");
	else if (!option_get(o, "root"))
		error_set(&e, ERROR_INVALID, -EINVAL, "--root is missing");
	else if (!fd && !*option_operands(o))
		error_set(&e, ERROR_INVALID, -EINVAL, "there is no command to run");
	if (e.code || set_up(o, control, &e) != 0)
		return fail(&e);
	title_setup(argc, argv);
	confinement = lockdown();
	return control >= 0 ? supervisor_serve(confinement) : run_by_hand(o);
}
