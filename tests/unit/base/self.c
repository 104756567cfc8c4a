#include "base/self.h"

#include "base/scope.h"
#include "base/time.h"
#include "test.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>

#define SIZE (64 << 20)

TEST(self_memory_grows_with_use)
{
	uint64_t size, resident, size_after, resident_after;
	char *more;

	ASSERT_OK(self_memory(&size, &resident));
	ASSERT(resident > 0 && resident < size);
	more = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT(more != MAP_FAILED);
	ASSERT_OK(self_memory(&size_after, &resident_after));
	ASSERT(size_after >= size + SIZE);
	ASSERT(resident_after < resident + SIZE / 2);
	memset(more, 1, SIZE);
	ASSERT_OK(self_memory(&size_after, &resident_after));
	ASSERT(resident_after >= resident + SIZE / 2); /* the kernel counts in batches */
}

TEST(self_cpu_seconds_go_with_the_clock)
{
	double began = self_cpu_seconds();
	struct timespec t;

	ASSERT(began >= 0 && began < 60);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	while ((double)t.tv_sec + (double)t.tv_nsec / 1e9 < began + 0.02);
	ASSERT(self_cpu_seconds() >= began + 0.02 && self_cpu_seconds() < began + 60);
}

TEST(self_open_files_are_counted)
{
	int64_t before = self_open_files();
	int fds[10];

	ASSERT(before >= 3); /* standard input, output and error */
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		ASSERT_OK(fds[i]);
	}
	ASSERT_EQ(self_open_files(), before + 10);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		close(fds[i]);
	ASSERT_EQ(self_open_files(), before);
}

/* The runner has just made this process. */
TEST(self_started_a_moment_ago)
{
	struct timespec now;
	int64_t started, again;
	double age;

	ASSERT_OK(self_started(&started));
	clock_gettime(CLOCK_REALTIME, &now);
	age = (double)(now.tv_sec * NSEC_PER_SEC + now.tv_nsec - started) / NSEC_PER_SEC;
	ASSERT(age > -1 && age < 60);
	ASSERT_OK(self_started(&again));
	ASSERT(again > started - NSEC_PER_SEC / 10 && again < started + NSEC_PER_SEC / 10);
}
