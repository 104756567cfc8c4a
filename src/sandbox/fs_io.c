/* fs_io.c: bytes through descriptors, and descriptors as such. */
#include "sandbox/fs_fd.h"
#include "sandbox/host.h"
#include "sandbox/process.h"
#include "sandbox/syscall.h"
#include "sandbox/x32.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static int64_t
call_read(const uint64_t *a)
{
	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return SYS_RESULT(read((int)a[0], guest_ptr(a[1]), (uint32_t)a[2]));
}

static int64_t
call_write(const uint64_t *a)
{
	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return SYS_RESULT(write((int)a[0], guest_ptr(a[1]), (uint32_t)a[2]));
}

static int64_t
call_pread(const uint64_t *a)
{
	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return SYS_RESULT(pread((int)a[0], guest_ptr(a[1]), (uint32_t)a[2], (off_t)a[3]));
}

static int64_t
call_pwrite(const uint64_t *a)
{
	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return SYS_RESULT(pwrite((int)a[0], guest_ptr(a[1]), (uint32_t)a[2], (off_t)a[3]));
}

typedef ssize_t vector_call(int fd, const struct iovec *iov, int n);

static int64_t
vector(const uint64_t *a, vector_call *call)
{
	struct iovec iov[GUEST_IOV_MAX];
	int n;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	n = guest_iovec(a[1], a[2], iov);
	return n < 0 ? n : SYS_RESULT(call((int)a[0], iov, n));
}

static int64_t
call_readv(const uint64_t *a)
{
	return vector(a, readv);
}

static int64_t
call_writev(const uint64_t *a)
{
	return vector(a, writev);
}

typedef ssize_t vector_at_call(int fd, const struct iovec *iov, int n, off_t at);

static int64_t
vector_at(const uint64_t *a, vector_at_call *call)
{
	struct iovec iov[GUEST_IOV_MAX];
	int n;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	n = guest_iovec(a[1], a[2], iov);
	return n < 0 ? n : SYS_RESULT(call((int)a[0], iov, n, (off_t)a[3]));
}

static int64_t
call_preadv(const uint64_t *a)
{
	return vector_at(a, preadv);
}

static int64_t
call_pwritev(const uint64_t *a)
{
	return vector_at(a, pwritev);
}

static int64_t
call_lseek(const uint64_t *a)
{
	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return SYS_RESULT(lseek((int)a[0], (off_t)a[1], (int)a[2]));
}

static int64_t
call_sendfile(const uint64_t *a)
{
	off_t at = 0, *offset = guest_ptr(a[2]);
	int64_t n;

	if (!guest_fd_ok((int)a[0]) || !guest_fd_ok((int)a[1]))
		return -EBADF;
	if (offset)
		at = *offset;
	n = SYS_RESULT(sendfile((int)a[0], (int)a[1], offset ? &at : NULL, (uint32_t)a[3]));
	if (offset && n >= 0)
		*offset = at;
	return n;
}

static int64_t
call_ftruncate(const uint64_t *a)
{
	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return SYS_RESULT(ftruncate((int)a[0], (off_t)a[1]));
}

static int64_t
call_fallocate(const uint64_t *a)
{
	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	return SYS_RESULT(fallocate((int)a[0], (int)a[1], (off_t)a[2], (off_t)a[3]));
}

static int64_t
call_fsync(const uint64_t *a)
{
	return guest_fd_ok((int)a[0]) ? SYS_RESULT(fsync((int)a[0])) : -EBADF;
}

static int64_t
call_fdatasync(const uint64_t *a)
{
	return guest_fd_ok((int)a[0]) ? SYS_RESULT(fdatasync((int)a[0])) : -EBADF;
}

static int64_t
call_syncfs(const uint64_t *a)
{
	return guest_fd_ok((int)a[0]) ? SYS_RESULT(syncfs((int)a[0])) : -EBADF;
}

/* sync() would make every disk of the host busy for a guest that asks for it in a loop. */
static int64_t
call_sync(const uint64_t *a UNUSED)
{
	return 0;
}

