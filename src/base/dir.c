#include "base/dir.h"

#include "base/alloc.h"
#include "base/scope.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int
make(const char *path, mode_t mode, struct error *e)
{
	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return error_errno(e, -errno, "cannot make %s", path);
	return 0;
}

int
dir_make_all(const char *path, mode_t mode, struct error *e)
{
	scoped_free char *copy = xstrdup(path);

	for (char *p = copy; *p; p++) {
		int r;

		if (*p != '/' || p == copy)
			continue;
		*p = '\0';
		r = make(copy, 0755, e);
		if (r < 0)
			return r;
		*p = '/';
	}
	return make(copy, mode, e);
}
