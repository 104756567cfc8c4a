#include "base/error.h"

#include "capture.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

TEST(error_set_fills_once)
{
	scoped_error e = {0};

	ASSERT_EQ(error_set(&e, ERROR_NOT_FOUND, -ENOENT, "No such container: %s", "x"), -ENOENT);
	ASSERT_EQ(error_set(&e, ERROR_CONFLICT, -EBUSY, "other"), -EBUSY);
	ASSERT_EQ(e.kind, ERROR_NOT_FOUND);
	ASSERT_EQ(e.code, -ENOENT);
	ASSERT_STR(e.message, "No such container: x");
}

TEST(error_may_be_absent)
{
	ASSERT_EQ(error_set(NULL, ERROR_INVALID, -EINVAL, "x"), -EINVAL);
	ASSERT_EQ(error_errno(NULL, -EINVAL, "x"), -EINVAL);
	ASSERT_EQ(error_wrap(NULL, -EINVAL, "x"), -EINVAL);
	ASSERT_STR(error_message(NULL), "unknown error");
}

TEST(error_errno_appends_reason_and_kind)
{
	static const struct {
		int code;
		enum error_kind kind;
		const char *message;
	} cases[] = {
		{-ENOENT, ERROR_NOT_FOUND, "open: No such file or directory"},
		{-EINVAL, ERROR_INVALID, "open: Invalid argument"},
		{-EACCES, ERROR_FORBIDDEN, "open: Permission denied"},
		{-EEXIST, ERROR_CONFLICT, "open: File exists"},
		{-ENOBUFS, ERROR_TOO_LARGE, "open: No buffer space available"},
		{-ENOSYS, ERROR_NOT_IMPLEMENTED, "open: Function not implemented"},
		{-ECONNREFUSED, ERROR_UNAVAILABLE, "open: Connection refused"},
		{-ETIMEDOUT, ERROR_TIMEOUT, "open: Connection timed out"},
		{-ECANCELED, ERROR_CANCELLED, "open: Operation canceled"},
		{-EIO, ERROR_INTERNAL, "open: Input/output error"},
		{-99999, ERROR_INTERNAL, "open: unknown error number"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_error e = {0};

		ASSERT_EQ(error_errno(&e, cases[i].code, "%s", "open"), cases[i].code);
		ASSERT_EQ(e.kind, cases[i].kind);
		ASSERT_EQ(e.code, cases[i].code);
		ASSERT_STR(e.message, cases[i].message);
	}
}

TEST(error_wrap_prefixes)
{
	scoped_error e = {0};

	error_set(&e, ERROR_CONFLICT, -EBUSY, "it runs");
	ASSERT_EQ(error_wrap(&e, -EIO, "cannot remove %s", "a"), -EIO);
	ASSERT_STR(e.message, "cannot remove a: it runs");
	ASSERT_EQ(e.kind, ERROR_CONFLICT);
	ASSERT_EQ(e.code, -EBUSY);
}

TEST(error_wrap_of_bare_errno_keeps_the_reason)
{
	scoped_error e = {0};

	ASSERT_EQ(error_wrap(&e, -ENOENT, "cannot read %s", "a"), -ENOENT);
	ASSERT_STR(e.message, "cannot read a: No such file or directory");
	ASSERT_EQ(e.kind, ERROR_NOT_FOUND);
}

TEST(error_message_is_one_line)
{
	scoped_error e = {0};

	error_set(&e, ERROR_INVALID, -EINVAL, "bad name: %s", "a\r\nb");
	ASSERT_STR(e.message, "bad name: a  b");
}

TEST(error_clear_and_move)
{
	struct error a = {0}, b = {0};

	ASSERT_STR(error_message(&a), "unknown error");
	error_set(&a, ERROR_INVALID, -EINVAL, "x");
	error_move(&b, &a);
	ASSERT_EQ(a.code, 0);
	ASSERT(a.message == NULL);
	ASSERT_STR(b.message, "x");
	error_clear(&b);
	ASSERT_EQ(b.code, 0);
	error_clear(&b);
}

static void
break_rule(void *arg)
{
	bug_if(arg != NULL);
}

TEST(bug_if_stops_and_says_where)
{
	struct buf out;
	int status = capture(2, break_rule, "", &out);

	ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	ASSERT(strstr(out.data, "error.c:") && strstr(out.data, "arg != NULL"));
	buf_free(&out);
	ASSERT_EQ(capture(2, break_rule, NULL, &out), 0);
	buf_free(&out);
}