static int64_t
call_flock(const uint64_t *a)
{
	return guest_fd_ok((int)a[0]) ? SYS_RESULT(flock((int)a[0], (int)a[1])) : -EBADF;
}

/* ---- descriptors as such ---- */

static int64_t
call_close(const uint64_t *a)
{
	int fd = (int)a[0];

	if (!guest_fd_ok(fd))
		return -EBADF;
	fd_forget(fd);
	return SYS_RESULT(close(fd));
}

static int64_t
call_dup(const uint64_t *a)
{
	int fd;

	if (!guest_fd_ok((int)a[0]))
		return -EBADF;
	fd = dup((int)a[0]);
	if (fd < 0)
		return -errno;
	fd_share((int)a[0], fd);
	return fd;
}

static int64_t
duplicate_to(int from, int to, int flags)
{
	if (!guest_fd_ok(from) || !guest_fd_ok(to))
		return -EBADF;
	if (dup3(from, to, flags) < 0)
		return -errno;
	fd_share(from, to);
	return to;
}

static int64_t
call_dup2(const uint64_t *a)
{
	int from = (int)a[0], to = (int)a[1];

	if (from == to)
		return guest_fd_ok(from) && fcntl(from, F_GETFD) >= 0 ? from : -EBADF;
	return duplicate_to(from, to, 0);
}

static int64_t
call_dup3(const uint64_t *a)
{
	return duplicate_to((int)a[0], (int)a[1], (int)a[2]);
}

static int64_t
pipe_with(uint64_t address, int flags)
{
	int32_t *out = guest_ptr(address);
	int fds[2];

	if (!out)
		return -EFAULT;
	if (pipe2(fds, flags) < 0)
		return -errno;
	out[0] = (int32_t)fd_opened(fds[0]);
	out[1] = (int32_t)fd_opened(fds[1]);
	return 0;
}

static int64_t
call_pipe(const uint64_t *a)
{
	return pipe_with(a[0], 0);
}

static int64_t
call_pipe2(const uint64_t *a)
{
	return pipe_with(a[0], (int)a[1]);
}

/* ---- fcntl ---- */

static int64_t
fcntl_duplicate(int fd, int command, int64_t at_least)
{
	int64_t copy;

	critical_enter();
	while ((copy = SYS_RESULT(fcntl(fd, command, (int)at_least))) >= 0 &&
		!guest_fd_ok((int)copy)) {
		close((int)copy);
		at_least = copy + 1;
	}
	if (copy >= 0)
		fd_share(fd, (int)copy);
	critical_leave();
	return copy;
}

static int64_t
fcntl_lock(int fd, int command, uint64_t address)
{
	struct flock *guest = guest_ptr(address), lock;
	int64_t r;

	if (!guest)
		return -EFAULT;
	lock = *guest;
	r = SYS_RESULT(fcntl(fd, command, &lock));
	if (r == 0 && (command == F_GETLK || command == F_OFD_GETLK)) {
		if (lock.l_pid > 0)
			lock.l_pid = process_guest_pid(lock.l_pid);
		*guest = lock;
	}
	return r;
}

/* Owners are the pids (or, negative, the groups) that SIGIO goes to. */
static int64_t
fcntl_set_owner(int fd, int32_t owner)
{
	if (owner > 0) {
		struct process *p = process_find(owner);

		return p ? SYS_RESULT(fcntl(fd, F_SETOWN, p->host_pid)) : -ESRCH;
	}
	if (owner < 0) {
		pid_t group = process_host_group(-owner);

		return group < 0 ? group : SYS_RESULT(fcntl(fd, F_SETOWN, -group));
	}
	return SYS_RESULT(fcntl(fd, F_SETOWN, 0));
}

static int64_t
fcntl_get_owner(int fd)
{
	int owner = fcntl(fd, F_GETOWN);

	return owner < 0 ? -process_guest_group(-owner) : process_guest_pid(owner);
}

