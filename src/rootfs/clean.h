/* clean.h: paths made plain by their text alone, as Go's filepath.Clean does; for archives, whose names mean no more. */
#pragma once

#include <limits.h>

/* Without leading and trailing slashes, "." and "..": "" is where path starts from. -EXDEV if a relative path leads out of
 * that (an absolute one cannot: "/.." is "/"), -ENAMETOOLONG. */
int path_clean(const char *path, char out[PATH_MAX]);

/* The last component of an absolute path, cleaned; "." if it ends in that, "/" for the root. */
int path_base(const char *path, char out[NAME_MAX + 1]);
