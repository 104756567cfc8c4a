/* glob.h: patterns as Go's path.Match has them: * and ? do not match '/', [a-z] and [^a-z], backslash escapes. */
#pragma once

/* 1 if the whole name matches, 0 if not, -EINVAL for a malformed pattern. Time is at most the product of the lengths. */
int glob_match(const char *pattern, const char *name);
