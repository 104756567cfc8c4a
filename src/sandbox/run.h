/*
 * run.h: starting a process in the container: the first one, or one for `docker exec`.
 *
 * The supervisor forks; the child finds user, directory and program in the container's tree, with all signals blocked and not
 * yet in the process table, so that nothing inside can touch it; then it reports, and becomes the guest.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RUN_FDS 3
#define RUN_MESSAGE_SIZE 1024

struct run_request {
	int32_t process;        /* its number in wire/sandbox.h; 1 becomes pid 1 */
	unsigned flags;         /* enum sandbox_run_flags */
	unsigned rows, columns; /* of the terminal; 0: as it is */
	const char *cwd, *user;
	char **argv, **env; /* NULL-terminated; argv has a first one */
	int fds[RUN_FDS];   /* the process's 0, 1, 2 */
	bool foreground;    /* no session of its own, but the foreground of our terminal */
};

struct run_result {
	pid_t pid, host_pid;
	int error;                      /* 0: it runs; else a positive errno, */
	int status;                     /* the exit status to report */
	char message[RUN_MESSAGE_SIZE]; /* and why */
};

void run_start(const struct run_request *request, struct run_result *ret);
