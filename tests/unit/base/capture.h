/* capture.h: runs a function in a process of its own and keeps what it writes; for code that ends
 * the program. */
#pragma once

#include "base/buf.h"

/* Returns the wait status; out gets (and is initialised for) everything written to descriptor fd.
 */
int capture(int fd, void (*fn)(void *), void *arg, struct buf *out);
