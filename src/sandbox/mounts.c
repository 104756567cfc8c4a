#include "sandbox/mounts.h"

#include "sandbox/host.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/option.h"
#include "base/scope.h"
#include "base/str.h"
#include "rootfs/mount.h"

#include <string.h>

/* The types are names for /proc/mounts; all of them are host directories (or files). */
static const char *const types[] = {"bind", "volume", "tmpfs"};

static const char *
known_type(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strlen(types[i]) == n && memcmp(types[i], name, n) == 0)
			return types[i];
	return NULL;
}

static char *
last_occurrence(char *text, const char *what)
{
	char *found = NULL;

	for (char *at = strstr(text, what); at; at = strstr(at + 1, what))
		found = at;
	return found;
}

/* type=TYPE,source=HOST,target=GUEST[,ro]: in this order, so that the host's path may have commas. */
static int
add_mount(const char *spec, struct error *e)
{
	scoped_free char *text = xstrdup(spec);
	char *source = strstr(text, ",source="), *target = last_occurrence(text, ",target=");
	const char *type = NULL;
	unsigned flags = 0;

	if (str_starts(text, "type=") && source)
		type = known_type(
			text + strlen("type="), (size_t)(source - text) - strlen("type="));
	if (!type || !target || target < source)
		return error_set(e, ERROR_INVALID, -EINVAL, "--mount: cannot understand %s", spec);
	*target = '\0';
	source += strlen(",source=");
	target += strlen(",target=");
	if (str_ends(target, ",ro")) {
		target[strlen(target) - strlen(",ro")] = '\0';
		flags |= MOUNT_READONLY;
	}
	if (*target != '/')
		return error_set(e, ERROR_INVALID, -EINVAL, "--mount: %s is not absolute", target);
	return mount_add(container.mounts, target, source, type, flags, e);
}

int
mounts_setup(const struct options *o, struct error *e)
{
	unsigned flags = option_true(o, "read-only") ? MOUNT_READONLY : 0;
	char *const *mount = option_list(o, "mount");
	int r;

	container.hostname = xstrdup(option_get(o, "hostname"));
	container.net = option_get(o, "net") ? xstrdup(option_get(o, "net")) : NULL;
	container.control = option_given(o, "control");
	container.mounts = mount_table_new();
	r = mount_add(container.mounts, "/", option_get(o, "root"), "root", flags, e);
	for (; r == 0 && mount && *mount; mount++)
		r = add_mount(*mount, e);
	if (r != 0)
		return r;
	r = mount_keep(container.mounts, host_fd_keep);
	return r == 0 ? 0 : error_errno(e, r, "mounts");
}
