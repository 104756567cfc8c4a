/*
 * identity.h: who a guest process is: real, effective and saved user and group ids, supplementary groups.
 *
 * The ids are the guest's own affair: on the host all processes are one user.  They follow the kernel's rules (user 0 may
 * become anybody, others only who they are already); fork copies them, exec keeps them.  Set-user-id bits are not honoured:
 * the built-in userland is one program, and it drops nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

bool identity_is_root(void); /* effective */
uint32_t identity_uid(void); /* effective */
uint32_t identity_gid(void);
int identity_access(const struct stat *applied, int mode); /* 0 or -EACCES, by the effective ids */
int identity_access_real(const struct stat *applied, int mode); /* access(2) */
/* Owner of the file, or root. */
bool identity_owns(const struct stat *applied);
bool identity_in_group(uint32_t gid);

struct buf;
/* The lines Uid, Gid and Groups of /proc/self/status. */
void identity_describe(struct buf *out);
