/*
 * fs_fd.h: what the kernel does not know about the guest's descriptors.
 *
 * Guest descriptors are host descriptors, number by number.  Most need nothing more; a few carry an object: a directory
 * remembers the mount it is in, a file or directory of /proc or /dev its virtual node, an internet socket (which is a Unix
 * socket on the host) what it pretends to be.  Objects are shared by duplicates within a process and copied by fork, so
 * what they hold must be either constant or also found in the kernel's state of the descriptor.  Every call that makes,
 * duplicates or closes a descriptor therefore goes through here.  Descriptors that arrive by SCM_RIGHTS have no object:
 * their users fall back on what the kernel tells.
 */
#pragma once

#include "sandbox/net_socket.h"
#include "sandbox/virtual.h"

#include <stdbool.h>

enum fd_kind { FD_DIRECTORY, FD_VIRTUAL, FD_SOCKET };

struct fd_object {
	int refs; /* descriptors of this process */
	enum fd_kind kind;
	union {
		const struct mount *mount;
		struct {
			struct vnode node;
			char *path; /* the guest's */
		};
		struct net_socket socket;
	};
};

/* All of these run in critical sections. */
struct fd_object *fd_object(int fd); /* NULL: a plain descriptor */
/* The object if it is of this kind, else NULL. */
struct fd_object *fd_object_of(int fd, enum fd_kind kind);
/* A new object for fd; the caller fills it in. */
struct fd_object *fd_attach(int fd, enum fd_kind kind);
void fd_share(int from, int to); /* `to` is a new duplicate of `from` */
void fd_forget(int fd);          /* fd was closed */

/* Descriptors of calls such as open: notes that fd is in use, hands it on. A negative errno passes. */
int64_t fd_opened(int64_t fd);

/* After an exec: closes what has close-on-exec. */
void fd_close_on_exec(void);
