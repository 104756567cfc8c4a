#include "sandbox/freeze.h"

#include "sandbox/hostproc.h"
#include "sandbox/process.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#define WAIT_ROUNDS 20000 /* two seconds */
#define BIRTH_ROUNDS 20

static const struct timespec round_time = {.tv_nsec = 100000};

/* In the order in which they were stopped. */
static pid_t stopped[PROCESS_MAX];
static int n_stopped;

enum state { RUNNING, STOPPED, GONE };

static enum state
state_of(pid_t host, pid_t *ret_parent)
{
	struct hostproc p;

	if (hostproc_read(host, &p) != 0 || p.state == 'Z' || p.state == 'X')
		return GONE;
	if (ret_parent)
		*ret_parent = p.parent;
	return p.state == 'T' || p.state == 't' ? STOPPED : RUNNING;
}

static int
stop_one(pid_t host)
{
	if (kill(host, SIGSTOP) != 0)
		return 0;
	stopped[n_stopped++] = host;
	for (int i = 0; i < WAIT_ROUNDS; i++) {
		if (state_of(host, NULL) != RUNNING)
			return 0;
		nanosleep(&round_time, NULL);
	}
	return -ETIMEDOUT;
}

/* Stops what runs below a parent that cannot fork any more (the supervisor does not). The number stopped, or -errno. */
static int
stop_level(void)
{
	int n = 0;

	for (int i = 0, count = process_count(); i < count; i++) {
		const struct process *p = process_at(i);
		pid_t host = p->host_pid, parent;

		if (p->pid <= 0 || host <= 0 || state_of(host, &parent) != RUNNING)
			continue;
		if (parent != getpid() && state_of(parent, NULL) == RUNNING)
			continue;
		if (stop_one(host) != 0)
			return -ETIMEDOUT;
		n++;
	}
	return n;
}

/* Is a child being made that is not in the table yet? Its parent may have been stopped half-way; it goes on by itself. */
static bool
birth_pending(void)
{
	for (int i = 0, count = process_count(); i < count; i++)
		if (process_at(i)->pid < 0)
			return true;
	return false;
}

int
freeze_stop(void)
{
	int n, births = 0;

	do {
		n = stop_level();
		/* A claim whose claimant did not get as far as the fork stays. */
		if (n == 0 && birth_pending() && births++ < BIRTH_ROUNDS)
			n = nanosleep(&round_time, NULL) == 0;
	} while (n > 0 && n_stopped < PROCESS_MAX);
	if (n < 0)
		freeze_continue();
	return n < 0 ? n : 0;
}

void
freeze_continue(void)
{
	while (n_stopped > 0)
		kill(stopped[--n_stopped], SIGCONT);
}
