#include "sandbox/process.h"

#include "base/error.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* Shared by the container's processes; pages cost memory only once they are used. */
struct shared {
	_Atomic int32_t next_pid, count, count_limit;
	_Atomic uint64_t memory_limit;
	struct process slots[PROCESS_MAX];
};

static struct shared *shared;
struct process *process_self;

void
process_setup(void)
{
	shared = mmap(
		NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bug_if(shared == MAP_FAILED);
	shared->next_pid = 1;
}

int
process_count(void)
{
	return shared->count;
}

struct process *
process_at(int i)
{
	return &shared->slots[i];
}

/* For the loops below: the i-th slot if there is a process in it. */
static struct process *
in_use(int i)
{
	struct process *p = &shared->slots[i];

	return p->pid > 0 ? p : NULL;
}

/* A member by one of its numbers; 0 is the number of no one. */
#define FIND(field, value)                                                                      \
	({                                                                                      \
		struct process *found_ = NULL;                                                  \
		for (int i_ = 0, n_ = process_count(); (value) > 0 && i_ < n_ && !found_; i_++) \
			if (in_use(i_) && shared->slots[i_].field == (value))                   \
				found_ = &shared->slots[i_];                                    \
		found_;                                                                         \
	})

struct process *
process_find(pid_t pid)
{
	return FIND(pid, pid);
}

struct process *
process_find_host(pid_t host_pid)
{
	return FIND(host_pid, host_pid);
}

pid_t
process_guest_pid(pid_t host_pid)
{
	struct process *p = process_find_host(host_pid);

	return p ? p->pid : 0;
}

pid_t
process_guest_group(pid_t host_group)
{
	struct process *p = FIND(host_group, host_group);

	return p ? p->group : 0;
}

pid_t
process_guest_session(pid_t host_session)
{
	struct process *p = FIND(host_session, host_session);

	return p ? p->session : 0;
}

pid_t
process_host_group(pid_t group)
{
	struct process *p = FIND(group, group);

	return p ? p->host_group : -ESRCH;
}

uint32_t
process_uid(pid_t host_pid)
{
	struct process *p = process_find_host(host_pid);

	return p ? p->uid : 0;
}

pid_t
process_guest_parent(const struct process *p, pid_t host_parent)
{
	pid_t parent = process_guest_pid(host_parent);

	if (parent == 0 && !p->run)
		return 1;
	return parent;
}

/* ---- slots ---- */

/* A claim whose claimant was killed in the middle is void. */
static void
drop_dead_claims(void)
{
	for (int i = 0, n = process_count(); i < n; i++) {
		int32_t pid = shared->slots[i].pid;

		if (pid < 0 && kill(-pid, 0) != 0 && errno == ESRCH)
			atomic_compare_exchange_strong(&shared->slots[i].pid, &pid, 0);
	}
}

static struct process *
claim_slot(void)
{
	int limit = shared->count_limit ? shared->count_limit : PROCESS_MAX;
	int32_t claimed = -getpid();

	for (int i = 0; i < limit; i++) {
		int32_t free_pid = 0, count = shared->count;

		if (shared->slots[i].pid != 0 ||
			!atomic_compare_exchange_strong(&shared->slots[i].pid, &free_pid, claimed))
			continue;
		while (count <= i && !atomic_compare_exchange_weak(&shared->count, &count, i + 1))
			;
		return &shared->slots[i];
	}
	return NULL;
}

static bool
number_taken(pid_t n)
{
	return FIND(pid, n) || FIND(group, n) || FIND(session, n);
}

static pid_t
next_number(void)
{
	pid_t n;

	do {
		n = (pid_t)((uint32_t)atomic_fetch_add(&shared->next_pid, 1) % GUEST_PID_MAX + 1);
	} while (n == 1 || number_taken(n));
	return n;
}

/* The slot counts as free of a process until process_born. */
struct process *
process_claim(bool first)
{
	struct process *p = claim_slot();

	if (!p) {
		drop_dead_claims();
		p = claim_slot();
	}
	if (!p)
		return NULL;
	p->number = first ? 1 : next_number();
	p->group = p->session = 0;
	p->host_pid = p->host_group = p->host_session = 0;
	p->run = 0;
	p->uid = 0;
	p->memory = 0;
	return p;
}

void
process_born(struct process *p, pid_t host_pid)
{
	p->host_pid = host_pid;
	p->pid = p->number;
}

void
process_release(struct process *p)
{
	p->host_pid = 0;
	p->group = p->session = 0;
	p->pid = 0;
}

/* ---- limits ---- */

void
process_limit_count(int n)
{
	shared->count_limit = n > 0 && n < PROCESS_MAX ? n : 0;
}

void
process_limit_memory(uint64_t bytes)
{
	shared->memory_limit = bytes;
}

uint64_t
process_memory_limit(void)
{
	return shared->memory_limit;
}

uint64_t
process_memory_charged(void)
{
	uint64_t sum = 0;

	for (int i = 0, n = process_count(); i < n; i++)
		if (in_use(i))
			sum += shared->slots[i].memory;
	return sum;
}
