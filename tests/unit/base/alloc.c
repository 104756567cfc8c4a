#include "base/alloc.h"

#include "base/scope.h"
#include "capture.h"
#include "test.h"

#include <signal.h>
#include <sys/wait.h>

struct pair {
	int a, b;
};

TEST(alloc_new_is_zeroed)
{
	scoped_free struct pair *p = NEW(pair);

	ASSERT_EQ(p->a, 0);
	ASSERT_EQ(p->b, 0);
}

TEST(alloc_nothing_is_a_pointer)
{
	scoped_free void *a = xmalloc(0);
	scoped_free void *b = xcalloc(0, 8);

	ASSERT(a && b && a != b);
	a = xrealloc(a, 0);
	ASSERT(a);
}

TEST(alloc_strndup_stops_at_nul_and_at_n)
{
	scoped_free char *a = xstrndup("abcdef", 3);
	scoped_free char *b = xstrndup("ab\0cd", 5);

	ASSERT_STR(a, "abc");
	ASSERT_STR(b, "ab");
}

TEST(alloc_asprintf_formats)
{
	scoped_free char *s = xasprintf("%d-%s", 7, "x");

	ASSERT_STR(s, "7-x");
}

static void
ask_too_much(void *arg)
{
	scoped_free void *p = xcalloc(SIZE_MAX / 2, 2 + (arg != NULL));

	(void)p;
}

TEST(alloc_failure_ends_the_program)
{
	struct buf out;
	int status = capture(2, ask_too_much, "", &out);

	ASSERT(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
	ASSERT(out.len > 0);
	buf_free(&out);
}

TEST(scope_take_leaves_nothing_behind)
{
	scoped_free char *a = xstrdup("mine");
	scoped_free char *b = take_ptr(a);
	scoped_fd int fd = dup(1);
	scoped_fd int moved = take_fd(fd);

	ASSERT(a == NULL);
	ASSERT_STR(b, "mine");
	ASSERT_EQ(fd, -1);
	ASSERT(moved >= 0);
}
