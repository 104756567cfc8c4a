#include "web/library.h"

#include "base/dynlib.h"

#include <errno.h>
#include <stdio.h>
#include <threads.h>

#define FILE_NAME "libcurl.so.4"

struct curl_library library;

static once_flag loaded = ONCE_FLAG_INIT;
static char reason[200]; /* why it could not be loaded */

static void
load(void)
{
	static const char *const names[] = {"curl_global_init", "curl_easy_init",
		"curl_easy_cleanup", "curl_easy_reset", "curl_easy_setopt", "curl_easy_getinfo",
		"curl_easy_perform", "curl_easy_header", "curl_easy_strerror", "curl_slist_append",
		"curl_slist_free_all", NULL};

	if (dynlib_load(FILE_NAME, names, (void **)&library, reason, sizeof(reason)) < 0)
		return;
	if (library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		snprintf(reason, sizeof(reason), "cannot be initialised");
}

int
library_load(const char **ret_reason)
{
	call_once(&loaded, load);
	*ret_reason = reason;
	return *reason ? -ENOENT : 0;
}
