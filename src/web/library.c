#include "web/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <threads.h>

#define FILE_NAME "libcurl.so.4"

struct curl_library library;

static once_flag loaded = ONCE_FLAG_INIT;
static char reason[200]; /* why it could not be loaded */

static void
fail(const char *why)
{
	snprintf(reason, sizeof(reason), "%s", why ? why : "cannot be initialised");
}

static void *
symbol(void *handle, const char *name)
{
	void *found = dlsym(handle, name);

	if (!found)
		fail(dlerror());
	return found;
}

#define LOAD(name) library.name = (__typeof__(library.name))symbol(handle, "curl_" #name)

/* It stays loaded until the program ends: its libraries are not made to be unloaded. */
static void
load(void)
{
	void *handle = dlopen(FILE_NAME, RTLD_NOW | RTLD_LOCAL);

	if (!handle) {
		fail(dlerror());
		return;
	}
	LOAD(global_init);
	LOAD(easy_init);
	LOAD(easy_cleanup);
	LOAD(easy_reset);
	LOAD(easy_setopt);
	LOAD(easy_getinfo);
	LOAD(easy_perform);
	LOAD(easy_header);
	LOAD(easy_strerror);
	LOAD(slist_append);
	LOAD(slist_free_all);
	if (!*reason && library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fail(NULL);
}

int
library_load(const char **ret_reason)
{
	call_once(&loaded, load);
	*ret_reason = reason;
	return *reason ? -ENOENT : 0;
}
