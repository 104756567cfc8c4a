#include "capture.h"

#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX (1 << 20)

int
capture(int fd, void (*fn)(void *), void *arg, struct buf *out)
{
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	ASSERT(pipe(ends) == 0);
	fflush(NULL);
	pid = fork();
	ASSERT(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], fd);
		close(ends[0]);
		close(ends[1]);
		fn(arg);
		exit(0);
	}
	close(ends[1]);
	buf_init(out, OUTPUT_MAX);
	do {
		void *at = buf_reserve(out, 4096);

		ASSERT(at);
		n = read(ends[0], at, 4096);
		ASSERT(n >= 0);
		buf_commit(out, (size_t)n);
	} while (n > 0);
	close(ends[0]);
	ASSERT(waitpid(pid, &status, 0) == pid);
	return status;
}
