#include "runtime/cgroup.h"

#include "base/alloc.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PERIOD 100000 /* µs, as the kernel and the Engine have it */
#define DEFAULT_SHARES 1024

static int
group_path(const struct cgroup_place *place, const char *name, const char *file, char out[PATH_MAX])
{
	return str_format(out, PATH_MAX, "%s/%s-%s-%s%s%s", place->dir, place->owner, place->run,
		name, *file ? "/" : "", file);
}

int
cgroup_write(const char *path, const char *value)
{
	scoped_fd int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, value, strlen(value));

	return n < 0 ? -errno : 0;
}

static int
set_value(const struct cgroup_place *place, const char *name, const char *file, const char *value)
{
	char path[PATH_MAX];
	int r = group_path(place, name, file, path);

	return r < 0 ? r : cgroup_write(path, value);
}

static int
set_number(const struct cgroup_place *place, const char *name, const char *file, int64_t value)
{
	char text[32];

	str_format(text, sizeof(text), "%lld", (long long)value);
	return set_value(place, name, file, text);
}

/* A v1 group: a period that does not go with the quota of before is refused, so that goes first. */
static int
set_v1(const struct cgroup_place *place, const char *name, const struct cpu_limits *limits)
{
	int r = set_number(place, name, "cpu.cfs_quota_us", -1);

	if (r >= 0)
		r = set_number(place, name, "cpu.cfs_period_us",
			limits->period ? limits->period : DEFAULT_PERIOD);
	if (r >= 0 && limits->quota > 0)
		r = set_number(place, name, "cpu.cfs_quota_us", limits->quota);
	if (r >= 0)
		r = set_number(place, name, "cpu.shares",
			limits->shares ? limits->shares : DEFAULT_SHARES);
	return r;
}

/* 2…262144 shares of v1 as 1…10000 of v2, the way container runtimes agree on. */
static int64_t
weight_of(int64_t shares)
{
	if (shares == 0)
		return 100;
	if (shares > 262144)
		return 10000;
	return shares < 2 ? 1 : 1 + (shares - 2) * 9999 / 262142;
}

static int
set_v2(const struct cgroup_place *place, const char *name, const struct cpu_limits *limits)
{
	char text[64], quota[32] = "max";
	int r;

	if (limits->quota > 0)
		str_format(quota, sizeof(quota), "%lld", (long long)limits->quota);
	str_format(text, sizeof(text), "%s %lld", quota,
		(long long)(limits->period ? limits->period : DEFAULT_PERIOD));
	r = set_value(place, name, "cpu.max", text);
	return r < 0 ? r : set_number(place, name, "cpu.weight", weight_of(limits->shares));
}

int
cgroup_set(const struct cgroup_place *place, const char *name, const struct cpu_limits *limits,
	struct error *e)
{
	char path[PATH_MAX];
	int r = group_path(place, name, "", path);

	if (r < 0)
		return error_errno(e, r, "a control group's name");
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return error_errno(e, -errno, "cannot make the control group %s", path);
	r = place->version == 2 ? set_v2(place, name, limits) : set_v1(place, name, limits);
	return r < 0 ? error_errno(e, r, "cannot limit the processor time of %s", path) : 0;
}

int
cgroup_attach(const struct cgroup_place *place, const char *name, pid_t pid, struct error *e)
{
	int r = set_number(place, name, "cgroup.procs", pid);

	return r < 0 ? error_errno(e, r, "cannot move a process into its control group") : 0;
}

int
cgroup_remove(const struct cgroup_place *place, const char *name, struct error *e)
{
	char path[PATH_MAX];
	int r = group_path(place, name, "", path);

	if (r >= 0 && rmdir(path) < 0 && errno != ENOENT)
		r = -errno;
	return r < 0 ? error_errno(e, r, "cannot remove the control group %s", path) : 0;
}

/* OWNER-…, but not OWNER-RUN-… */
static bool
is_leftover(const struct cgroup_place *place, const char *entry)
{
	size_t n = strlen(place->owner);

	if (!str_starts(entry, place->owner) || entry[n] != '-')
		return false;
	return !str_starts(entry + n + 1, place->run);
}

int
cgroup_sweep(const struct cgroup_place *place)
{
	DIR *dir = opendir(place->dir);
	struct dirent *entry;
	int left = 0;

	while (dir && (entry = readdir(dir))) {
		if (is_leftover(place, entry->d_name) &&
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR) < 0 && errno == EBUSY)
			left++;
	}
	if (dir)
		closedir(dir);
	return left;
}
