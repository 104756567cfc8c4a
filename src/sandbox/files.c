#include "sandbox/files.h"

#include "base/error.h"
#include "rootfs/owner.h"
#include "sandbox/dev.h"
#include "sandbox/fs_fd.h"
#include "sandbox/fs_path.h"
#include "sandbox/host.h"
#include "sandbox/pty.h"

#include <fcntl.h>

/* The daemon mounts a tmpfs there; by hand, a directory does. */
static void
make_shm(void)
{
	scoped_place p;

	if (lookup(container.mounts, "/", "/dev/shm", LOOKUP_PARENT, &p) < 0 || p.fd >= 0)
		return;
	if (mkdirat(p.dir, p.name, 0755) == 0) {
		scoped_fd int fd = openat(p.dir, p.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

		(void)owner_chmod(fd, 01777);
	}
}

int
files_setup(void)
{
	scoped_error e = {0};
	int r = mount_add(container.mounts, "/proc", "", "proc", MOUNT_VIRTUAL, &e);

	if (r == 0)
		r = dev_setup();
	if (r == 0)
		r = net_name_setup();
	if (r < 0)
		return r;
	make_shm();
	return cwd_become("/");
}

void
files_console(int fd)
{
	(void)pty_register(fd);
}

void
files_exec(void)
{
	fd_close_on_exec();
}

int64_t
files_ioctl(int fd, uint32_t request, uint64_t argument)
{
	int64_t r;

	critical_enter();
	r = pty_ioctl(fd, request, argument);
	if (r == -ENOTTY)
		r = interface_ioctl(fd, request, argument);
	critical_leave();
	return r;
}
