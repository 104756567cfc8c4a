/* table.h: the inside of a mount table, for mount.c and the walk. */
#pragma once

#include "rootfs/mount.h"

struct mount_entry {
	struct mount mount;
	size_t len; /* of mount.guest; 0 for "/", so that guest + len is what lies beneath for every mount */
};

struct mount_table {
	struct mount_entry **entries; /* each allocated by itself: places point at them */
	size_t n;
};

/* The entry that covers guest path (len bytes and a NUL; "" is the root). The table must have a root. */
const struct mount_entry *mount_covering(
	const struct mount_table *t, const char *guest, size_t len);

/* Whether anything is mounted below guest (which has no trailing slash). */
bool mount_beneath(const struct mount_table *t, const char *guest);
