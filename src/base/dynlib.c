#include "base/dynlib.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>

static int
fail(char *reason, size_t size)
{
	const char *why = dlerror();

	snprintf(reason, size, "%s", why ? why : "it cannot be loaded");
	return -ENOENT;
}

int
dynlib_load(const char *file, const char *const *names, void **functions, char *reason, size_t size)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return fail(reason, size);
	for (; *names; names++) {
		*functions = dlsym(handle, *names);
		if (!*functions++)
			return fail(reason, size);
	}
	return 0;
}
