/*
 * tmpfs.h: a tmpfs of limited size that is mounted nowhere: a descriptor of its root, with whose last copy it ends.
 *
 * The kernel makes one for root.  For other users it is made in a user namespace that exists for a moment, where the kernel
 * allows these.  A killed daemon leaves no mount behind, as there is none.  Blocking.
 *
 * Sources: fsopen(2), fsmount(2) (the kernel's filesystems/mount_api.rst), user_namespaces(7).
 */
#pragma once

#include "base/error.h"

/* size as tmpfs(5) has it: "65536", "64k", "50%". A descriptor (O_PATH), or -EPERM and others where there can be none;
 * -EINVAL for a size that is none. */
int tmpfs_open(const char *size, struct error *e);

/* Can we have them here, and can their files have owners (Linux 6.6)? 0 or the reason. */
int tmpfs_try(struct error *e);
