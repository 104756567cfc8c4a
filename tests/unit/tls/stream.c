#include "tls/stream.h"

#include "base/alloc.h"
#include "certificates.h"
#include "task/clock.h"
#include "test.h"

#include <errno.h>

/* TLS streams as callers see them, over connected pairs. */

static usec_t
soon(void)
{
	return clock_after(20 * USEC_PER_SEC);
}

struct ends {
	struct stream *server, *client;
};

static struct stream *
wrap(struct stream *below, struct tls_options o)
{
	struct tls_config *config = NULL;
	scoped_error e = {0};
	struct stream *s;

	if (tls_config_new(&o, &config, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	s = tls_stream_new(below, config, TLS_REQUIRED);
	tls_config_unref(config);
	return s;
}

static struct stream *
wrap_server(struct stream *below, bool verify)
{
	return wrap(below, (struct tls_options){.role = TLS_SERVER,
				   .ca = certificate_file("ca"),
				   .cert = certificate_file("server"),
				   .key = certificate_file("server-key"),
				   .verify = verify});
}

static struct stream *
wrap_client(struct stream *below, const char *cert, const char *key)
{
	return wrap(below, (struct tls_options){.role = TLS_CLIENT,
				   .ca = certificate_file("ca"),
				   .cert = cert ? certificate_file(cert) : NULL,
				   .key = key ? certificate_file(key) : NULL,
				   .verify = true,
				   .name = "localhost"});
}

static struct ends
connected(void)
{
	struct stream *s[2];

	ASSERT_OK(stream_pair(s));
	return (struct ends){wrap_server(s[0], true), wrap_client(s[1], "client", "client-key")};
}

static void
disconnect(struct ends *e)
{
	stream_free(e->server);
	stream_free(e->client);
}

static void
run(int (*fn)(void *))
{
	certificates_make();
	ASSERT_OK(task_run(fn, NULL));
}

static void
count(void *arg)
{
	(*(int *)arg)++;
}

/* -- one task at each end ---------------------------------------------------------------------- */

struct step {
	struct stream *stream;
	const char *send, *expect;
	bool shut, ended;
};

/* Sends, shuts down, expects, expects the end: whichever of them are asked for. */
static void
play(void *arg)
{
	struct step *step = arg;
	char got[100] = "";

	if (step->send)
		ASSERT_OK(stream_write(step->stream, step->send, strlen(step->send), soon()));
	if (step->shut)
		ASSERT_OK(stream_shutdown(step->stream, soon()));
	if (step->expect) {
		ASSERT_OK(stream_read_full(step->stream, got, strlen(step->expect), soon()));
		ASSERT_STR(got, step->expect);
	}
	if (step->ended) {
		ASSERT_EQ(stream_read(step->stream, got, 1, soon()), 0);
		ASSERT_EQ(stream_read(step->stream, got, 1, soon()), 0);
	}
}

static void
both(struct step a, struct step b)
{
	scoped(task_group) *group = task_group_new();

	task_spawn(group, "a", play, &a);
	task_spawn(group, "b", play, &b);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
}

static int
talk(void *arg)
{
	struct ends e = connected();

	(void)arg;
	ASSERT(stream_identity(e.server) == NULL);
	both((struct step){e.client, "ask", "answer", false, false},
		(struct step){e.server, "answer", "ask", false, false});
	ASSERT_STR(stream_identity(e.server), "ada");
	ASSERT_STR(stream_identity(e.client), "server");
	ASSERT(stream_reason(e.server) == NULL);
	ASSERT_EQ(stream_fd(e.server), -1);
	disconnect(&e);
	return 0;
}

TEST(both_sides_know_each_other)
{
	run(talk);
}

/* Each side in turn says that it has no more, while the other goes on. */
static int
half_close(void *arg)
{
	struct ends e = connected();

	(void)arg;
	both((struct step){e.client, "ask", NULL, true, false},
		(struct step){e.server, NULL, "ask", false, true});
	ASSERT_EQ(stream_write(e.client, "x", 1, soon()), -EPIPE);
	both((struct step){e.server, "answer", NULL, true, false},
		(struct step){e.client, NULL, "answer", false, true});
	disconnect(&e);

	e = connected();
	both((struct step){e.server, "first", NULL, true, false},
		(struct step){e.client, NULL, "first", false, true});
	both((struct step){e.client, "then", NULL, true, false},
		(struct step){e.server, NULL, "then", false, true});
	disconnect(&e);
	return 0;
}

TEST(one_direction_ends_and_the_other_goes_on)
{
	run(half_close);
}

/* A goodbye before any byte, for which the handshake is made. */
static int
nothing_to_say(void *arg)
{
	struct ends e = connected();

	(void)arg;
	both((struct step){e.client, NULL, "unasked", true, true},
		(struct step){e.server, "unasked", NULL, true, true});
	disconnect(&e);
	return 0;
}

TEST(a_side_may_have_nothing_to_say)
{
	run(nothing_to_say);
}

static int
drop_idle(void *arg)
{
	struct ends e = connected();
	char c;

	(void)arg;
	both((struct step){e.client, "x", NULL, false, false},
		(struct step){e.server, NULL, "x", false, false});
	stream_free(e.server);
	ASSERT_EQ(stream_read(e.client, &c, 1, soon()), 0);
	stream_free(e.client);
	return 0;
}

TEST(an_idle_stream_that_is_freed_says_goodbye)
{
	run(drop_idle);
}

static int
cut_off(void *arg)
{
	struct ends e = connected();
	char c;

	(void)arg;
	both((struct step){e.client, "x", NULL, false, false},
		(struct step){e.server, NULL, "x", false, false});
	stream_cut(e.client);
	ASSERT_EQ(stream_read(e.server, &c, 1, soon()), -ECONNRESET);
	ASSERT_STR(stream_reason(e.server), "the connection was cut off");
	ASSERT(stream_closed(e.server));
	disconnect(&e);
	return 0;
}

TEST(an_end_without_a_goodbye_is_an_error)
{
	run(cut_off);
}

/* -- a reading and a writing task at each end -------------------------------------------------- */

enum { MEGABYTE = 1 << 20, MEGABYTES = 100, BLOCK = 100003 };

struct traffic {
	struct stream *stream;
	char *block; /* what is sent again and again */
	size_t read;
};

static void
write_all(void *arg)
{
	struct traffic *t = arg;

	for (size_t sent = 0; sent < (size_t)MEGABYTES * MEGABYTE;) {
		size_t n = (size_t)MEGABYTES * MEGABYTE - sent;

		if (n > BLOCK)
			n = BLOCK;
		ASSERT_OK(stream_write(t->stream, t->block, n, soon()));
		sent += n;
	}
	ASSERT_OK(stream_shutdown(t->stream, soon()));
}

static void
read_all(void *arg)
{
	struct traffic *t = arg;
	char *got = xmalloc(65536);
	ssize_t n;

	while ((n = stream_read(t->stream, got, 65536, soon())) > 0) {
		size_t at = t->read % BLOCK, first = BLOCK - at;

		t->read += (size_t)n;
		if (first > (size_t)n)
			first = (size_t)n;
		ASSERT(memcmp(got, t->block + at, first) == 0);
		ASSERT(memcmp(got + first, t->block, (size_t)n - first) == 0);
	}
	ASSERT_EQ(n, 0);
	free(got);
}

static int
bulk(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct ends e = connected();
	char *block = xmalloc(BLOCK);
	struct traffic traffic[] = {{e.server, block, 0}, {e.client, block, 0}};
	unsigned random = 1;
	unsigned long stalls;

	(void)arg;
	ASSERT_OK(task_yield());
	stalls = task_stalls(); /* reading files was one, perhaps */
	for (int i = 0; i < BLOCK; i++)
		block[i] = (char)((random = random * 1103515245 + 12345) >> 16);
	for (int i = 0; i < 2; i++) {
		task_spawn(group, "write", write_all, &traffic[i]);
		task_spawn(group, "read", read_all, &traffic[i]);
	}
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(traffic[i].read, (size_t)MEGABYTES * MEGABYTE);
	disconnect(&e);
	free(block);
	ASSERT_EQ(task_stalls(), stalls);
	return 0;
}

TEST(much_in_both_directions_at_once)
{
	run(bulk);
}

static void
write_until_stuck(void *arg)
{
	char *block = xcalloc(1, MEGABYTE);
	int r = 0;

	while (r == 0)
		r = stream_write(arg, block, MEGABYTE, USEC_INFINITY);
	ASSERT_EQ(r, -ECANCELED);
	free(block);
}

/* The client does not read; what it sends arrives nevertheless. */
static int
stuck_writer(void *arg)
{
	scoped(task_group) *writer = task_group_new();
	struct ends e = connected();

	(void)arg;
	both((struct step){e.client, "x", NULL, false, false},
		(struct step){e.server, NULL, "x", false, false});
	task_spawn(writer, "stuck", write_until_stuck, e.server);
	ASSERT_OK(task_sleep(50 * USEC_PER_MSEC));
	for (int i = 0; i < 10; i++)
		both((struct step){e.client, "are you there?", NULL, false, false},
			(struct step){e.server, NULL, "are you there?", false, false});
	task_group_cancel(writer);
	ASSERT_OK(task_group_join(writer, soon()));
	disconnect(&e);
	return 0;
}

TEST(a_writer_that_waits_does_not_hold_up_the_reader)
{
	run(stuck_writer);
}

static void
read_and_be_cancelled(void *arg)
{
	char c;

	ASSERT_EQ(stream_read(arg, &c, 1, USEC_INFINITY), -ECANCELED);
}

static int
waiting_reader(void *arg)
{
	scoped(task_group) *reader = task_group_new();
	struct ends e = connected();

	(void)arg;
	task_spawn(reader, "waits", read_and_be_cancelled, e.server);
	for (int i = 0; i < 10; i++)
		both((struct step){e.server, "news", NULL, false, false},
			(struct step){e.client, NULL, "news", false, false});
	task_group_cancel(reader);
	ASSERT_OK(task_group_join(reader, soon()));
	both((struct step){e.client, "x", NULL, false, false}, /* nothing was lost by that */
		(struct step){e.server, NULL, "x", false, false});
	disconnect(&e);
	return 0;
}

TEST(a_reader_that_waits_does_not_hold_up_the_writer)
{
	run(waiting_reader);
}

/* A write that runs out of time may have sent a part of a record. What is written next comes
 * after the rest of it, and only that call's bytes are in doubt. */
static int
late_writer(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct ends e = connected();
	struct traffic t = {e.client, xcalloc(1, BLOCK), 0};
	char *block = xcalloc(1, BLOCK);
	size_t sent = 0;
	int r = 0;

	(void)arg;
	both((struct step){e.client, "x", NULL, false, false},
		(struct step){e.server, NULL, "x", false, false});
	while (r == 0) {
		r = stream_write(e.server, block, BLOCK, clock_after(10 * USEC_PER_MSEC));
		sent += BLOCK;
	}
	ASSERT_EQ(r, -ETIMEDOUT);
	task_spawn(group, "read", read_all, &t);
	ASSERT_OK(stream_write(e.server, block, BLOCK, soon()));
	ASSERT_OK(stream_shutdown(e.server, soon()));
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT(t.read <= sent + BLOCK && t.read >= sent - BLOCK);
	disconnect(&e);
	free(block);
	free(t.block);
	return 0;
}

TEST(a_write_that_was_late_leaves_the_stream_whole)
{
	run(late_writer);
}

/* The goodbye waits for a peer that is slow to take what comes before it. */

static void
write_and_part(void *arg)
{
	char *block = xcalloc(1, MEGABYTE);

	ASSERT_OK(stream_write(arg, block, MEGABYTE, soon()));
	ASSERT_OK(stream_shutdown(arg, soon()));
	free(block);
}

static int
late_goodbye(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct ends e = connected();
	size_t total = 0;
	ssize_t n;
	char got[20000];

	(void)arg;
	both((struct step){e.client, "x", NULL, false, false},
		(struct step){e.server, NULL, "x", false, false});
	task_spawn(group, "write", write_and_part, e.server);
	while ((n = stream_read(e.client, got, sizeof(got), soon())) > 0) {
		total += (size_t)n;
		ASSERT_OK(task_sleep(USEC_PER_MSEC));
	}
	ASSERT_EQ(n, 0);
	ASSERT_EQ(total, MEGABYTE);
	ASSERT_OK(task_group_join(group, soon()));
	disconnect(&e);
	return 0;
}

TEST(a_goodbye_waits_for_a_slow_peer)
{
	run(late_goodbye);
}

/* Many small and empty pieces, some larger than a record */
static void
gather_write(void *arg)
{
	static char data[60000];
	struct iovec v[400];
	size_t at = 0;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i % 251);
	for (size_t i = 0; i < ARRAY_LEN(v); i++) {
		size_t n = i == 100 ? 40000 : i % 3 ? i % 40 : 0;

		v[i] = (struct iovec){data + at, n};
		at += n;
	}
	ASSERT(at < sizeof(data));
	ASSERT_OK(stream_writev(arg, v, ARRAY_LEN(v), soon()));
	ASSERT_OK(stream_shutdown(arg, soon()));
}

static int
gather(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct ends e = connected();
	size_t total = 0, expected = 40000;
	char got[1000];
	ssize_t n;

	(void)arg;
	for (size_t i = 0; i < 400; i++)
		expected += i != 100 && i % 3 ? i % 40 : 0;
	task_spawn(group, "gather", gather_write, e.server);
	while ((n = stream_read(e.client, got, sizeof(got), soon())) > 0)
		for (ssize_t i = 0; i < n; i++, total++)
			ASSERT_EQ(got[i], (char)(total % 251));
	ASSERT_EQ(n, 0);
	ASSERT_EQ(total, expected);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	disconnect(&e);
	return 0;
}

TEST(a_gathered_write_arrives_whole_and_in_order)
{
	run(gather);
}

/* -- the wire between -------------------------------------------------------------------------- */

static void
trickle(void *arg)
{
	struct stream **s = arg;
	char c;

	while (stream_read(s[0], &c, 1, soon()) == 1)
		ASSERT_OK(stream_write(s[1], &c, 1, soon()));
	stream_shutdown(s[1], soon());
}

static int
byte_by_byte(void *arg)
{
	scoped(task_group) *wires = task_group_new();
	struct stream *near[2], *far[2], *there[2], *back[2];
	struct ends e;

	(void)arg;
	ASSERT_OK(stream_pair(near));
	ASSERT_OK(stream_pair(far));
	e = (struct ends){wrap_server(near[0], true), wrap_client(far[0], "client", "client-key")};
	there[0] = back[1] = near[1];
	there[1] = back[0] = far[1];
	task_spawn(wires, "there", trickle, there);
	task_spawn(wires, "back", trickle, back);
	both((struct step){e.client, "ask", "answer", true, true},
		(struct step){e.server, "answer", "ask", true, true});
	ASSERT_OK(task_group_join(wires, soon()));
	disconnect(&e);
	stream_free(near[1]);
	stream_free(far[1]);
	return 0;
}

TEST(a_wire_may_pass_one_byte_at_a_time)
{
	run(byte_by_byte);
}

/* -- handshakes that fail ---------------------------------------------------------------------- */

struct attempt {
	struct stream *stream;
	int result;
};

static void
try_to_read(void *arg)
{
	struct attempt *a = arg;
	char c;

	a->result = (int)stream_read(a->stream, &c, 1, soon());
}

/* The client hears why, although it has sent data by then that nobody will read. */
static int
no_certificate(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct stream *s[2];
	struct attempt server;
	char c;

	(void)arg;
	ASSERT_OK(stream_pair(s));
	server.stream = wrap_server(s[0], true);
	s[1] = wrap_client(s[1], NULL, NULL);
	task_spawn(group, "server", try_to_read, &server);
	ASSERT_OK(stream_write(s[1], "GET / HTTP/1.1\r\n\r\n", 18, soon()));
	ASSERT_EQ(stream_read(s[1], &c, 1, soon()), -EKEYREJECTED);
	ASSERT_STR(stream_reason(s[1]), "the peer refused the connection: certificate required");
	stream_free(s[1]);
	ASSERT_OK(task_group_join(group, soon()));
	ASSERT_EQ(server.result, -EKEYREJECTED);
	ASSERT_EQ(stream_write(server.stream, "x", 1, soon()), -EKEYREJECTED);
	ASSERT_EQ(stream_shutdown(server.stream, soon()), -EKEYREJECTED);
	ASSERT(stream_identity(server.stream) == NULL);
	stream_free(server.stream);
	return 0;
}

TEST(a_client_is_told_why_it_was_refused)
{
	run(no_certificate);
}

/* -- where TLS is optional --------------------------------------------------------------------- */

static struct stream *
wrap_optional(struct stream *below)
{
	struct tls_options o = {.role = TLS_SERVER,
		.cert = certificate_file("server"),
		.key = certificate_file("server-key")};
	struct tls_config *config = NULL;
	struct stream *s;

	ASSERT_OK(tls_config_new(&o, &config, NULL));
	s = tls_stream_new(below, config, TLS_OPTIONAL);
	tls_config_unref(config);
	return s;
}

static int
optional(void *arg)
{
	struct stream *s[2];
	int called = 0;
	char c;

	(void)arg;
	for (int with_tls = 0; with_tls < 2; with_tls++) {
		ASSERT_OK(stream_pair(s));
		s[0] = wrap_optional(s[0]);
		if (with_tls)
			s[1] = wrap_client(s[1], NULL, NULL);
		both((struct step){s[1], "ask", "answer", true, false},
			(struct step){s[0], "answer", "ask", false, true});
		ASSERT_OK(stream_shutdown(s[0], soon()));
		ASSERT_EQ(stream_read(s[1], &c, 1, soon()), 0);
		stream_free(s[0]);
		stream_free(s[1]);
	}

	ASSERT_OK(stream_pair(s)); /* what came with the first byte is kept */
	s[0] = wrap_optional(s[0]);
	ASSERT_OK(stream_write(s[1], "GET", 3, soon()));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(stream_read(s[0], &c, 1, soon()), 1);
		ASSERT_EQ(c, "GET"[i]);
		called = 0;
		stream_notify(s[0], count, &called);
		ASSERT_EQ(called, i < 2);
	}
	ASSERT_OK(stream_write(s[1], "x", 1, soon()));
	ASSERT_OK(task_sleep(10 * USEC_PER_MSEC));
	ASSERT_EQ(called, 1);
	ASSERT_EQ(stream_read(s[0], &c, 1, soon()), 1);
	stream_free(s[1]);
	ASSERT_EQ(stream_read(s[0], &c, 1, soon()), 0); /* no goodbye is expected */
	stream_free(s[0]);

	ASSERT_OK(stream_pair(s));
	s[0] = wrap_optional(s[0]);
	stream_free(s[1]);
	ASSERT_EQ(stream_read(s[0], &c, 1, soon()), 0);
	stream_free(s[0]);
	return 0;
}

