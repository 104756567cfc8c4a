/*
 * hostproc.h: what the host's /proc says of a guest process. Numbers are the host's.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct hostproc {
	char state; /* R S D T Z … as in stat(5) */
	char name[16];
	pid_t parent, group, session, foreground;
	int terminal; /* device number */
	unsigned flags;
	uint64_t minor_faults, major_faults;
	uint64_t user_ns, system_ns;             /* its own */
	uint64_t child_user_ns, child_system_ns; /* of the children it has waited for */
	int priority, nice, threads;
	uint64_t start_ns; /* after the host's boot */
	uint64_t virtual_bytes, resident_bytes;
	uint64_t
		private_bytes; /* resident and not of a file; pages shared after a fork count for each */
};

/* 0 or -errno: -ESRCH if it is gone. */
int hostproc_read(pid_t host_pid, struct hostproc *ret);

/* Memory it is answerable for: anonymous pages divided by the number of processes that share them. */
int hostproc_memory(pid_t host_pid, uint64_t *ret);

/* Bytes that went through its reads and writes; 0 where the host does not tell. */
void hostproc_io(pid_t host_pid, uint64_t *ret_read, uint64_t *ret_written);

/* A text file of it, "cmdline", at most size - 1 bytes and a NUL: the length or -errno. */
int hostproc_text(pid_t host_pid, const char *name, char *out, size_t size);

/* Wall clock of the host's boot, in nanoseconds since the epoch. */
int64_t hostproc_boot_ns(void);
