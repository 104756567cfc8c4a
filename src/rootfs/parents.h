/* parents.h: directories that have to be there first; for this room alone. */
#pragma once

#include "rootfs/mount.h"

/* A root that is read-only for the guest is not so for who sets the container up. */
enum parents_flags { PARENTS_SETUP = 1 };

/* Makes the missing directory that p tells, with mode 0755 whatever the umask. */
int parents_add_directory(const struct place *p, unsigned flags);
/* Makes the missing file that p tells, empty, with mode 0644. */
int parents_add_file(const struct place *p, unsigned flags);
/* Makes what is missing of path's parents. 0 or -errno; what stands beneath a virtual mount is left to the next lookup. */
int parents_make(const struct mount_table *t, const char *path, unsigned flags);
