/*
 * proc.h: the guest's /proc: its own processes under its own pids, and what of the machine concerns it.
 *
 * Numbers come from the host's /proc (hostproc.h) and are translated; nothing of a process outside of the container's table
 * (process.h) can be named.  The types are tables, see virtual.h.
 */
#pragma once

#include "sandbox/virtual.h"

#include <stdint.h>

extern const struct vnode_type proc_pid_entries[];
extern const struct vnode_type proc_net_entries[];
extern const struct vnode_type proc_sys_entries[];

/* Appends a file of the host's /proc. -errno when the host does not let us. */
int proc_host_file(const char *path, struct buf *out);

int proc_mounts(const struct vnode *node, struct buf *out);
int proc_mountinfo(const struct vnode *node, struct buf *out);

/* Calls fn for the descriptors of a guest process that are its own: 0 or -errno. */
int proc_each_fd(int pid, void (*fn)(void *arg, pid_t host_pid, int fd), void *arg);
