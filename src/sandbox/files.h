/*
 * files.h: what the rest of the program asks of the guest's files (fs_*.c, proc_*.c, dev_*.c,
 * net_*.c).
 *
 * Paths are the guest's; everything is done with the ids of the current process.  0 or a
 * descriptor, or a negative errno.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define IDENTITY_GROUPS_MAX 64

struct identity {
	uint32_t uid, gid;
	int n_groups; /* supplementary */
	uint32_t groups[IDENTITY_GROUPS_MAX];
};

/* In the supervisor, after the mounts are known and before the lockdown: opens what will be needed.
 */
int files_setup(void);

/* In a new process that the supervisor started: real, effective and saved ids. */
void identity_become(const struct identity *id);
/* The same with a working directory: an absolute path; made when missing, as root, as Docker does.
 */
int cwd_become(const char *path);
/* `docker run -t`: this slave side is /dev/console and /dev/pts/0. */
void files_console(int fd);

int file_open(const char *path, int flags, mode_t mode);
/* For reading, if it is a regular file that this process may execute: else -EACCES. */
int file_open_program(const char *path);
bool file_is_directory(const char *path);

/* A successful exec: descriptors with close-on-exec are closed. */
void files_exec(void);

/* ioctls that are not the terminal's job control: of sockets (SIOC…), the numbers of pseudo-terminals (TIOCGPTN,
 * TIOCSPTLCK, …). -ENOTTY for all others. Called outside of a critical section. */
int64_t files_ioctl(int fd, uint32_t request, uint64_t argument);
