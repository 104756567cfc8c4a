#include "sandbox/fs_fd.h"

#include "base/alloc.h"
#include "sandbox/host.h"

#include <fcntl.h>

static struct fd_object **objects;
static int capacity;
static int top; /* no descriptor of the guest is above it, but for those it received */

static void
grow(int fd)
{
	int wanted = capacity ? capacity : 64;

	while (wanted <= fd)
		wanted *= 2;
	objects = xrealloc(objects, sizeof(*objects) * (size_t)wanted);
	while (capacity < wanted)
		objects[capacity++] = NULL;
}

struct fd_object *
fd_object(int fd)
{
	return fd >= 0 && fd < capacity ? objects[fd] : NULL;
}

struct fd_object *
fd_object_of(int fd, enum fd_kind kind)
{
	struct fd_object *o = fd_object(fd);

	return o && o->kind == kind ? o : NULL;
}

static void
put(int fd, struct fd_object *o)
{
	if (fd >= capacity)
		grow(fd);
	objects[fd] = o;
	if (fd > top)
		top = fd;
}

struct fd_object *
fd_attach(int fd, enum fd_kind kind)
{
	struct fd_object *o = NEW(fd_object);

	fd_forget(fd);
	o->refs = 1;
	o->kind = kind;
	put(fd, o);
	return o;
}

void
fd_share(int from, int to)
{
	struct fd_object *o = fd_object(from);

	if (o)
		o->refs++;
	fd_forget(to);
	put(to, o);
}

void
fd_forget(int fd)
{
	struct fd_object *o = fd_object(fd);

	if (!o)
		return;
	objects[fd] = NULL;
	if (--o->refs > 0)
		return;
	if (o->kind == FD_VIRTUAL)
		free(o->path);
	free(o);
}

int64_t
fd_opened(int64_t fd)
{
	if (fd >= 0) {
		fd_forget((int)fd);
		if (fd > top)
			top = (int)fd;
	}
	return fd;
}

void
fd_close_on_exec(void)
{
	for (int fd = 0; fd <= top; fd++) {
		int flags = guest_fd_ok(fd) ? fcntl(fd, F_GETFD) : 0;

		if (flags > 0 && (flags & FD_CLOEXEC)) {
			fd_forget(fd);
			close(fd);
		}
	}
}
