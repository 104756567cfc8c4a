/* dir.h: making directories. Blocking. */
#pragma once

#include "base/error.h"

#include <sys/types.h>

/* Makes a directory with `mode`, and with 0755 what is missing above it. One that is there is no error and stays as it is.
 * The error names the directory that could not be made. */
int dir_make_all(const char *path, mode_t mode, struct error *e);
