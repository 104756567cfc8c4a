/* fs_open.h: helpers of the calls that make descriptors and files. */
#pragma once

#include "sandbox/fs_path.h"

/* Moves a new descriptor to the lowest free number. */
int fd_lowest(int fd);

/* A new file or directory in dir belongs to this process; mode includes its type. 0 or -errno. */
int stamp_created(int fd, int dir, mode_t mode);
