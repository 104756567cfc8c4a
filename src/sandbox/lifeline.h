/*
 * lifeline.h: nothing of a container outlives its supervisor.
 *
 * The supervisor alone holds the write end of a pipe.  Every guest process has a description of its
 * own of the read end, and has asked the kernel to send it SIGKILL when something happens to it.
 * Nothing is ever written; but when the write end closes, because the supervisor says so or because
 * it is dead, the kernel kills them all, stopped ones too, without anyone walking a table that is
 * changing.  A process that is forked meanwhile finds the pipe hung up when it takes hold of it.
 */
#pragma once

int lifeline_setup(void); /* in the supervisor; 0 or -errno */
void lifeline_cut(void);  /* the supervisor ends all */

/* Before a fork: a descriptor for the child, or -errno. */
int lifeline_open(void);
/* In the child, first of all: takes the descriptor over; does not return if the line is cut. */
void lifeline_hold(int fd);
/* In the parent, before anyone can name the child and stop it half-way: does the same for it. The parent then closes fd. */
void lifeline_hold_for(int fd, int host_pid);
