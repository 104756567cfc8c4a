/*
 * process.h: who is who in the container.
 *
 * Guest processes are host processes with guest pids of their own: 1 is the container's first, the others follow in order
 * up to GUEST_PID_MAX and then start again.  A table in memory that all processes of the container share keeps the pairs,
 * so a guest can name nobody outside of it.  There are no locks that a killed or stopped process could keep: a slot is
 * claimed by compare-and-swap, and given back *before* the host pid is reaped, so that a host pid found in the table is
 * never that of a stranger.
 *
 * Process groups and sessions are the kernel's; their guest numbers are the guest pids of those who founded them, kept by
 * every member (the founder may be long gone).
 *
 * Parents are not kept: the kernel knows them (getppid, /proc/PID/stat).
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define GUEST_PID_MAX 32767
#define PROCESS_MAX 4096 /* at once */

struct process {
	_Atomic int32_t pid; /* the guest's number; 0: free; negative: claimed by that host pid */
	_Atomic int32_t host_pid; /* 0: being forked, or being reaped */
	_Atomic int32_t group, host_group;
	_Atomic int32_t session, host_session;
	_Atomic int32_t run; /* its number in wire/sandbox.h if the supervisor started it, else 0 */
	_Atomic uint32_t uid;    /* effective, for ps and for who may signal whom */
	_Atomic uint64_t memory; /* bytes it has mapped since it started, see memory.h */
	int32_t number;          /* the pid it will have; for process.c */
};

extern struct process *process_self; /* NULL in the supervisor */

/* Slots in use lie below process_count(); those with pid <= 0 are to be skipped. */
int process_count(void);
struct process *process_at(int i);

struct process *process_find(pid_t pid); /* by guest pid; NULL */
struct process *process_find_host(pid_t host_pid);

/* Guest numbers of host numbers: 0 for what is outside of the container, as in a pid namespace. */
pid_t process_guest_pid(pid_t host_pid);
pid_t process_guest_group(pid_t host_group);
pid_t process_guest_session(pid_t host_session);
pid_t process_host_group(pid_t group); /* -ESRCH */
uint32_t process_uid(pid_t host_pid);  /* 0 for what is outside */

/* The guest's parent of a process whose host parent is known: orphans belong to 1, what the daemon
 * started to 0. */
pid_t process_guest_parent(const struct process *p, pid_t host_parent);

/* ---- for the supervisor and the calls that make processes ---- */

void process_setup(void); /* in the supervisor, once */

/* Claims a slot: with `first`, guest pid 1, else the next free number. NULL: the limit is reached.
 * Group and session are the caller's to fill in. */
struct process *process_claim(bool first);
/* Both sides of the fork say so, in any order; the child makes it its process_self. */
void process_born(struct process *p, pid_t host_pid);
/* Before the host pid is reaped, or when the fork failed. */
void process_release(struct process *p);

/* 0: none */
void process_limit_count(int n);
void process_limit_memory(uint64_t bytes);
uint64_t process_memory_limit(void);
uint64_t process_memory_charged(void); /* by all */
