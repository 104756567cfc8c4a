/* Where the Docker daemon is; see docker.h. */
#include "backend/docker/docker.h"
#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* The socket FOLDER/NAME, if there is one. */
static bool
try(const char *folder, const char *name, struct address *ret)
{
	struct stat st;

	if (str_empty(folder))
		return false;
	ret->kind = ADDRESS_UNIX;
	return str_format(ret->path, sizeof(ret->path), "%s/%s", folder, name) >= 0 &&
	       stat(ret->path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int
parse(const char *text, struct address *ret, struct error *e)
{
	int r;

	if (str_starts(text, "ssh://") || str_starts(text, "npipe://"))
		return error_set(e, ERROR_INVALID, -EPROTONOSUPPORT,
			"cannot reach a Docker daemon by %s: use unix:// or tcp:// (for ssh, "
			"forward "
			"its socket: ssh -L /tmp/docker.sock:/var/run/docker.sock HOST)",
			text);
	r = address_parse(text, ret, e);
	return r < 0 ? error_wrap(e, r, "the Docker daemon's address") : 0;
}

int
docker_find(const char *text, struct address *ret, struct error *e)
{
	*ret = (struct address){0};
	if (!str_empty(text))
		return parse(text, ret, e);
	if (try("/var/run", "docker.sock", ret) ||
		try(getenv("XDG_RUNTIME_DIR"), "docker.sock", ret) ||
		try(getenv("HOME"), ".docker/run/docker.sock", ret))
		return 0;
	return error_set(e, ERROR_INVALID, -ENOENT,
		"no Docker daemon is found on this machine (there is no /var/run/docker.sock): "
		"start "
		"it, or say where it is with --docker-host or DOCKER_HOST");
}
