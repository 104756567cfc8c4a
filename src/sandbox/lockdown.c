#include "sandbox/lockdown.h"

#include "base/alloc.h"
#include "base/str.h"

#include <stdlib.h>
#include <sys/prctl.h>

static void
report(char ***list, const char *name, int version)
{
	char *text = xasprintf("%s=%d", name, version);

	strv_push(list, text);
	free(text);
}

char **
lockdown(void)
{
	const char *wanted = getenv(LOCKDOWN_VARIABLE);
	char **list = NULL;
	int abi;

	if (str_eq(wanted, "off")) {
		strv_push(&list, "lockdown=off");
		return list;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		report(&list, "no_new_privs", 1);
	abi = landlock_apply();
	if (abi > 0)
		report(&list, "landlock", abi);
	if (seccomp_apply() == 0)
		report(&list, "seccomp", 1);
	if (!list)
		strv_push(&list, "none");
	return list;
}
