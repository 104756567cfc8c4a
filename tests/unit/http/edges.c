/* The server at its limits: clients that are slow, gone, too many, or say too much. */
#include "world.h"

#include "base/alloc.h"
#include "task/clock.h"

#include <errno.h>
#include <stdio.h>

#define PING "GET /_ping HTTP/1.1\r\nHost: h\r\n\r\n"
#define PATIENCE (30 * USEC_PER_SEC)

static void
send_text(struct stream *s, const char *text)
{
	ASSERT_OK(stream_write(s, text, strlen(text), clock_after(PATIENCE)));
}

/* Sends the text and asserts that what comes back until the close starts with this. */
static void
expect(struct world *w, const char *text, const char *beginning)
{
	scoped_free char *got = world_exchange(w, text, strlen(text));

	if (strncmp(got, beginning, strlen(beginning)) != 0)
		test_fail(__FILE__, __LINE__, "got %s, not %s", got, beginning);
}

/* -- limits ------------------------------------------------------------------------------------ */

static int
send_long_heads(struct world *w)
{
	scoped_buf text;

	buf_init(&text, 1 << 20);
	buf_puts(&text, "GET /_ping HTTP/1.1\r\nHost: h\r\nX: ");
	while (text.len < 60000)
		buf_putc(&text, 'x');
	buf_puts(&text, "\r\n\r\n");
	expect(w, text.data, "HTTP/1.1 200 OK\r\n");

	text.len -= 4;
	while (text.len < 300000)
		buf_putc(&text, 'x');
	expect(w, text.data,
		"HTTP/1.1 431 Request Header Fields Too Large\r\n"
		"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 54\r\nConnection: "
		"close\r\n\r\n"
		"431 Request Header Fields Too Large: header too large\n");

	buf_clear(&text);
	buf_puts(&text, "GET /_ping HTTP/1.1\r\nHost: h\r\n");
	for (int i = 0; i < HTTP_MAX_HEADERS; i++)
		buf_puts(&text, "A: b\r\n");
	buf_puts(&text, "\r\n");
	expect(w, text.data, "HTTP/1.1 431 ");
	return 0;
}

TEST(server_limits_heads)
{
	world_run(send_long_heads);
}

static int
send_too_much(struct world *w)
{
	static const char head[] =
		"POST /length HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
	scoped_buf text;

	buf_init(&text, 8 << 20);
	buf_puts(&text, head);
	for (int i = 0; i < 64; i++) {
		buf_puts(&text, "4000\r\n");
		memset(buf_reserve(&text, 0x4000), 'x', 0x4000);
		buf_commit(&text, 0x4000);
		buf_puts(&text, "\r\n");
	}
	buf_puts(&text, "0\r\n\r\n");
	expect(w, text.data, "HTTP/1.1 200 OK\r\n"); /* exactly the handler's maximum of 1 MiB */
	text.len -= 5;
	buf_puts(&text, "1\r\nx\r\n0\r\n\r\n");
	expect(w, text.data, "HTTP/1.1 413 ");
	return 0;
}

TEST(server_limits_bodies_that_are_kept)
{
	world_run(send_too_much);
}

