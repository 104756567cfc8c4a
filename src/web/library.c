#include "web/library.h"

#include "base/dynlib.h"

#include <errno.h>
#include <stdio.h>
#include <threads.h>

#define FILE_NAME "libcurl.so.4"
#define TEXT(name) "curl_" #name,

struct curl_library library;

static once_flag loaded = ONCE_FLAG_INIT;
static char reason[200]; /* why it could not be loaded */

static void
load(void)
{
	static const char *const names[] = {CURL_FUNCTIONS(TEXT) NULL};

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
