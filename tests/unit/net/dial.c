#include "base/str.h"
#include "net/listener.h"
#include "net/stream.h"
#include "task/clock.h"
#include "test.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static usec_t
soon(void)
{
	return clock_after(10 * USEC_PER_SEC);
}

static int
nobody_there(void *arg)
{
	struct address tcp = {.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	struct address file = {.kind = ADDRESS_UNIX, .path = "/no/such/socket"};
	scoped(listener) *l = NULL;
	scoped_error e = {0}, e_file = {0};
	struct stream *s;

	(void)arg;
	ASSERT_OK(listener_open(&tcp, &l, NULL));
	tcp.port = listener_address(l)->port;
	listener_free(take_ptr(l));
	ASSERT_EQ(stream_dial(&tcp, soon(), &s, &e), -ECONNREFUSED);
	ASSERT(str_starts(error_message(&e), "cannot connect to tcp://127.0.0.1:"));
	ASSERT_EQ(stream_dial(&file, soon(), &s, &e_file), -ENOENT);
	ASSERT(strstr(error_message(&e_file), "/no/such/socket") != NULL);
	return 0;
}

TEST(dialing_where_nobody_listens_says_where)
{
	ASSERT_OK(task_run(nobody_there, NULL));
}

static int
unknown_host(void *arg)
{
	struct address a = {.kind = ADDRESS_TCP, .host = "no-such-host.invalid", .port = 1};
	scoped_error e = {0};
	struct stream *s;

	(void)arg;
	ASSERT_EQ(stream_dial(&a, soon(), &s, &e), -EHOSTUNREACH);
	ASSERT(str_starts(error_message(&e), "cannot look up no-such-host.invalid: "));
	return 0;
}

TEST(a_name_that_does_not_resolve)
{
	ASSERT_OK(task_run(unknown_host, NULL));
}

/* A listener with no room left: connecting must wait, and end at the deadline. */
static int
full_backlog(void *arg)
{
	char path[] = "/tmp/sockerless-dial-XXXXXX";
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct address a = {.kind = ADDRESS_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), r, n = 0;
	struct stream *s[8];

	(void)arg;
	ASSERT(mkdtemp(path) != NULL);
	ASSERT_OK(str_format(a.path, sizeof(a.path), "%s/s", path));
	ASSERT_OK(str_format(un.sun_path, sizeof(un.sun_path), "%s", a.path));
	ASSERT_OK(bind(fd, (struct sockaddr *)&un, sizeof(un)));
	ASSERT_OK(listen(fd, 0));
	while ((r = stream_dial(&a, clock_after(USEC_PER_SEC), &s[n], NULL)) == 0)
		ASSERT(++n < 8);
	ASSERT_EQ(r, -ETIMEDOUT);
	close(accept(fd, NULL, NULL));
	ASSERT_OK(stream_dial(&a, clock_after(USEC_PER_SEC), &s[n++], NULL));
	while (n > 0)
		stream_free(s[--n]);
	close(fd);
	unlink(a.path);
	rmdir(path);
	return 0;
}

TEST(a_full_backlog_is_waited_for)
{
	ASSERT_OK(task_run_virtual(full_backlog, NULL));
}

static int
cancelled(void *arg)
{
	struct address a = {.kind = ADDRESS_TCP, .host = "127.0.0.1", .port = 1};
	struct stream *s;
	scoped_error e = {0};

	(void)arg;
	task_cancel(task_self());
	ASSERT_EQ(stream_dial(&a, soon(), &s, &e), -ECANCELED);
	return 0;
}

TEST(a_cancelled_task_does_not_dial)
{
	ASSERT_OK(task_run(cancelled, NULL));
}
