#include "task/stall.h"

#include "base/log.h"
#include "base/scope.h"
#include "task/task.h"
#include "task/tools.h"

#include <fcntl.h>
#include <stdio.h>

#define WATCH_INTERVAL (10 * USEC_PER_MSEC)

static unsigned long n_stalls;

/* How long the thread had waited for a processor in all, and when that was read. */
static struct {
	usec_t at, delay;
} watched;

/* The second number of proc(5)'s schedstat, in nanoseconds; 0 on kernels that do not keep it. */
static usec_t
run_delay(void)
{
	scoped_fd int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	unsigned long long delay = 0;
	char text[96];
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	if (sscanf(text, "%*u %llu", &delay) != 1)
		return 0;
	return delay / 1000;
}

void
stall_watch(usec_t now)
{
	if (watched.at && now - watched.at < WATCH_INTERVAL)
		return;
	watched.at = now;
	watched.delay = run_delay();
}

/* Sanitizers and Valgrind slow everything down; the limit is stretched by the same factor. */
void
stall_check(const char *name, usec_t held)
{
	usec_t delay;

	if (held <= TASK_STALL * tool_slowness())
		return;
	delay = run_delay() - watched.delay;
	if (held <= TASK_STALL * tool_slowness() + delay)
		return;
	n_stalls++;
	log_warn("task %s held the loop for %llu ms", name,
		(unsigned long long)((held - delay) / USEC_PER_MSEC));
}

unsigned long
task_stalls(void)
{
	return n_stalls;
}
