#include "rootfs/names.h"

#include "base/alloc.h"
#include "base/scope.h"
#include "rootfs/confine.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>

static int
compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int
names_read(int dir, struct names *ret)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *entry;
	size_t room = 0;
	int r;
	DIR *d;

	*ret = (struct names){0};
	if (fd < 0)
		return -errno;
	d = fdopendir(fd);
	if (!d) {
		r = -errno;
		close(fd);
		return r;
	}
	while (errno = 0, (entry = readdir(d))) {
		if (is_dots(entry->d_name))
			continue;
		if (ret->n == room) {
			room = room ? 2 * room : 32;
			ret->v = xrealloc(ret->v, room * sizeof *ret->v);
		}
		ret->v[ret->n++] = (struct name){xstrdup(entry->d_name), entry->d_ino};
	}
	r = -errno;
	closedir(d);
	if (r < 0)
		names_clear(ret);
	else if (ret->n > 0)
		qsort(ret->v, ret->n, sizeof *ret->v, compare);
	return r;
}

void
names_clear(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i].text);
	free(names->v);
	*names = (struct names){0};
}
