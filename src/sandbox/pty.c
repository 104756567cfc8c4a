#include "sandbox/pty.h"

#include "base/scope.h"
#include "base/str.h"
#include "sandbox/fs_open.h"
#include "sandbox/host.h"
#include "sandbox/identity.h"
#include "sandbox/virtual.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <time.h>

#define PTYS_MAX 256
#define PTY_MAJOR 136 /* Unix98 slaves, see the kernel's admin-guide/devices.txt */
#define PTY_PATH_SIZE 32

/* One word each, so that it is read and replaced at once: 0, or the host number plus 1 and the low bits of the change time. */
#define STAMP_BITS 44
static _Atomic uint64_t *table;

int
pty_setup(void)
{
	void *p = mmap(NULL, PTYS_MAX * sizeof(*table), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	table = p;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		(void)pty_register(fd);
	return 0;
}

static uint64_t
word_of(const struct stat *st)
{
	uint64_t ns = (uint64_t)st->st_ctim.tv_sec * 1000000000u + (uint64_t)st->st_ctim.tv_nsec;

	if (!S_ISCHR(st->st_mode) || major(st->st_rdev) != PTY_MAJOR)
		return 0;
	return (uint64_t)(minor(st->st_rdev) + 1) << STAMP_BITS | (ns & ((1ull << STAMP_BITS) - 1));
}

static void
host_path(uint64_t word, char out[PTY_PATH_SIZE])
{
	(void)str_format(out, PTY_PATH_SIZE, "/dev/pts/%u", (unsigned)(word >> STAMP_BITS) - 1);
}

/* The word of a terminal that still is what it was, else 0. */
static uint64_t
live(int number, struct stat *st)
{
	uint64_t word = number >= 0 && number < PTYS_MAX ? table[number] : 0;
	char path[PTY_PATH_SIZE];

	if (!word)
		return 0;
	host_path(word, path);
	return stat(path, st) == 0 && word_of(st) == word ? word : 0;
}

static int
number_of(uint64_t word)
{
	for (int i = 0; word && i < PTYS_MAX; i++)
		if (table[i] == word)
			return i;
	return -ENOENT;
}

/* A change time is as fine as the kernel's tick. Once that tick is over, no other terminal can get the same; and this one is
 * still open, so none has yet. */
static void
outlive_tick(const struct stat *st)
{
	const struct timespec pause = {.tv_nsec = 500000};
	struct timespec now;

	while (clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 &&
		now.tv_sec == st->st_ctim.tv_sec && now.tv_nsec <= st->st_ctim.tv_nsec)
		(void)nanosleep(&pause, NULL);
}

/* The caller holds the terminal open. */
static int
add(const struct stat *node)
{
	uint64_t word = word_of(node);
	struct stat st;
	int n = number_of(word);

	if (!word)
		return -ENOTTY;
	if (n < 0)
		outlive_tick(node);
	for (int i = 0; n < 0 && i < PTYS_MAX; i++) {
		uint64_t old = table[i];

		if (!live(i, &st) && atomic_compare_exchange_strong(&table[i], &old, word))
			n = i;
	}
	return n < 0 ? -ENOSPC : n;
}

int
pty_register(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? -errno : add(&st);
}

int
pty_guest_number(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -ENOENT : number_of(word_of(&st));
}

dev_t
pty_guest_device(dev_t device)
{
	struct stat st;

	if (major(device) != PTY_MAJOR)
		return device;
	for (int i = 0; i < PTYS_MAX; i++)
		if (table[i] >> STAMP_BITS == minor(device) + 1 && live(i, &st))
			return makedev(PTY_MAJOR, (unsigned)i);
	return 0;
}

/* The node is held before it is compared, so that the one compared is the one opened. */
int
pty_open(int number, int flags)
{
	uint64_t word = number >= 0 && number < PTYS_MAX ? table[number] : 0;
	char path[PTY_PATH_SIZE], link[64];
	scoped_fd int node = -1;
	struct stat st;
	int fd;

	if (!word)
		return -EIO;
	host_path(word, path);
	node = open(path, O_PATH | O_CLOEXEC);
	if (node < 0 || fstat(node, &st) < 0 || word_of(&st) != word)
		return -EIO;
	(void)str_format(link, sizeof(link), "/proc/self/fd/%d", node);
	fd = open(link, flags & ~(O_CREAT | O_EXCL));
	if (fd < 0)
		return -errno;
	close(take_fd(node));
	return fd_lowest(fd);
}

/* ---- masters ---- */

static int
master_number(int fd)
{
	char path[PTY_PATH_SIZE];
	struct stat st;
	int host;

	if (ioctl(fd, TIOCGPTN, &host) < 0)
		return -errno;
	(void)str_format(path, sizeof(path), "/dev/pts/%d", host);
	return stat(path, &st) < 0 ? -errno : add(&st);
}

static int
open_master(const struct vnode *node UNUSED, int flags)
{
	scoped_fd int fd = open("/dev/ptmx", flags & ~(O_CREAT | O_EXCL));
	int r = fd < 0 ? -errno : master_number(fd);

	return r < 0 ? r : take_fd(fd);
}

int64_t
pty_ioctl(int fd, uint32_t request, uint64_t argument)
{
	int32_t *out = guest_ptr(argument);
	int r;

	switch (request) {
	case TIOCGPTN:
		r = master_number(fd);
		if (r < 0)
			return r;
		if (!out)
			return -EFAULT;
		*out = r;
		return 0;
	case TIOCSPTLCK:
	case TIOCGPTLCK:
	case TIOCPKT:
	case TIOCGPKT:
		return out ? SYS_RESULT(ioctl(fd, request, out)) : -EFAULT;
	}
	return -ENOTTY;
}

/* ---- the directory ---- */

static int
open_slave(const struct vnode *node, int flags)
{
	return pty_open(node->number, flags);
}

static int
stat_slave(const struct vnode *node, struct stat *st)
{
	if (!live(node->number, st))
		return -ENOENT;
	st->st_rdev = makedev(PTY_MAJOR, (unsigned)node->number);
	st->st_uid = identity_uid();
	return 0;
}

static const struct vnode_type slave = {
	"", S_IFCHR | 0620, {PTY_MAJOR, 0}, .open = open_slave, .stat = stat_slave};
static const struct vnode_type master = {"ptmx", S_IFCHR | 0666, {5, 2}, .open = open_master};

int
pty_find(const struct vnode *dir UNUSED, const char *name, struct vnode *ret)
{
	struct stat st;
	int number = virtual_number(name);

	if (str_eq(name, master.name)) {
		*ret = (struct vnode){.type = &master};
		return 0;
	}
	if (!live(number, &st))
		return -ENOENT;
	*ret = (struct vnode){.type = &slave, .number = number};
	return 0;
}

int
pty_list(const struct vnode *dir UNUSED, struct listing *out)
{
	struct stat st;

	listing_add(out, master.name, master.mode);
	for (int i = 0; i < PTYS_MAX; i++)
		if (live(i, &st))
			listing_add_number(out, i, slave.mode);
	return 0;
}
