#include "sandbox/usage.h"

#include "sandbox/hostproc.h"
#include "sandbox/process.h"
#include "sandbox/pty.h"
#include "sandbox/serve.h"

#include "base/str.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>

static uint64_t peak;
static int32_t killed_pid; /* the last one, by guest pid */

bool
usage_killed_for_memory(int32_t pid)
{
	return killed_pid == pid;
}

static uint64_t
timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

/* Of the living: what they and the children they waited for have used. Of the dead whose parents are gone: our own count. */
void
usage_read(struct sandbox_usage *ret)
{
	struct rusage dead;

	*ret = (struct sandbox_usage){0};
	getrusage(RUSAGE_CHILDREN, &dead);
	ret->cpu_user_ns = timeval_ns(dead.ru_utime);
	ret->cpu_system_ns = timeval_ns(dead.ru_stime);
	for (int i = 0, n = process_count(); i < n; i++) {
		const struct process *p = process_at(i);
		uint64_t in, out;
		struct hostproc h;

		if (p->pid <= 0 || hostproc_read(p->host_pid, &h) != 0)
			continue;
		hostproc_io(p->host_pid, &in, &out);
		ret->cpu_user_ns += h.user_ns + h.child_user_ns;
		ret->cpu_system_ns += h.system_ns + h.child_system_ns;
		ret->memory += h.private_bytes;
		ret->read_bytes += in;
		ret->write_bytes += out;
		ret->pids++;
	}
	if (ret->memory > peak)
		peak = ret->memory;
	ret->memory_peak = peak;
}

static void
terminal_name(int device, char *out, size_t size)
{
	dev_t guest = pty_guest_device((dev_t)device);

	if (guest)
		str_format(out, size, "pts/%u", gnu_dev_minor(guest));
	else
		str_format(out, size, "?");
}

static void
command_line(pid_t host, const char *name, char *out, size_t size)
{
	int n = hostproc_text(host, "cmdline", out, size);

	while (n > 0 && out[n - 1] == '\0')
		n--;
	for (int i = 0; i < n; i++)
		if (out[i] == '\0')
			out[i] = ' ';
	if (n <= 0)
		str_format(out, size, "[%s]", name);
}

int
usage_processes(struct sandbox_process *ret, int max)
{
	int64_t boot = hostproc_boot_ns();
	int found = 0;

	for (int i = 0, n = process_count(); i < n && found < max; i++) {
		const struct process *p = process_at(i);
		struct sandbox_process *out = &ret[found];
		struct hostproc h;

		if (p->pid <= 0 || hostproc_read(p->host_pid, &h) != 0)
			continue;
		*out = (struct sandbox_process){
			.pid = p->pid,
			.ppid = process_guest_parent(p, h.parent),
			.host_pid = p->host_pid,
			.uid = p->uid,
			.start_ns = (uint64_t)boot + h.start_ns,
			.cpu_ns = h.user_ns + h.system_ns,
			.rss = h.resident_bytes,
			.state = h.state,
		};
		terminal_name(h.terminal, out->tty, sizeof out->tty);
		command_line(p->host_pid, h.name, out->command, sizeof out->command);
		found++;
	}
	return found;
}

/* ---- the memory limit ---- */

/* What all use: quickly, counting shared pages more than once, or exactly. The biggest one's slot goes to *ret_biggest. */
static uint64_t
sum_memory(bool exactly, struct process **ret_biggest)
{
	uint64_t sum = 0, most = 0;

	*ret_biggest = NULL;
	for (int i = 0, n = process_count(); i < n; i++) {
		struct process *p = process_at(i);
		struct hostproc h;
		uint64_t bytes;

		if (p->pid <= 0)
			continue;
		if (exactly) {
			if (hostproc_memory(p->host_pid, &bytes) != 0)
				continue;
		} else {
			if (hostproc_read(p->host_pid, &h) != 0)
				continue;
			bytes = h.private_bytes;
		}
		sum += bytes;
		if (bytes > most) {
			most = bytes;
			*ret_biggest = p;
		}
	}
	if (exactly && sum > peak)
		peak = sum;
	return sum;
}

void
usage_check_memory(void)
{
	uint64_t limit = process_memory_limit();
	struct process *biggest;

	if (!limit || sum_memory(false, &biggest) <= limit || sum_memory(true, &biggest) <= limit ||
		!biggest)
		return;
	killed_pid = biggest->pid;
	kill(biggest->host_pid, SIGKILL);
	serve_oom(killed_pid);
}
