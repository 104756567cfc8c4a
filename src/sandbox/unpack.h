/*
 * unpack.h: the built-in userland's root file system as files: directories, accounts, and for each applet a link to the
 * marker that stands for the program (program.h).
 */
#pragma once

#include "base/error.h"

/* Makes `dir`, which must not exist, and fills it. Times are fixed, so that the same program always makes the same tree. */
int unpack_userland(const char *dir, struct error *e);
