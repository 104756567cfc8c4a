#include "rootfs/clean.h"

#include "base/str.h"

#include <errno.h>
#include <string.h>

int
path_clean(const char *path, char out[PATH_MAX])
{
	bool absolute = *path == '/';
	size_t len = 0;

	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && path[0] == '.' && path[1] == '.') {
			if (len == 0 && !absolute)
				return -EXDEV;
			while (len > 0 && out[--len] != '/')
				;
		} else if (n > 0 && !(n == 1 && path[0] == '.')) {
			if (len + 1 + n >= PATH_MAX)
				return -ENAMETOOLONG;
			if (len > 0)
				out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		path += n;
		path += strspn(path, "/");
	}
	out[len] = '\0';
	return 0;
}

/* Ends in a component "." */
static bool
ends_in_dot(const char *path)
{
	size_t n = strlen(path);

	while (n > 0 && path[n - 1] == '/')
		n--;
	return n > 0 && path[n - 1] == '.' && (n == 1 || path[n - 2] == '/');
}

int
path_base(const char *path, char out[NAME_MAX + 1])
{
	char clean[PATH_MAX];
	const char *slash;
	int r = path_clean(path, clean);

	if (r < 0)
		return r;
	if (ends_in_dot(path))
		return str_format(out, NAME_MAX + 1, ".");
	slash = strrchr(clean, '/');
	return str_format(out, NAME_MAX + 1, "%s", !*clean ? "/" : slash ? slash + 1 : clean);
}
