/*
 * dev.h: the guest's /dev.
 *
 * /dev is an ordinary directory of the container in which the harmless nodes are virtual mounts; fd, stdin, stdout and
 * stderr are symlinks into /proc, and /dev/shm is a directory of its own that ends with the container.
 */
#pragma once

#include <stdbool.h>
#include <time.h>

/* Before the mounts are used, in the supervisor: mounts and links in /dev; the shared table. */
int dev_setup(void);
/* Makes in the host directory `root` what dev_setup needs beneath /dev, which is there. */
int dev_unpack(int root, const struct timespec times[2]);

/* May a link show this host path of a device as it is? */
bool dev_is_shown(const char *host_path);
