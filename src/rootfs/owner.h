/*
 * owner.h: owners and modes that the host user cannot really set.
 *
 * A container's files belong to the host user who runs the daemon.  What the guest believes (uid, gid, and mode bits that
 * would lock that host user out) is kept per file in the extended attribute `user.sockerless.owner`, and only when it
 * differs from the default (uid 0, gid 0, mode as on disk).  Where the file system or kind of file has no user attributes
 * (symlinks, fifos), owners stay the default.  Blocking; no global state.
 */
#pragma once

#include <stdint.h>
#include <sys/stat.h>

struct owner {
	uint32_t uid, gid;
	uint32_t mode; /* 07777 bits */
};

/* fd may be O_PATH. Fills in st_uid, st_gid and the mode bits of st (from fstat) as the guest shall see them. */
int owner_apply(int fd, struct stat *st);
int owner_set(int fd, uint32_t uid, uint32_t gid); /* (uint32_t)-1 leaves one as it is, as chown(2) */
int owner_chmod(int fd, uint32_t mode);
/* May (uid, one of gids) do this (R_OK|W_OK|X_OK)? 0 or -EACCES. uid 0 may. */
int owner_access(const struct stat *applied, uint32_t uid, uint32_t gid, const uint32_t *groups, int n_groups, int mode);
