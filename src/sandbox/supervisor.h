/*
 * supervisor.h: the process that owns a container.
 *
 * It runs no guest code.  With a control socket it does what the daemon asks (wire/sandbox.h), one packet at a time; without
 * one it runs a single command by hand.  Everything in the container is its descendant: it reaps what nobody inside does,
 * and when the container's pid 1 ends, or the daemon goes away, it ends the rest (lifeline.h).
 */
#pragma once

struct run_request;

/* Before the lockdown and the first process. 0 or -errno. control: a descriptor, or -1. */
int supervisor_setup(int control);

/* Until the container has ended. The exit status of the program. */
int supervisor_serve(char *const *confinement);

/* Runs one command as pid 1, passes signals on to it, and returns its status as a shell would. */
int supervisor_run(struct run_request *request);

/* In a new process: lets go of what is the supervisor's. */
void supervisor_leave(void);