static int64_t
call_fcntl(const uint64_t *a)
{
	int fd = (int)a[0], command = (int)a[1];
	int32_t value = (int32_t)a[2];

	if (!guest_fd_ok(fd))
		return -EBADF;
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return fcntl_duplicate(fd, command, value);
	case F_GETFD:
	case F_SETFD:
	case F_GETFL:
	case F_SETFL:
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
		return SYS_RESULT(fcntl(fd, command, value));
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return fcntl_lock(fd, command, a[2]);
	case F_SETOWN:
		return fcntl_set_owner(fd, value);
	case F_GETOWN:
		return fcntl_get_owner(fd);
	}
	return -EINVAL;
}

/* ---- waiting; descriptors of the host in these sets tell no more than that something is ready ---- */

static int64_t
call_poll(const uint64_t *a)
{
	if (!guest_range_ok(a[0], (a[1] & UINT32_MAX) * sizeof(struct pollfd)))
		return -EFAULT;
	return SYS_RESULT(poll(guest_ptr(a[0]), (uint32_t)a[1], (int)a[2]));
}

/* The kernel's own call: libc's wrapper would copy a guest's 8-byte mask as a 128-byte one. */
static int64_t
call_ppoll(const uint64_t *a)
{
	struct timespec t;
	bool timed = guest_timespec(a[2], &t);

	if (!guest_range_ok(a[0], (a[1] & UINT32_MAX) * sizeof(struct pollfd)))
		return -EFAULT;
	return SYS_RESULT(syscall(SYS_ppoll, guest_ptr(a[0]), (uint32_t)a[1], timed ? &t : NULL,
		guest_ptr(a[3]), (size_t)8));
}

static int64_t
call_select(const uint64_t *a)
{
	return SYS_RESULT(syscall(SYS_select, (int)a[0], guest_ptr(a[1]), guest_ptr(a[2]),
		guest_ptr(a[3]), guest_ptr(a[4])));
}

static int64_t
call_pselect(const uint64_t *a)
{
	const struct x32_sigset_arg *mask = guest_ptr(a[5]);
	struct {
		void *set;
		size_t len;
	} host_mask = {NULL, 8};
	struct timespec t;
	bool timed = guest_timespec(a[4], &t);

	if (mask)
		host_mask.set = guest_ptr(mask->set);
	return SYS_RESULT(syscall(SYS_pselect6, (int)a[0], guest_ptr(a[1]), guest_ptr(a[2]),
		guest_ptr(a[3]), timed ? &t : NULL, &host_mask));
}

const struct syscall io_calls[] = {
	{SYS_read, call_read, CALL_BLOCKS},
	{SYS_write, call_write, CALL_BLOCKS},
	{SYS_pread64, call_pread, CALL_BLOCKS},
	{SYS_pwrite64, call_pwrite, CALL_BLOCKS},
	{SYS_readv, call_readv, CALL_BLOCKS},
	{SYS_writev, call_writev, CALL_BLOCKS},
	{SYS_preadv, call_preadv, CALL_BLOCKS},
	{SYS_pwritev, call_pwritev, CALL_BLOCKS},
	{SYS_lseek, call_lseek},
	{SYS_sendfile, call_sendfile, CALL_BLOCKS},
	{SYS_ftruncate, call_ftruncate},
	{SYS_fallocate, call_fallocate},
	{SYS_fsync, call_fsync, CALL_BLOCKS},
	{SYS_fdatasync, call_fdatasync, CALL_BLOCKS},
	{SYS_syncfs, call_syncfs, CALL_BLOCKS},
	{SYS_sync, call_sync},
	{SYS_flock, call_flock, CALL_BLOCKS},
	{SYS_close, call_close},
	{SYS_dup, call_dup},
	{SYS_dup2, call_dup2},
	{SYS_dup3, call_dup3},
	{SYS_pipe, call_pipe},
	{SYS_pipe2, call_pipe2},
	{SYS_fcntl, call_fcntl, CALL_BLOCKS},
	{SYS_poll, call_poll, CALL_BLOCKS},
	{SYS_ppoll, call_ppoll, CALL_BLOCKS},
	{SYS_select, call_select, CALL_BLOCKS},
	{SYS_pselect6, call_pselect, CALL_BLOCKS},
	{0},
};
