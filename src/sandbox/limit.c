#include "sandbox/limit.h"

#include "sandbox/host.h"
#include "sandbox/memory.h"
#include "sandbox/process.h"
#include "sandbox/syscall.h"

#include "base/error.h"
#include "base/scope.h"
#include "base/str.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>

#define GUEST_STACK_BYTES (1u << 20) /* userland's */

static const struct {
	const char *name;
	int resource;
} names[] = {
	{"as", RLIMIT_AS},
	{"core", RLIMIT_CORE},
	{"cpu", RLIMIT_CPU},
	{"data", RLIMIT_DATA},
	{"fsize", RLIMIT_FSIZE},
	{"locks", RLIMIT_LOCKS},
	{"memlock", RLIMIT_MEMLOCK},
	{"msgqueue", RLIMIT_MSGQUEUE},
	{"nice", RLIMIT_NICE},
	{"nofile", RLIMIT_NOFILE},
	{"nproc", RLIMIT_NPROC},
	{"rss", RLIMIT_RSS},
	{"rtprio", RLIMIT_RTPRIO},
	{"rttime", RLIMIT_RTTIME},
	{"sigpending", RLIMIT_SIGPENDING},
	{"stack", RLIMIT_STACK},
};

/* Those that are not the kernel's here. */
static struct rlimit own_as = {RLIM_INFINITY, RLIM_INFINITY};
static struct rlimit own_data = {RLIM_INFINITY, RLIM_INFINITY};
static struct rlimit own_nproc = {RLIM_INFINITY, RLIM_INFINITY};
static struct rlimit own_stack = {GUEST_STACK_BYTES, RLIM_INFINITY};
static struct rlimit own_nofile; /* set by limit_setup */

static struct rlimit *
own(int resource)
{
	switch (resource) {
	case RLIMIT_AS:
		return &own_as;
	case RLIMIT_DATA:
		return &own_data;
	case RLIMIT_NPROC:
		return &own_nproc;
	case RLIMIT_STACK:
		return &own_stack;
	case RLIMIT_NOFILE:
		return &own_nofile;
	default:
		return NULL;
	}
}

static int
set_native(int resource, const struct rlimit *wanted)
{
	return setrlimit((__rlimit_resource_t)resource, wanted) == 0 ? 0 : -errno;
}

static int
get(int resource, struct rlimit *ret)
{
	const struct rlimit *mine = own(resource);

	if (!mine)
		return getrlimit((__rlimit_resource_t)resource, ret) == 0 ? 0 : -errno;
	*ret = *mine;
	return 0;
}

/* What of our own limits has an effect elsewhere. */
static int
apply(int resource)
{
	struct rlimit native;

	if (resource == RLIMIT_AS || resource == RLIMIT_DATA)
		memory_set_own_limit(
			own_as.rlim_cur < own_data.rlim_cur ? own_as.rlim_cur : own_data.rlim_cur);
	if (resource != RLIMIT_NOFILE)
		return 0;
	if (getrlimit(RLIMIT_NOFILE, &native) != 0)
		return -errno;
	native.rlim_cur = own_nofile.rlim_cur < native.rlim_max ? own_nofile.rlim_cur
								: native.rlim_max;
	return set_native(RLIMIT_NOFILE, &native);
}

static int
set(int resource, const struct rlimit *wanted)
{
	struct rlimit *mine = own(resource);

	if (!mine)
		return set_native(resource, wanted);
	if (wanted->rlim_cur > wanted->rlim_max)
		return -EINVAL;
	if (wanted->rlim_max > mine->rlim_max && process_self && process_self->uid != 0)
		return -EPERM;
	*mine = *wanted;
	return apply(resource);
}

int
limit_setup(void)
{
	struct rlimit native;

	if (getrlimit(RLIMIT_NOFILE, &native) != 0)
		return -errno;
	own_nofile = (struct rlimit){native.rlim_max, native.rlim_max};
	return apply(RLIMIT_NOFILE);
}

/* ---- --ulimit ---- */

static int
parse_value(const char *text, rlim_t *ret)
{
	int64_t n;
	int r = str_to_i64(text, &n);

	if (r == 0)
		*ret = n < 0 ? RLIM_INFINITY : (rlim_t)n;
	return r;
}

static int
find_resource(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(names[i].name, name))
			return names[i].resource;
	return -1;
}

/* What only a privileged user may raise is left at the most there is. */
static void
clamp(int resource, struct rlimit *wanted)
{
	struct rlimit now;

	if (own(resource) || get(resource, &now) != 0 || geteuid() == 0)
		return;
	if (wanted->rlim_max > now.rlim_max)
		wanted->rlim_max = now.rlim_max;
	if (wanted->rlim_cur > wanted->rlim_max)
		wanted->rlim_cur = wanted->rlim_max;
}