TEST(the_first_byte_decides_where_tls_is_optional)
{
	run(optional);
}

static int
plain_client(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct stream *s[2];
	struct attempt server;
	char got[400] = "";
	size_t n = 0;
	ssize_t r;

	(void)arg;
	ASSERT_OK(stream_pair(s));
	server.stream = wrap_server(s[0], true);
	task_spawn(group, "server", try_to_read, &server);
	ASSERT_OK(stream_write(s[1], "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n", 33, soon()));
	while ((r = stream_read(s[1], got + n, sizeof(got) - n - 1, soon())) > 0)
		n += (size_t)r;
	ASSERT_EQ(r, 0);
	ASSERT(strstr(got, "HTTP/1.0 400 Bad Request\r\n") == got);
	ASSERT(strstr(got, "Client sent an HTTP request to an HTTPS server."));
	stream_free(s[1]);
	ASSERT_OK(task_group_join(group, soon()));
	ASSERT_EQ(server.result, -EPROTONOSUPPORT);
	stream_free(server.stream);
	return 0;
}

TEST(plain_http_is_answered_in_plain_http)
{
	run(plain_client);
}

/* Somebody connects and says nothing, or stops in the middle of his first record. */
static int
stalled(void *arg)
{
	static const char *const begins[] = {"", "\x16\x03\x01"};

	(void)arg;
	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		usec_t began = clock_now();
		struct stream *s[2];
		char c;

		ASSERT_OK(stream_pair(s));
		s[0] = wrap_server(s[0], false);
		if (*begins[i])
			ASSERT_OK(stream_write(s[1], begins[i], strlen(begins[i]), soon()));
		ASSERT_EQ(stream_read(s[0], &c, 1, clock_after(USEC_PER_SEC)), -ETIMEDOUT);
		ASSERT_EQ(clock_now() - began, USEC_PER_SEC);
		ASSERT_EQ(stream_read(s[0], &c, 1, USEC_INFINITY), -ETIMEDOUT);
		ASSERT_EQ(clock_now() - began, TLS_HANDSHAKE_TIMEOUT);
		ASSERT_EQ(stream_write(s[0], "x", 1, USEC_INFINITY), -ETIMEDOUT);
		ASSERT_EQ(stream_shutdown(s[0], soon()), -ETIMEDOUT);
		ASSERT_EQ(clock_now() - began, TLS_HANDSHAKE_TIMEOUT);
		stream_free(s[0]);
		stream_free(s[1]);
	}
	return 0;
}

