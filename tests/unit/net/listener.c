#include "net/listener.h"

#include "base/str.h"
#include "task/clock.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static usec_t
soon(void)
{
	return clock_after(10 * USEC_PER_SEC);
}

static char directory[] = "/tmp/sockerless-net-XXXXXX";

static struct address
socket_path(const char *name)
{
	struct address a = {.kind = ADDRESS_UNIX};

	if (directory[strlen(directory) - 1] == 'X')
		ASSERT(mkdtemp(directory) != NULL);
	ASSERT_OK(str_format(a.path, sizeof(a.path), "%s/%s", directory, name));
	return a;
}

static void
remove_directory(void)
{
	ASSERT_OK(rmdir(directory)); /* so it must be empty by now */
}

static struct listener *
open_listener(const struct address *a)
{
	struct listener *l = NULL;
	scoped_error e = {0};

	if (listener_open(a, &l, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	return l;
}

static void
talk(struct listener *l)
{
	scoped(stream) *here = NULL, *there = NULL;
	char got[8] = "";

	ASSERT_OK(stream_dial(listener_address(l), soon(), &there, NULL));
	ASSERT_OK(stream_write(there, "hello", 5, soon()));
	ASSERT_OK(listener_accept(l, soon(), &here));
	ASSERT_OK(stream_read_full(here, got, 5, soon()));
	ASSERT_STR(got, "hello");
}

static int
unix_socket(void *arg)
{
	struct address a = socket_path("s");
	struct listener *l;
	struct stream *s;
	struct stat st;
	mode_t mask = umask(077);

	(void)arg;
	l = open_listener(&a);
	umask(mask);
	ASSERT_OK(stat(a.path, &st));
	ASSERT_EQ(st.st_mode & 07777, 0660);
	ASSERT_EQ(listener_accept(l, clock_after(1000), &s), -ETIMEDOUT);
	talk(l);
	listener_free(l);
	ASSERT_EQ(access(a.path, F_OK), -1);
	remove_directory();
	return 0;
}

TEST(a_unix_socket_is_private_and_leaves_nothing)
{
	ASSERT_OK(task_run(unix_socket, NULL));
}

/* What a killed daemon leaves: a bound file that nobody listens on. */
static void
leave_stale(const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ASSERT_OK(str_format(un.sun_path, sizeof(un.sun_path), "%s", path));
	ASSERT_OK(bind(fd, (struct sockaddr *)&un, sizeof(un)));
	ASSERT_OK(listen(fd, 1));
	close(fd);
}

static int
stale_socket(void *arg)
{
	struct address a = socket_path("stale");
	struct listener *l;

	(void)arg;
	leave_stale(a.path);
	l = open_listener(&a);
	talk(l);
	listener_free(l);
	remove_directory();
	return 0;
}

TEST(a_stale_socket_is_replaced)
{
	ASSERT_OK(task_run(stale_socket, NULL));
}

static int
live_socket(void *arg)
{
	struct address a = socket_path("live");
	struct listener *l = open_listener(&a), *second = NULL;
	scoped_error e = {0};
	struct stream *probe;
	char c;

	(void)arg;
	ASSERT_EQ(listener_open(&a, &second, &e), -EADDRINUSE);
	ASSERT(strstr(error_message(&e), a.path) != NULL);
	ASSERT_OK(listener_accept(l, soon(), &probe));
	ASSERT_EQ(stream_read(probe, &c, 1, soon()), 0);
	stream_free(probe);
	talk(l);
	listener_free(l);
	remove_directory();
	return 0;
}

TEST(a_socket_that_answers_is_left_alone)
{
	ASSERT_OK(task_run(live_socket, NULL));
}

static int
not_a_socket(void *arg)
{
	struct address a = socket_path("file");
	struct listener *l = NULL;
	int fd = open(a.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)arg;
	ASSERT_EQ(listener_open(&a, &l, NULL), -EEXIST);
	ASSERT_OK(access(a.path, F_OK));
	close(fd);
	ASSERT_OK(unlink(a.path));
	remove_directory();
	return 0;
}

TEST(a_file_that_is_no_socket_is_never_removed)
{
	ASSERT_OK(task_run(not_a_socket, NULL));
}

static int
successor(void *arg)
{
	struct address a = socket_path("s");
	struct listener *old = open_listener(&a), *new;

	(void)arg;
	ASSERT_OK(unlink(a.path));
	new = open_listener(&a);
	listener_free(old);
	talk(new);
	listener_free(new);
	remove_directory();
	return 0;
}

TEST(the_socket_of_a_successor_stays)
{
	ASSERT_OK(task_run(successor, NULL));
}

/* TCP */

static int
tcp_socket(void *arg)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", ""};

	(void)arg;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct address a = {.kind = ADDRESS_TCP};
		struct listener *l;

		ASSERT_OK(str_format(a.host, sizeof(a.host), "%s", hosts[i]));
		l = open_listener(&a);
		ASSERT(listener_address(l)->port != 0);
		ASSERT_STR(listener_address(l)->host, hosts[i]);
		talk(l);
		listener_free(l);
	}
	return 0;
}

TEST(tcp_listeners_take_any_port)
{
	ASSERT_OK(task_run(tcp_socket, NULL));
}

