/* mounts.h: the container's mount table from the command line. */
#pragma once

struct error;
struct options;

/* Fills in `container` from --root, --read-only, --mount, --hostname, --net. 0 or -errno. */
int mounts_setup(const struct options *o, struct error *e);
