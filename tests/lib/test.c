#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEST_SECONDS 60
enum { EXIT_SKIPPED = 77, EXIT_FAILED = 1 };

static struct test *tests, **tests_end = &tests;
static const char *running;

void
test_register(struct test *t)
{
	*tests_end = t;
	tests_end = &t->next;
}

void
test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "FAIL %s: %s:%d: ", running, file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	fflush(NULL);
	_exit(EXIT_FAILED);
}

void
test_skip(const char *fmt, ...)
{
	va_list ap;

	printf("skip %s: ", running);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(NULL);
	_exit(EXIT_SKIPPED);
}

static bool
selected(const struct test *t, int argc, char **argv)
{
	int words = 0;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue;
		if (strstr(t->name, argv[i]))
			return true;
		words++;
	}
	return words == 0;
}

static int
run_forked(const struct test *t)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(2);
	}
	if (pid == 0) {
		alarm(TEST_SECONDS);
		t->fn();
		exit(0); /* not _exit: leak checkers report at exit */
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "FAIL %s: %s\n", t->name,
			WTERMSIG(status) == SIGALRM ? "still running after 60 s"
						    : strsignal(WTERMSIG(status)));
		return EXIT_FAILED;
	}
	return WEXITSTATUS(status);
}

int
main(int argc, char **argv)
{
	int passed = 0, failed = 0, skipped = 0;
	bool forked = !(argc > 1 && strcmp(argv[1], "--no-fork") == 0);

	for (struct test *t = tests; t; t = t->next) {
		int r = 0;

		if (!selected(t, argc, argv))
			continue;
		running = t->name;
		if (forked)
			r = run_forked(t);
		else
			t->fn();
		if (r == EXIT_SKIPPED)
			skipped++;
		else if (r != 0) {
			failed++;
			fprintf(stderr, "FAIL %s: exit %d\n", t->name, r);
		} else
			passed++;
	}
	printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed || passed + skipped == 0;
}
