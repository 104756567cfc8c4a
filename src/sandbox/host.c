#include "sandbox/host.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>

uint8_t *guest_memory;
struct container container;

static int host_fd_end = HOST_FD_MIN; /* one above the highest in use */

int
guest_string(uint64_t address, char *out, size_t size)
{
	const char *s = guest_ptr(address);
	size_t n;

	if (!s)
		return -EFAULT;
	n = strnlen(s, size);
	if (n == size)
		return -ENAMETOOLONG;
	/* Another process may write to shared memory meanwhile: the copy ends with a NUL of ours. */
	memcpy(out, s, n);
	out[n] = '\0';
	return 0;
}

bool
guest_timespec(uint64_t address, struct timespec *ret)
{
	const int64_t *t = guest_ptr(address);

	if (!t)
		return false;
	ret->tv_sec = t[0];
	ret->tv_nsec = (int32_t)t[1];
	return true;
}

int
guest_iovec(uint64_t address, uint64_t count, struct iovec *out)
{
	const uint32_t *v = guest_ptr(address);
	uint32_t n = (uint32_t)count;

	if (n > GUEST_IOV_MAX)
		return -EINVAL;
	for (uint32_t i = 0; i < n; i++) {
		out[i].iov_base = guest_ptr(v[2 * i]);
		out[i].iov_len = v[2 * i + 1];
		if (!guest_range_ok(v[2 * i], out[i].iov_len))
			return -EFAULT;
	}
	return (int)n;
}

int
host_fd_keep(int fd)
{
	int kept = fcntl(fd, F_DUPFD_CLOEXEC, HOST_FD_MIN);
	int error = errno;

	close(fd);
	if (kept < 0)
		return -error;
	if (kept >= HOST_FD_MAX) {
		close(kept);
		return -EMFILE;
	}
	if (kept >= host_fd_end)
		host_fd_end = kept + 1;
	return kept;
}

/* The kernel gives out no number above the soft limit, which is the guest's to set; the hard one is ours. */
int
host_fd_replace(int fd, int number)
{
	struct rlimit limit, raised;
	bool low = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur <= (rlim_t)number;
	int r = 0;

	if (low) {
		raised = (struct rlimit){limit.rlim_max, limit.rlim_max};
		setrlimit(RLIMIT_NOFILE, &raised);
	}
	if (dup3(fd, number, O_CLOEXEC) < 0)
		r = -errno;
	if (low)
		setrlimit(RLIMIT_NOFILE, &limit);
	close(fd);
	return r;
}

bool
guest_fd_ok(int fd)
{
	return fd >= 0 && (fd < HOST_FD_MIN || fd >= host_fd_end);
}