static int
never_finish(struct world *w)
{
	scoped(stream) *idle = world_dial(w), *head = world_dial(w), *body = world_dial(w);
	scoped_free char *pong = NULL, *head_answer = NULL, *body_answer = NULL;
	usec_t began = clock_now();

	send_text(head, "GET / HTTP/1.1\r\nHost:");
	head_answer = world_read(head, NULL);
	ASSERT(strstr(head_answer, "HTTP/1.1 408 Request Timeout\r\n"));
	ASSERT(clock_now() - began >= HTTP_HEAD_TIMEOUT);
	ASSERT(clock_now() - began < HTTP_HEAD_TIMEOUT + 5 * USEC_PER_SEC);

	began = clock_now();
	send_text(body, "POST /count HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
	body_answer = world_read(body, "\r\n\r\n4");
	ASSERT(strstr(body_answer, "HTTP/1.1 408 Request Timeout\r\n"));
	ASSERT(clock_now() - began >= HTTP_BODY_TIMEOUT);

	ASSERT_OK(task_sleep(24 * 3600 * USEC_PER_SEC)); /* an idle connection may wait */
	send_text(idle, PING);
	pong = world_read(idle, "\r\n\r\nOK");
	ASSERT(strstr(pong, "200 OK"));
	return 0;
}

TEST(server_gives_slow_requests_up)
{
	world_run_virtual(never_finish);
}

static int
crowd(struct world *w)
{
	struct http_server_options options = {
		.handler = w->options.handler, .context = w->options.context, .max_connections = 2};
	struct http_server *s = http_server_new(&options);
	struct stream *all[3];
	scoped_free char *pong = NULL;

	ASSERT_OK(http_server_listen(s, w->listener_2));
	for (int i = 0; i < 3; i++) {
		scoped_error e = {0};

		ASSERT_OK(stream_dial(
			listener_address(w->listener_2), clock_after(PATIENCE), &all[i], &e));
		send_text(all[i], PING);
	}
	EVENTUALLY(http_server_connections(s) == 2);
	ASSERT_OK(task_sleep(20 * USEC_PER_MSEC));
	ASSERT_EQ(http_server_connections(s), 2);
	stream_free(all[0]);
	pong = world_read(all[2], "\r\n\r\nOK"); /* now there is room for it */
	ASSERT(strstr(pong, "200 OK"));
	stream_free(all[1]);
	stream_free(all[2]);
	http_server_free(s);
	return 0;
}

TEST(server_lets_only_so_many_in)
{
	world_run(crowd);
}

/* A long body goes past the server's own buffer; the request behind it must not go with it. */
static int
pipeline_behind_a_long_body(struct world *w)
{
	static const char head[] =
		"POST /count HTTP/1.1\r\nHost: h\r\nContent-Length: 10000019\r\n\r\n";
	scoped(stream) *s = world_dial(w);
	scoped_free char *piece = xcalloc(1, 1000000), *got = NULL;

	send_text(s, head);
	for (int i = 0; i < 10; i++)
		ASSERT_OK(stream_write(s, piece, 1000000, clock_after(PATIENCE)));
	send_text(s, "nineteen more bytes" PING);
	got = world_read(s, "\r\n\r\nOK");
	ASSERT(strstr(got, "\r\n\r\n10000019HTTP/1.1 200 OK\r\n"));
	return 0;
}

TEST(server_reads_a_long_body_to_its_last_byte)
{
	world_run(pipeline_behind_a_long_body);
}

/* -- clients that go away ---------------------------------------------------------------------- */

static int
leave_during_a_stream(struct world *w)
{
	struct stream *s = world_dial(w);
	char some[1000];

	send_text(s, "GET /zeros?n=1000000000000 HTTP/1.1\r\nHost: h\r\n\r\n");
	ASSERT_OK(stream_read_full(s, some, sizeof(some), clock_after(PATIENCE)));
	stream_free(s);
	EVENTUALLY(http_server_connections(w->server) == 0);
	return 0;
}

TEST(server_ends_a_stream_that_nobody_reads)
{
	world_run(leave_during_a_stream);
}

static int
leave_during_an_upload(struct world *w)
{
	struct stream *s = world_dial(w);

	send_text(s, "POST /count HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc");
	EVENTUALLY(http_server_connections(w->server) == 1);
	stream_free(s);
	EVENTUALLY(http_server_connections(w->server) == 0);
	return 0;
}

TEST(server_ends_an_upload_that_nobody_sends)
{
	world_run(leave_during_an_upload);
}

static int
leave_a_long_poll(struct world *w)
{
	struct stream *closed = world_dial(w), *half = world_dial(w);

	send_text(closed, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n" PING);
	send_text(half, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	free(world_read(closed, "\r\n\r\n"));
	free(world_read(half, "\r\n\r\n"));
	ASSERT_EQ(w->cancelled, 0);
	stream_free(closed);
	EVENTUALLY(w->cancelled == 1);
	ASSERT_OK(stream_shutdown(half, USEC_INFINITY));
	EVENTUALLY(w->cancelled == 2);
	EVENTUALLY(http_server_connections(w->server) == 0);
	stream_free(half);
	expect(w, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n",
		"HTTP/1.1 200 OK\r\n"); /* gone at once */
	EVENTUALLY(w->cancelled == 3);
	return 0;
}

TEST(server_cancels_a_long_poll_when_its_client_goes)
{
	world_run(leave_a_long_poll);
}

static int
pipeline_behind_a_long_poll(struct world *w)
{
	scoped(stream) *s = world_dial(w);
	scoped_free char *got = NULL;

	send_text(s, "GET /hold?short=1 HTTP/1.1\r\nHost: h\r\n\r\n");
	free(world_read(s, "\r\n\r\n"));
	send_text(s, PING); /* in the socket while the hang-up is watched for */
	got = world_read(s, "\r\n\r\nOK");
	ASSERT(strstr(got, "0\r\n\r\nHTTP/1.1 200 OK\r\n"));
	ASSERT_EQ(w->cancelled, 0);
	return 0;
}

TEST(server_keeps_what_is_pipelined_behind_a_long_poll)
{
	world_run(pipeline_behind_a_long_poll);
}

/* The watch ends with its handler: a half-close is no reason to cancel the next one. */
static int
half_close_after_a_long_poll(struct world *w)
{
	scoped(stream) *s = world_dial(w);
	scoped_free char *got = NULL;

	send_text(s, "GET /hold?short=1 HTTP/1.1\r\nHost: h\r\n\r\n");
	free(world_read(s, "0\r\n\r\n"));
	send_text(s, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
	ASSERT_OK(stream_shutdown(s, USEC_INFINITY));
	got = world_read(s, NULL);
	ASSERT(strstr(got, "\r\n\r\nslow"));
	ASSERT_EQ(w->cancelled, 0);
	return 0;
}

TEST(server_watches_for_one_handler_only)
{
	world_run(half_close_after_a_long_poll);
}

/* The handler ends without having read what the client sent; the client must see all of the output
 * all the same. */
static int
be_deaf(struct world *w)
{
	static const char head[] = "POST /attach?deaf=1 HTTP/1.1\r\nHost: h\r\nConnection: "
				   "Upgrade\r\nUpgrade: tcp\r\n\r\n";
	scoped(stream) *s = world_dial(w);
	scoped_free char *got = NULL, *input = xcalloc(1, 100000);

	send_text(s, head);
	ASSERT_OK(stream_write(s, input, 100000, clock_after(PATIENCE)));
	got = world_read(s, NULL);
	ASSERT(strstr(got, "\r\n\r\nhello  bye"));
	ASSERT(!strstr(got, "[reset]"));
	return 0;
}

TEST(server_does_not_reset_a_stream_with_unread_input)
{
	world_run(be_deaf);
}

/* -- the end ----------------------------------------------------------------------------------- */

static int
stop_while_busy(struct world *w)
{
	scoped(stream) *idle = world_dial(w), *slow = world_dial(w), *endless = world_dial(w);
	scoped_free char *got = NULL;
	usec_t began;

	send_text(slow, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
	send_text(endless, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	free(world_read(endless, "\r\n\r\n"));
	EVENTUALLY(http_server_connections(w->server) == 3);
	began = clock_now();
	http_server_stop(w->server, clock_after(5 * USEC_PER_SEC));
	ASSERT(clock_now() - began >= 5 * USEC_PER_SEC);
	ASSERT_EQ(w->cancelled, 1);
	got = world_read(slow, NULL);
	ASSERT(strstr(got, "Connection: close\r\n\r\nslow"));
	free(world_read(idle, NULL));
	return 0;
}

TEST(server_stops_in_order)
{
	world_run_virtual(stop_while_busy);
}
