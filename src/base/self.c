#include "base/self.h"

#include "base/scope.h"
#include "base/time.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

/* A file of proc(5), as text. */
static int
read_proc(const char *path, char *out, size_t size)
{
	scoped_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, out, size - 1);
	if (n < 0)
		return -errno;
	out[n] = '\0';
	return 0;
}

int
self_memory(uint64_t *ret_virtual, uint64_t *ret_resident)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	unsigned long long total, resident;
	char text[128];
	int r = read_proc("/proc/self/statm", text, sizeof(text));

	if (r < 0)
		return r;
	if (sscanf(text, "%llu %llu", &total, &resident) != 2)
		return -EPROTO;
	*ret_virtual = total * page;
	*ret_resident = resident * page;
	return 0;
}

double
self_cpu_seconds(void)
{
	return (double)time_read_ns(CLOCK_PROCESS_CPUTIME_ID) / NSEC_PER_SEC;
}

static int64_t
count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int64_t n = 0;

	if (!dir)
		return -errno;
	for (const struct dirent *entry; (entry = readdir(dir));)
		n += *entry->d_name != '.';
	closedir(dir);
	return n;
}

/* The directory's size is their number since Linux 6.2; listing twenty thousand takes long enough to be
 * noticed. */
int64_t
self_open_files(void)
{
	int64_t n;
	struct stat st;

	if (stat("/proc/self/fd", &st) == 0 && st.st_size > 0)
		return st.st_size;
	n = count_entries("/proc/self/fd");
	return n < 0 ? n : n - 1; /* the one that reads */
}

/* The start is kept as ticks of the clock that counts from the machine's start, in the 22nd field. The
 * second, the program's name in parentheses, may have anything in it. */
int
self_started(int64_t *ret_ns)
{
	int64_t tick = NSEC_PER_SEC / sysconf(_SC_CLK_TCK);
	unsigned long long ticks;
	const char *rest;
	char text[1024];
	int r = read_proc("/proc/self/stat", text, sizeof(text));

	if (r < 0)
		return r;
	rest = strrchr(text, ')');
	if (!rest ||
		sscanf(rest,
			") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
			"%*d %*d %llu",
			&ticks) != 1)
		return -EPROTO;
	*ret_ns = time_read_ns(CLOCK_REALTIME) - time_read_ns(CLOCK_BOOTTIME) +
		  (int64_t)ticks * tick;
	return 0;
}
