/*
 * sandbox.h: what the daemon (runtime/) and one container's `sockerless-sandbox` say to each other.
 *
 * The channel is a SOCK_SEQPACKET Unix socket pair that the sandbox inherits (--control FD); one message a packet, at most
 * SANDBOX_MESSAGE_MAX bytes, descriptors beside it (SCM_RIGHTS).  When the daemon's end closes, the sandbox kills its
 * processes and ends.  Bytes are host order: both ends are one machine.  The codec checks every length; it does no I/O.
 *
 * A message is a header and a payload of NUL-terminated strings.  The daemon numbers its processes (`process`): 1 is the
 * container's own (pid 1), higher ones are execs.
 *
 *	to the sandbox                                                                answer
 *	RUN      start a process. a = enum sandbox_run_flags, b = rows<<16|columns    STARTED or FAILED, later EXITED
 *	         strings: cwd, user, argc, argv…, envc, env…
 *	         descriptors: stdin, stdout, stderr; or, with RUN_TTY, the terminal's slave side
 *	SIGNAL   a = signal; process = which                                          RESULT
 *	PAUSE, RESUME  the whole tree                                                 RESULT
 *	PS       list processes                                                       PROCESSES
 *	STATS    usage                                                                USAGE
 *	LIMITS   a = memory bytes, b = pids (0 none)                                  RESULT
 *
 *	to the daemon
 *	READY    set up; strings: what confinement is in force ("landlock=7", "seccomp=1", …)
 *	STARTED  a = pid as the guest sees it, b = host pid
 *	FAILED   a = positive errno, b = exit status to report (126, 127 or 128…); strings: message
 *	EXITED   a = wait status of wait(2), b = 1 if killed for memory
 *	RESULT   a = 0 or positive errno; strings: message
 *	PROCESSES, USAGE: see the structs; payload is an array of them
 *	OOM      a process was killed for memory: a = guest pid
 *	FATAL    the sandbox cannot go on; strings: message
 *	EMPTY    pid 1 has ended and every process is gone: the sandbox ends now
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SANDBOX_MESSAGE_MAX (160 * 1024)
#define SANDBOX_FDS_MAX 3
#define SANDBOX_INIT 1 /* the process number of pid 1 */

enum sandbox_message_type {
	SANDBOX_RUN = 1,
	SANDBOX_SIGNAL,
	SANDBOX_PAUSE,
	SANDBOX_RESUME,
	SANDBOX_PS,
	SANDBOX_STATS,
	SANDBOX_LIMITS,
	SANDBOX_READY = 64,
	SANDBOX_STARTED,
	SANDBOX_FAILED,
	SANDBOX_EXITED,
	SANDBOX_RESULT,
	SANDBOX_PROCESSES,
	SANDBOX_USAGE,
	SANDBOX_OOM,
	SANDBOX_FATAL,
	SANDBOX_EMPTY,
};

enum sandbox_run_flags { RUN_TTY = 1, RUN_INIT_REAPER = 2 /* --init */ };

struct sandbox_header {
	uint32_t type;
	uint32_t process; /* whose; 0 where it does not matter */
	uint32_t serial;  /* of a request; repeated in its answer */
	uint32_t payload; /* bytes that follow */
	uint64_t a, b;
};

struct sandbox_process {
	int32_t pid, ppid; /* as the guest sees them */
	int32_t host_pid;
	uint32_t uid;
	uint64_t start_ns; /* wall clock */
	uint64_t cpu_ns;   /* user and system */
	uint64_t rss;      /* bytes */
	char tty[16];      /* "pts/0" or "?" */
	char state;        /* R S D T Z as in ps */
	char command[255]; /* arguments joined with spaces, cut */
};

struct sandbox_usage {
	uint64_t cpu_user_ns, cpu_system_ns; /* of the dead, too */
	uint64_t memory, memory_peak;        /* bytes private to the tree */
	uint64_t read_bytes, write_bytes;
	uint32_t pids;
};

/* Writing: header first (into a buffer that was initialised; its content is dropped), then strings or, for PROCESSES and
 * USAGE, bytes; sandbox_message_end fills in the length. Over the maximum: -EMSGSIZE. */
void sandbox_message_begin(struct buf *out, enum sandbox_message_type type, uint32_t process,
	uint32_t serial, uint64_t a, uint64_t b);
void sandbox_message_string(struct buf *out, const char *s);
void sandbox_message_strings(struct buf *out, char *const *v); /* count as text, then each */
void sandbox_message_bytes(struct buf *out, const void *data, size_t n);
int sandbox_message_end(struct buf *out);

/* Reading. Strings point into the packet, which must stay. -EPROTO on any bad length. */
struct sandbox_reader {
	struct sandbox_header header;
	const char *at, *end;
};
int sandbox_message_open(const void *packet, size_t n, struct sandbox_reader *ret);
int sandbox_message_next(struct sandbox_reader *r, const char **ret); /* the next string */
/* A count and that many strings; *ret is malloc'ed (the strings are not), NULL-terminated. At most 65,536 strings. */
int sandbox_message_next_strings(struct sandbox_reader *r, char ***ret);
/* What is left as an array of items of that size; returns how many. Aligned for any of this page's structs if the packet is. */
ssize_t sandbox_message_array(const struct sandbox_reader *r, size_t item, const void **ret);
