/* memory.h: archives in memory, and what is in them as text. */
#pragma once

#include "base/buf.h"
#include "tar/tar.h"

struct memory {
	const char *data;
	size_t n, piece; /* handed out piece bytes at a time */
	int error;       /* instead of the end, or 0 */
};
ssize_t memory_source(void *arg, const void **ret);
int memory_sink(void *buf, const void *data, size_t n); /* appends to a struct buf */

/* A line for each entry: type, mode, owner, size, path, link; data follow as "offset:data" where they are text.
 * A failure ends the listing with "!" and its message. Caller frees. */
char *list(const void *archive, size_t n, size_t piece);
