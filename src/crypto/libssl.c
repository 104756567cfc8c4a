#include "crypto/libssl.h"

#include "base/dynlib.h"

#include <errno.h>
#include <threads.h>

#define FILE_NAME "libssl.so.3"
#define TEXT(name) #name,

struct libssl libssl;

static once_flag loaded = ONCE_FLAG_INIT;
static char reason[200]; /* why it could not be loaded */

static void
load(void)
{
	static const char *const names[] = {LIBSSL_FUNCTIONS(TEXT) NULL};

	dynlib_load(FILE_NAME, names, (void **)&libssl, reason, sizeof(reason));
}

int
libssl_load(const char **ret_reason)
{
	call_once(&loaded, load);
	*ret_reason = reason;
	return *reason ? -ENOENT : 0;
}
