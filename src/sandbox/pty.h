/*
 * pty.h: pseudo-terminals.
 *
 * They are the host's, but the container sees only its own, under numbers of its own.  A table that all its processes share
 * maps guest numbers to host numbers.  A host number alone would not do: when a terminal is closed the kernel gives its number
 * to the next one, perhaps of another container or of the user who runs the daemon.  So the table keeps the node's change
 * time, too, which a new terminal sets and nothing here ever alters.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct listing;
struct vnode;

int pty_setup(void); /* the shared table; in the supervisor */

/* The terminal behind fd gets a guest number if it has none: 0 or more, -ENOTTY, -ENOSPC. */
int pty_register(int fd);
/* "/dev/pts/7" of the host → the guest's number, or -ENOENT. */
int pty_guest_number(const char *host_path);
/* A device number of the host as the guest sees it: terminals that are not the container's become 0. */
dev_t pty_guest_device(dev_t device);

int pty_open(int number, int flags); /* -EIO for one that is gone */

/* TIOCGPTN; -ENOTTY for others. */
int64_t pty_ioctl(int fd, uint32_t request, uint64_t argument);

/* The directory /dev/pts, see virtual.h. */
int pty_find(const struct vnode *dir, const char *name, struct vnode *ret);
int pty_list(const struct vnode *dir, struct listing *out);