TEST(a_handshake_that_stalls_runs_out_of_time)
{
	certificates_make();
	ASSERT_OK(task_run_virtual(stalled, NULL));
}

/* A reading task whose own time is short leaves the handshake to the writing one. */
static int
impatient_reader(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct ends e = connected();
	struct step server = {e.server, "hello", "x", false, false};
	char c;

	(void)arg;
	task_spawn(group, "server", play, &server);
	ASSERT_EQ(stream_read(e.server, &c, 1, clock_after(USEC_PER_MSEC)), -ETIMEDOUT);
	both((struct step){e.client, NULL, "hello", false, false},
		(struct step){e.client, "x", NULL, false, false});
	ASSERT_OK(task_group_join(group, soon()));
	disconnect(&e);
	return 0;
}

TEST(whoever_is_left_goes_on_with_the_handshake)
{
	run(impatient_reader);
}

/* -- streams without a task -------------------------------------------------------------------- */

static int
parked(void *arg)
{
	struct ends e = connected();
	int called = 0;
	char c;

	(void)arg;
	both((struct step){e.client, "x", NULL, false, false},
		(struct step){e.server, NULL, "x", false, false});
	stream_notify(e.server, count, &called);
	ASSERT_OK(task_sleep(10 * USEC_PER_MSEC));
	ASSERT_EQ(called, 0);
	ASSERT_OK(stream_write(e.client, "abc", 3, soon()));
	ASSERT_OK(stream_write(e.client, "def", 3, soon()));
	ASSERT_OK(task_sleep(10 * USEC_PER_MSEC));
	ASSERT_EQ(called, 1);

	for (int i = 0; i < 6; i++) { /* the rest has left the socket, but not the stream */
		ASSERT_EQ(stream_read(e.server, &c, 1, soon()), 1);
		ASSERT_EQ(c, "abcdef"[i]);
		called = 0;
		stream_notify(e.server, count, &called);
		ASSERT_EQ(called, i < 5);
		stream_notify(e.server, NULL, NULL);
	}
	stream_notify(e.server, count, &called);
	ASSERT_OK(stream_shutdown(e.client, soon()));
	ASSERT_OK(task_sleep(10 * USEC_PER_MSEC));
	ASSERT_EQ(called, 1);
	ASSERT_EQ(stream_read(e.server, &c, 1, soon()), 0);
	stream_notify(e.server, count, &called); /* the end stays */
	ASSERT_EQ(called, 2);
	disconnect(&e);
	return 0;
}

TEST(a_parked_stream_forgets_nothing)
{
	run(parked);
}

static int
hangup(void *arg)
{
	struct ends e = connected();
	int called = 0;

	(void)arg;
	both((struct step){e.client, "x", NULL, false, false},
		(struct step){e.server, NULL, "x", false, false});
	stream_notify_hangup(e.server, count, &called);
	ASSERT(!stream_closed(e.server));
	ASSERT_OK(task_sleep(10 * USEC_PER_MSEC));
	ASSERT_EQ(called, 0);
	stream_free(e.client);
	ASSERT_OK(task_sleep(10 * USEC_PER_MSEC));
	ASSERT_EQ(called, 1);
	ASSERT(stream_closed(e.server));
	stream_free(e.server);
	return 0;
}

TEST(a_hangup_is_noticed)
{
	run(hangup);
}
