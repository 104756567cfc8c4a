/*
 * scope.h: cleanup by attribute.
 *
 *	scoped(thing) *p = NULL;     drops p with thing's SCOPED function at the end of the scope
 *	scoped_free char *s = NULL;  free()
 *	scoped_fd int fd = -1;       close() unless negative
 *
 * `take_ptr(p)` and `take_fd(fd)` hand the value out and leave NULL or -1 behind.
 */
#pragma once

#include "base/attr.h"

#include <stdlib.h>
#include <unistd.h>

/* In thing's header, after `void thing_unref(struct thing *);`:  SCOPED(thing, thing_unref) */
#define SCOPED(T, fn)                             \
	static inline void T##_drop(struct T **p) \
	{                                         \
		if (*p)                           \
			fn(*p);                   \
	}
#define scoped(T) __attribute__((cleanup(T##_drop))) struct T

static inline void
scope_free_drop(void *p)
{
	free(*(void **)p);
}
#define scoped_free __attribute__((cleanup(scope_free_drop)))

static inline void
scope_fd_drop(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define scoped_fd __attribute__((cleanup(scope_fd_drop)))

#define take_ptr(p)                         \
	({                                  \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})
#define take_fd(fd)                \
	({                         \
		int taken_ = (fd); \
		(fd) = -1;         \
		taken_;            \
	})