int
limit_set(const char *text, struct error *e)
{
	scoped_strv parts = strv_split(text, '=');
	scoped_strv values = strv_len(parts) == 2 ? strv_split(parts[1], ':') : NULL;
	struct rlimit wanted;
	int resource, r;

	if (!values || strv_len(values) < 1 || strv_len(values) > 2 ||
		parse_value(values[0], &wanted.rlim_cur) != 0 ||
		parse_value(values[values[1] ? 1 : 0], &wanted.rlim_max) != 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid ulimit argument: %s", text);
	resource = find_resource(parts[0]);
	if (resource < 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid ulimit type: %s", parts[0]);
	if (wanted.rlim_cur > wanted.rlim_max)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"ulimit soft limit must be less than or equal to hard limit: %s", text);
	clamp(resource, &wanted);
	r = set(resource, &wanted);
	return r == 0 ? 0 : error_errno(e, r, "ulimit %s", text);
}

bool
limit_may_fork(void)
{
	rlim_t mine = 0;

	if (own_nproc.rlim_cur == RLIM_INFINITY || process_self->uid == 0)
		return true;
	for (int i = 0, n = process_count(); i < n; i++)
		if (process_at(i)->pid > 0 && process_at(i)->uid == process_self->uid)
			mine++;
	return mine < own_nproc.rlim_cur;
}

/* ---- system calls ---- */

static int64_t
limit_call(pid_t pid, int resource, const struct rlimit *wanted, struct rlimit *out)
{
	struct rlimit new, before;
	int r;

	if (pid != 0 && pid != process_self->pid)
		return -EPERM;
	if (resource < 0 || resource >= RLIM_NLIMITS)
		return -EINVAL;
	r = get(resource, &before);
	if (r == 0 && wanted) {
		new = *wanted;
		r = set(resource, &new);
	}
	if (r == 0 && out)
		*out = before;
	return r;
}

static int64_t
call_prlimit64(const uint64_t *a)
{
	return limit_call((pid_t)a[0], (int)a[1], guest_ptr(a[2]), guest_ptr(a[3]));
}

static int64_t
call_getrlimit(const uint64_t *a)
{
	return limit_call(0, (int)a[0], NULL, guest_ptr(a[1]));
}

static int64_t
call_setrlimit(const uint64_t *a)
{
	return limit_call(0, (int)a[0], guest_ptr(a[1]), NULL);
}

static int64_t
call_getrusage(const uint64_t *a)
{
	return SYS_RESULT(syscall(SYS_getrusage, (int)a[0], guest_ptr(a[1])));
}

/* Of processes, groups or users: only what is the container's has a number here. */
static int64_t
priority_target(int which, pid_t who)
{
	const struct process *p;

	switch (which) {
	case PRIO_PROCESS:
		p = who == 0 ? process_self : process_find(who);
		return p ? p->host_pid : -ESRCH;
	case PRIO_PGRP:
		return who == 0 ? process_self->host_group : process_host_group(who);
	default:
		return -EPERM;
	}
}

static int64_t
call_getpriority(const uint64_t *a)
{
	int64_t target = priority_target((int)a[0], (pid_t)a[1]);

	return target < 0 ? target : SYS_RESULT(syscall(SYS_getpriority, (int)a[0], target));
}

static int64_t
call_setpriority(const uint64_t *a)
{
	int64_t target = priority_target((int)a[0], (pid_t)a[1]);

	return target < 0 ? target
			  : SYS_RESULT(syscall(SYS_setpriority, (int)a[0], target, (int)a[2]));
}

static int64_t
call_sched_yield(const uint64_t *a)
{
	(void)a;
	return sched_yield();
}

static int64_t
call_sched_getaffinity(const uint64_t *a)
{
	int64_t target = priority_target(PRIO_PROCESS, (pid_t)a[0]);

	return target < 0 ? target
			  : SYS_RESULT(syscall(SYS_sched_getaffinity, target, (uint32_t)a[1],
				    guest_ptr(a[2])));
}

static int64_t
call_sched_setaffinity(const uint64_t *a)
{
	int64_t target = priority_target(PRIO_PROCESS, (pid_t)a[0]);

	return target < 0 ? target
			  : SYS_RESULT(syscall(SYS_sched_setaffinity, target, (uint32_t)a[1],
				    guest_ptr(a[2])));
}

/* x32's struct sysinfo is x86-64's. With a memory limit that is all the memory there is. */
static int64_t
call_sysinfo(const uint64_t *a)
{
	struct sysinfo info, *out = guest_ptr(a[0]);
	uint64_t limit = process_memory_limit(), charged = process_memory_charged();

	if (sysinfo(&info) != 0)
		return -errno;
	if (limit && limit < info.totalram * info.mem_unit) {
		info.mem_unit = 1;
		info.totalram = limit;
		info.freeram = charged < limit ? limit - charged : 0;
		info.sharedram = info.bufferram = info.totalswap = info.freeswap = 0;
	}
	info.procs = 0;
	for (int i = 0, n = process_count(); i < n; i++)
		if (process_at(i)->pid > 0)
			info.procs++;
	*out = info;
	return 0;
}

const struct syscall limit_calls[] = {
	{SYS_prlimit64, call_prlimit64},
	{SYS_getrlimit, call_getrlimit},
	{SYS_setrlimit, call_setrlimit},
	{SYS_getrusage, call_getrusage},
	{SYS_getpriority, call_getpriority},
	{SYS_setpriority, call_setpriority},
	{SYS_sched_yield, call_sched_yield},
	{SYS_sched_getaffinity, call_sched_getaffinity},
	{SYS_sched_setaffinity, call_sched_setaffinity},
	{SYS_sysinfo, call_sysinfo},
	{0},
};
