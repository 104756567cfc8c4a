#include "net/relay.h"

#include "task/clock.h"
#include "test.h"

#include <errno.h>

/* A client and a peer with a relay between them. */
struct line {
	struct stream *client, *peer; /* the far ends */
	struct stream *a, *b;
	struct task_group *tasks;
	bool over;
};

static void
relay(void *arg)
{
	struct line *l = arg;

	stream_relay(l->a, l->b);
	l->over = true;
	stream_free(l->a);
	stream_free(l->b);
}

static void
line_open(struct line *l)
{
	struct stream *left[2], *right[2];

	ASSERT_OK(stream_pair(left));
	ASSERT_OK(stream_pair(right));
	*l = (struct line){.client = left[0],
		.a = left[1],
		.b = right[0],
		.peer = right[1],
		.tasks = task_group_new()};
	task_spawn(l->tasks, "relay", relay, l);
}

static void
line_close(struct line *l)
{
	ASSERT_OK(task_group_join(l->tasks, clock_after(60 * USEC_PER_SEC)));
	ASSERT(l->over);
	task_group_end(l->tasks);
}

static void
expect(struct stream *s, const char *text)
{
	char got[64] = "";

	ASSERT_OK(stream_read_full(s, got, strlen(text), clock_after(USEC_PER_SEC)));
	ASSERT_STR(got, text);
}

static void
expect_end(struct stream *s)
{
	char c;

	ASSERT_EQ(stream_read(s, &c, 1, clock_after(USEC_PER_SEC)), 0);
}

static void
say(struct stream *s, const char *text)
{
	ASSERT_OK(stream_write(s, text, strlen(text), clock_after(USEC_PER_SEC)));
}

static int
half_closes(void *arg)
{
	struct line l;

	(void)arg;
	line_open(&l);
	say(l.client, "question");
	ASSERT_OK(stream_shutdown(l.client, clock_after(USEC_PER_SEC)));
	expect(l.peer, "question");
	expect_end(l.peer);
	ASSERT_OK(task_sleep(100 * USEC_PER_SEC));
	say(l.peer, "answer");
	expect(l.client, "answer");
	stream_free(l.peer);
	expect_end(l.client);
	stream_free(l.client);
	line_close(&l);
	return 0;
}

TEST(relay_passes_half_closes_on)
{
	ASSERT_OK(task_run_virtual(half_closes, NULL));
}

/* With what it had said before, and without waiting for the other side to say anything. */
static int
client_goes(void *arg)
{
	usec_t began = clock_now();
	struct line l;

	(void)arg;
	line_open(&l);
	say(l.client, "bye");
	stream_free(l.client);
	expect(l.peer, "bye");
	expect_end(l.peer);
	line_close(&l);
	ASSERT(stream_closed(l.peer));
	ASSERT_EQ(clock_now(), began);
	stream_free(l.peer);
	return 0;
}

TEST(relay_ends_with_a_client_that_has_closed)
{
	ASSERT_OK(task_run_virtual(client_goes, NULL));
}

static int
peer_goes(void *arg)
{
	usec_t began = clock_now();
	struct line l;

	(void)arg;
	line_open(&l);
	say(l.peer, "bye");
	stream_free(l.peer);
	expect(l.client, "bye");
	expect_end(l.client);
	line_close(&l);
	ASSERT(stream_closed(l.client));
	ASSERT_EQ(clock_now(), began);
	stream_free(l.client);
	return 0;
}

TEST(relay_ends_with_a_peer_that_has_closed)
{
	ASSERT_OK(task_run_virtual(peer_goes, NULL));
}

static int
client_goes_later(void *arg)
{
	struct line l;

	(void)arg;
	line_open(&l);
	ASSERT_OK(stream_shutdown(l.client, clock_after(USEC_PER_SEC)));
	expect_end(l.peer);
	stream_free(l.client);
	line_close(&l);
	stream_free(l.peer);
	return 0;
}

TEST(relay_ends_some_time_after_a_client_that_had_half_closed)
{
	ASSERT_OK(task_run_virtual(client_goes_later, NULL));
}

static int
peer_goes_later(void *arg)
{
	usec_t began = clock_now();
	struct line l;

	(void)arg;
	line_open(&l);
	ASSERT_OK(stream_shutdown(l.peer, clock_after(USEC_PER_SEC)));
	expect_end(l.client);
	stream_free(l.peer);
	line_close(&l);
	ASSERT(clock_now() - began < RELAY_PATIENCE / 2);
	stream_free(l.client);
	return 0;
}

TEST(relay_ends_soon_after_a_peer_that_had_half_closed)
{
	ASSERT_OK(task_run_virtual(peer_goes_later, NULL));
}

/* A peer that has ended is waited for no longer than its client says something. */
static int
peer_half_closes(void *arg)
{
	usec_t began = clock_now();
	struct line l;

	(void)arg;
	line_open(&l);
	ASSERT_OK(stream_shutdown(l.peer, clock_after(USEC_PER_SEC)));
	expect_end(l.client);
	for (int i = 0; i < 3; i++) {
		ASSERT_OK(task_sleep(RELAY_PATIENCE / 2));
		say(l.client, "more");
		expect(l.peer, "more");
	}
	ASSERT(!l.over);
	line_close(&l);
	ASSERT(clock_now() - began >= RELAY_PATIENCE * 2);
	stream_free(l.client);
	stream_free(l.peer);
	return 0;
}

TEST(relay_gives_a_quiet_client_of_an_ended_peer_up)
{
	ASSERT_OK(task_run_virtual(peer_half_closes, NULL));
}
