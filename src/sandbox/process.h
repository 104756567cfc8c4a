/*
 * process.h: who is who in the container.
 *
 * Guest processes are host processes with guest pids of their own: 1 is the container's first, the
 * others follow in order up to GUEST_PID_MAX and then start again.  A table in memory that all
 * processes of the container share keeps the pairs, so a guest can name nobody outside of it. There
 * are no locks that a killed or stopped process could keep: a slot is claimed by compare-and-swap,
 * and given back *before* the host pid is reaped, so that a host pid found in the table is never
 * that of a stranger.
 *
 * Process groups and sessions are the kernel's; their guest numbers are the guest pids of those who
 * founded them, kept by every member (the founder may be long gone).
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
	_Atomic int32_t pid;      /* the guest's number; 0: free, -1: claimed */
	_Atomic int32_t host_pid; /* 0: being forked, or being reaped */
	_Atomic int32_t group, host_group;
	_Atomic int32_t session, host_session;
	_Atomic int32_t run; /* its number in wire/sandbox.h if the supervisor started it, else 0 */
	_Atomic uint32_t uid;    /* effective, for ps */
	_Atomic uint64_t memory; /* bytes it has mapped since it started, see memory.h */
};

/* Slots in use lie below process_count(); those with pid <= 0 are to be skipped. */
int process_count(void);
struct process *process_at(int i);

extern struct process *process_self; /* NULL in the supervisor */

struct process *process_find(pid_t pid); /* by guest pid; NULL */
struct process *process_find_host(pid_t host_pid);

/* Guest numbers of host numbers: 0 for what is outside of the container, as in a pid namespace of
 * the kernel. */
pid_t process_guest_pid(pid_t host_pid);
pid_t process_guest_group(pid_t host_group);
pid_t process_guest_session(pid_t host_session);
pid_t process_host_group(pid_t group); /* -ESRCH */

/* The guest's parent of a process whose host parent is known: orphans belong to 1, what the daemon
 * started to 0. */
pid_t process_guest_parent(const struct process *p, pid_t host_parent);