static int
tcp_options(void *arg)
{
	struct address a = {.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	scoped(listener) *l = open_listener(&a);
	scoped(stream) *here = NULL, *there = NULL;
	int ends[2], value;
	socklen_t size = sizeof(value);

	(void)arg;
	ASSERT_OK(stream_dial(listener_address(l), soon(), &there, NULL));
	ASSERT_OK(listener_accept(l, soon(), &here));
	ends[0] = stream_fd(here);
	ends[1] = stream_fd(there);
	for (int i = 0; i < 2; i++) {
		ASSERT_OK(getsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &value, &size));
		ASSERT_EQ(value, 1);
		ASSERT_OK(getsockopt(ends[i], SOL_SOCKET, SO_KEEPALIVE, &value, &size));
		ASSERT_EQ(value, 1);
		ASSERT(fcntl(ends[i], F_GETFD) & FD_CLOEXEC);
	}
	return 0;
}

TEST(both_ends_of_tcp_send_at_once_and_keep_alive)
{
	ASSERT_OK(task_run(tcp_options, NULL));
}

static int
taken_port(void *arg)
{
	struct address a = {.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	scoped(listener) *l = open_listener(&a);
	struct listener *second = NULL;

	(void)arg;
	ASSERT_EQ(listener_open(listener_address(l), &second, NULL), -EADDRINUSE);
	return 0;
}

TEST(a_taken_port_is_an_error)
{
	ASSERT_OK(task_run(taken_port, NULL));
}

/* Out of descriptors */

struct shortage {
	struct listener *listener;
	struct stream *hoard;
	int result;
	struct stream *accepted;
};

static void
accept_one(void *arg)
{
	struct shortage *s = arg;

	s->result = listener_accept(s->listener, soon(), &s->accepted);
}

static double
cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
limit_descriptors(rlim_t limit)
{
	struct rlimit r;

	ASSERT_OK(getrlimit(RLIMIT_NOFILE, &r));
	r.rlim_cur = limit;
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &r));
}

static int
out_of_descriptors(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct address a = {.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	struct stream *caller = NULL, *pair[2], *none = NULL;
	struct shortage s = {.listener = open_listener(&a)};
	double cpu;

	(void)arg;
	ASSERT_OK(stream_pair(pair));
	ASSERT_OK(stream_dial(listener_address(s.listener), soon(), &caller, NULL));
	limit_descriptors((rlim_t)stream_fd(caller) + 1);
	cpu = cpu_seconds();
	ASSERT_EQ(listener_accept(s.listener, clock_after(250 * USEC_PER_MSEC), &none), -ETIMEDOUT);
	ASSERT(cpu_seconds() - cpu < 0.1);
	task_spawn(group, "accept", accept_one, &s);
	task_yield();
	stream_free(pair[0]);
	ASSERT_OK(task_group_join(group, clock_after(50 * USEC_PER_MSEC)));
	ASSERT_OK(s.result);
	stream_free(s.accepted);
	stream_free(caller);
	stream_free(pair[1]);
	listener_free(s.listener);
	return 0;
}

TEST(without_descriptors_accept_waits_and_does_not_spin)
{
	ASSERT_OK(task_run(out_of_descriptors, NULL));
}

/* Inherited */

static int
inherited(void *arg)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct listener **all = NULL;
	size_t n = 1;
	char pid[16];

	(void)arg;
	ASSERT_OK(listener_inherited(&all, &n, NULL));
	ASSERT_EQ(n, 0);
	free(all);
	ASSERT_OK(bind(fd, (struct sockaddr *)&in, sizeof(in)));
	ASSERT_OK(listen(fd, 5));
	ASSERT_EQ(dup2(fd, 3), 3);
	ASSERT_OK(str_format(pid, sizeof(pid), "%d", getpid()));
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	ASSERT_OK(listener_inherited(&all, &n, NULL));
	ASSERT_EQ(n, 1);
	ASSERT_STR(listener_address(all[0])->host, "127.0.0.1");
	talk(all[0]);
	ASSERT(fcntl(3, F_GETFD) & FD_CLOEXEC);
	ASSERT(getenv("LISTEN_FDS") == NULL);
	listener_free(all[0]);
	free(all);
	return 0;
}

static int
inherited_by_another(void *arg)
{
	struct listener **all = NULL;
	size_t n = 1;

	(void)arg;
	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDS", "1", 1);
	ASSERT_OK(listener_inherited(&all, &n, NULL));
	ASSERT_EQ(n, 0);
	free(all);
	return 0;
}

/* Something sits on descriptor 3, lest the loop does: it is to be replaced by what is handed
 * over. */
TEST(a_service_managers_sockets_are_taken_over)
{
	ASSERT_EQ(dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 3), 3);
	ASSERT_OK(task_run(inherited, NULL));
	ASSERT_OK(task_run(inherited_by_another, NULL));
}

static int
inherited_garbage(void *arg)
{
	struct listener **all = NULL;
	scoped_error e = {0};
	char pid[16];
	size_t n = 0;

	(void)arg;
	ASSERT_OK(str_format(pid, sizeof(pid), "%d", getpid()));
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	ASSERT_EQ(listener_inherited(&all, &n, &e), -EINVAL);
	ASSERT(strstr(error_message(&e), "descriptor 3") != NULL);
	return 0;
}

TEST(an_inherited_descriptor_that_does_not_listen_is_refused)
{
	ASSERT_OK(task_run(inherited_garbage, NULL));
}
