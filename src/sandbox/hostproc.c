#include "sandbox/hostproc.h"

#include "base/scope.h"
#include "base/str.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define TICKS_PER_SEC 100u /* USER_HZ: what the kernel shows, on every Linux we know */
#define PAGE 4096u

int
hostproc_text(pid_t host_pid, const char *name, char *out, size_t size)
{
	char path[64];
	scoped_fd int fd = -1;
	ssize_t n;

	str_format(path, sizeof path, "/proc/%d/%s", host_pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	n = read(fd, out, size - 1);
	if (n < 0)
		return -errno;
	out[n] = '\0';
	return (int)n;
}

static uint64_t
ticks_ns(uint64_t ticks)
{
	return ticks * ((uint64_t)NSEC_PER_SEC / TICKS_PER_SEC);
}

/* proc(5): "pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime
 * priority nice threads itrealvalue starttime vsize rss …". The name may have any character. */
static int
parse_stat(const char *text, struct hostproc *p)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	uint64_t user, system, child_user, child_system, start, rss;
	int n;

	if (!open || !close || close < open)
		return -EPROTO;
	n = sscanf(close + 1,
		" %c %d %d %d %d %d %u %" SCNu64 " %*u %" SCNu64 " %*u %" SCNu64 " %" SCNu64
		" %" SCNu64 " %" SCNu64 " %d %d %d %*d %" SCNu64 " %" SCNu64 " %" SCNu64,
		&p->state, &p->parent, &p->group, &p->session, &p->terminal, &p->foreground,
		&p->flags, &p->minor_faults, &p->major_faults, &user, &system, &child_user,
		&child_system, &p->priority, &p->nice, &p->threads, &start, &p->virtual_bytes,
		&rss);
	if (n != 19)
		return -EPROTO;
	str_format(p->name, sizeof p->name, "%.*s", (int)(close - open - 1), open + 1);
	p->user_ns = ticks_ns(user);
	p->system_ns = ticks_ns(system);
	p->child_user_ns = ticks_ns(child_user);
	p->child_system_ns = ticks_ns(child_system);
	p->start_ns = ticks_ns(start);
	p->resident_bytes = rss * PAGE;
	return 0;
}

int
hostproc_read(pid_t host_pid, struct hostproc *ret)
{
	char text[1024];
	uint64_t resident, shared;
	int r = hostproc_text(host_pid, "stat", text, sizeof text);

	*ret = (struct hostproc){0};
	if (r >= 0)
		r = parse_stat(text, ret);
	if (r < 0)
		return r;
	r = hostproc_text(host_pid, "statm", text, sizeof text);
	if (r >= 0 && sscanf(text, "%*u %" SCNu64 " %" SCNu64, &resident, &shared) == 2)
		ret->private_bytes = (resident - shared) * PAGE;
	return r < 0 ? r : 0;
}

/* The value of a "Name:   123 kB" line, in bytes; 0 without one. */
static uint64_t
line_kb(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	uint64_t kb;

	return at && sscanf(at + strlen(name), ": %" SCNu64, &kb) == 1 ? kb * 1024 : 0;
}

int
hostproc_memory(pid_t host_pid, uint64_t *ret)
{
	char text[2048];
	int r = hostproc_text(host_pid, "smaps_rollup", text, sizeof text);

	if (r < 0)
		return r;
	*ret = line_kb(text, "Pss_Anon") + line_kb(text, "SwapPss");
	return 0;
}

void
hostproc_io(pid_t host_pid, uint64_t *ret_read, uint64_t *ret_written)
{
	char text[512];

	*ret_read = *ret_written = 0;
	if (hostproc_text(host_pid, "io", text, sizeof text) < 0 ||
		sscanf(text, "rchar: %" SCNu64 " wchar: %" SCNu64, ret_read, ret_written) != 2)
		*ret_read = *ret_written = 0;
}

int64_t
hostproc_boot_ns(void)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (now.tv_sec - up.tv_sec) * NSEC_PER_SEC + now.tv_nsec - up.tv_nsec;
}
