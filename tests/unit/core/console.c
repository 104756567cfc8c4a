#include "core/console.h"

#include "base/buf.h"
#include "core/journal.h"
#include "net/stream.h"
#include "task/clock.h"
#include "world.h"

#include <errno.h>

/* A process that is nothing but its streams: peers are the program's ends. */
struct program {
	struct process process;
	struct stream *in, *out, *err;
};

static void
program_open(struct program *p, bool tty)
{
	struct stream *pair[2];

	memset(p, 0, sizeof(*p));
	p->process.tty = tty;
	ASSERT_OK(stream_pair(pair));
	p->process.out = pair[0];
	p->out = pair[1];
	if (tty) {
		p->process.in = p->process.out;
		p->in = p->out;
		return;
	}
	ASSERT_OK(stream_pair(pair));
	p->process.err = pair[0];
	p->err = pair[1];
	ASSERT_OK(stream_pair(pair));
	p->process.in = pair[0];
	p->in = pair[1];
}

/* The program ends; its outputs with it. */
static void
program_exit(struct program *p)
{
	if (p->out)
		stream_free(p->out);
	if (p->err)
		stream_free(p->err);
	if (!p->process.tty)
		stream_free(p->in);
	p->out = p->err = p->in = NULL;
}

static void
program_free(struct program *p)
{
	stream_free(p->process.out);
	if (p->process.tty)
		return;
	stream_free(p->process.err);
	stream_free(p->process.in);
}

static void
say(struct stream *s, const char *text)
{
	ASSERT_OK(stream_write(s, text, strlen(text), clock_after(USEC_PER_SEC)));
}

static void
expect(struct stream *s, const void *data, size_t n)
{
	char got[256];

	ASSERT(n <= sizeof(got));
	ASSERT_OK(stream_read_full(s, got, n, clock_after(USEC_PER_SEC)));
	if (memcmp(got, data, n))
		test_fail(__FILE__, __LINE__, "got \"%.*s\"", (int)n, got);
}

#define EXPECT(s, literal) expect((s), (literal), sizeof(literal) - 1)

static void
expect_end(struct stream *s)
{
	char c;

	ASSERT_EQ(stream_read(s, &c, 1, clock_after(USEC_PER_SEC)), 0);
}

/* Somebody attached: `far` is the client's end. */
struct client {
	struct console *console;
	struct console_attach how;
	struct attachment *attachment;
	struct stream *near, *far;
	int result;
	bool detached, done;
};

static void
serve(void *arg)
{
	struct client *c = arg;

	c->result = attachment_serve(c->attachment, c->near, &c->detached);
	attachment_free(c->attachment);
	stream_free(c->near);
	c->done = true;
}

static void
attach(struct client *c, struct task_group *group)
{
	struct stream *pair[2];

	ASSERT_OK(stream_pair(pair));
	c->near = pair[0];
	c->far = pair[1];
	ASSERT_OK(attachment_new(c->console, &c->how, &c->attachment, NULL));
	task_spawn(group, "client", serve, c);
}

#define LIVE                                                         \
	{                                                            \
		.in = true, .out = true, .err = true, .stream = true \
	}

static void
first_byte(void)
{
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, false);
	struct client framed = {.console = console, .how = LIVE},
		      only_err = {.console = console, .how = LIVE};
	struct program p;

	framed.how.framed = true;
	only_err.how.out = false;
	attach(&framed, group); /* before there is a process */
	attach(&only_err, group);
	program_open(&p, false);
	console_start(console, &p.process);
	say(p.out, "hello\n");
	EXPECT(framed.far, "\1\0\0\0\0\0\0\6hello\n");
	say(p.err, "oops");
	EXPECT(framed.far, "\2\0\0\0\0\0\0\4oops");
	EXPECT(only_err.far, "oops");
	say(framed.far, "input");
	EXPECT(p.in, "input");
	program_exit(&p);
	console_drain(console);
	console_close(console);
	expect_end(framed.far);
	expect_end(only_err.far);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	ASSERT(framed.done && framed.result == 0 && !framed.detached);
	ASSERT(console_idle(console));
	stream_free(framed.far);
	stream_free(only_err.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_shows_the_first_byte)
{
	world_run(first_byte);
}

static void
with_log(void)
{
	struct task_group *group = task_group_new();
	scoped(journal) *journal = journal_new("log");
	struct console *console = console_new(journal, false);
	struct client c = {.console = console, .how = LIVE},
		      reader = {.console = console, .how = {.out = true, .logs = true}};
	struct program p;

	c.how.logs = true;
	program_open(&p, false);
	ASSERT_OK(journal_begin(journal, NULL));
	console_start(console, &p.process);
	say(p.out, "early\n");
	say(p.err, "error\n");
	for (uint64_t end = 0; end < 2 * 20 + 12;) { /* both are in the log */
		ASSERT_OK(task_yield());
		ASSERT_OK(journal_end(journal, &end, NULL));
	}
	attach(&c, group);
	attach(&reader, group);
	say(p.out, "late\n");
	EXPECT(reader.far, "early\n"); /* the log alone, and of one stream */
	expect_end(reader.far);
	{
		char got[17];

		/* Each line once; the order of two streams is the log's. */
		ASSERT_OK(stream_read_full(c.far, got, sizeof(got), clock_after(USEC_PER_SEC)));
		ASSERT(memcmp(got, "early\nerror\nlate\n", 17) == 0 ||
			memcmp(got, "error\nearly\nlate\n", 17) == 0);
	}
	program_exit(&p);
	console_drain(console);
	console_close(console);
	journal_close(journal);
	expect_end(c.far);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	stream_free(c.far);
	stream_free(reader.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_replays_the_log_and_goes_on_live)
{
	world_run(with_log);
}

static void
detach(void)
{
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, true);
	struct client c = {.console = console, .how = LIVE},
		      other = {.console = console, .how = LIVE};
	struct program p;

	c.how.detach_keys = "ctrl-a,b";
	program_open(&p, true);
	console_start(console, &p.process);
	attach(&c, group);
	attach(&other, group);
	say(c.far, "x\1c");
	EXPECT(p.in, "x\1c");
	say(c.far, "y\1b never seen");
	EXPECT(p.in, "y");
	expect_end(c.far);
	ASSERT(c.done && c.detached && c.result == 0);
	say(p.out, "go on");
	EXPECT(other.far, "go on");
	program_exit(&p);
	console_drain(console);
	console_close(console);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	stream_free(c.far);
	stream_free(other.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_detach_keys)
{
	world_run(detach);
}

static void
bad_keys(void)
{
	struct console *console = console_new(NULL, false);
	struct console_attach how = {.detach_keys = "nonsense"};
	struct attachment *a;

	ASSERT_REFUSED(attachment_new(console, &how, &a, &e), -EINVAL, ERROR_INVALID,
		"Invalid detach keys (nonsense) provided");
	ASSERT(console_idle(console));
	console_free(console);
}

TEST(console_bad_detach_keys)
{
	world_run(bad_keys);
}

/* The client's half-close is the end of the process's input; output goes on. */
static void
half_close(void)
{
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, true);
	struct client c = {.console = console, .how = LIVE};
	struct program p;

	attach(&c, group);
	say(c.far, "all of it");
	ASSERT_OK(stream_shutdown(c.far, USEC_INFINITY));
	program_open(&p, false);
	console_start(console, &p.process);
	EXPECT(p.in, "all of it");
	expect_end(p.in);
	say(p.out, "answer");
	EXPECT(c.far, "answer");
	program_exit(&p);
	console_drain(console);
	console_close(console);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	stream_free(c.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_input_ends_once)
{
	world_run(half_close);
}

/* A child that the program left behind keeps its output open, and says nothing. */
static void
left_behind(void)
{
	struct console *console = console_new(NULL, false);
	struct program p;
	usec_t before;

	program_open(&p, false);
	console_start(console, &p.process);
	ASSERT_OK(task_yield());
	before = clock_now();
	console_drain(console);
	ASSERT_EQ((clock_now() - before) / USEC_PER_SEC, 2);
	console_close(console);
	program_exit(&p);
	program_free(&p);
	console_free(console);
}

TEST(console_gives_silent_output_up)
{
	world_run_virtual(left_behind);
}

/* Everything that was written before the end arrives, however slow the client. */
static void
slow_client(void)
{
	enum { TOTAL = 1 << 20 };
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, false);
	struct client c = {.console = console, .how = LIVE};
	struct program p;
	static char data[TOTAL];
	size_t sent = 0, got = 0;

	memset(data, 'x', sizeof(data));
	program_open(&p, false);
	attach(&c, group);
	console_start(console, &p.process);
	/* The program is stopped by the client that does not read, long before all is written. */
	for (;;) {
		size_t piece = 4096;
		int r = stream_write(p.out, data, piece, clock_after(50 * USEC_PER_MSEC));

		if (r == -ETIMEDOUT)
			break;
		ASSERT_OK(r);
		sent += piece;
		ASSERT(sent < TOTAL);
	}
	program_exit(&p);
	for (;;) {
		ssize_t n = stream_read(c.far, data, 1000, clock_after(50 * USEC_PER_MSEC));

		if (n == -ETIMEDOUT)
			break;
		ASSERT_OK(n);
		got += (size_t)n;
	}
	ASSERT(got >= sent);
	console_drain(console);
	console_close(console);
	expect_end(c.far);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	stream_free(c.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_slow_client_stops_the_program)
{
	world_run(slow_client);
}

/* A client that went away does not stop the others. */
static void
client_leaves(void)
{
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, false);
	struct client gone = {.console = console, .how = LIVE},
		      stays = {.console = console, .how = LIVE};
	struct program p;

	program_open(&p, false);
	attach(&gone, group);
	attach(&stays, group);
	console_start(console, &p.process);
	say(p.out, "one");
	EXPECT(stays.far, "one");
	stream_free(gone.far);
	say(p.out, "two");
	EXPECT(stays.far, "two");
	say(p.out, "three");
	EXPECT(stays.far, "three");
	program_exit(&p);
	console_drain(console);
	console_close(console);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	ASSERT(gone.done);
	stream_free(stays.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_client_that_leaves)
{
	world_run(client_leaves);
}

/* Fills whatever is between the client and a program that does not read. */
static void
stuff(struct stream *far)
{
	static char block[64 * 1024];

	while (stream_write(far, block, sizeof(block), clock_after(20 * USEC_PER_MSEC)) == 0)
		continue;
}

/* Two clients have more to say than the program reads; its end lets go of both. */
static void
input_that_nobody_reads(void)
{
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, false);
	struct client one = {.console = console, .how = LIVE},
		      two = {.console = console, .how = LIVE};
	struct program p;

	program_open(&p, false);
	attach(&one, group);
	attach(&two, group);
	console_start(console, &p.process);
	stuff(one.far);
	stuff(two.far);
	stream_free(p.out);
	stream_free(p.err);
	p.out = p.err = NULL;
	console_drain(console);
	program_free(&p);
	console_close(console);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	stream_free(p.in);
	stream_free(one.far);
	stream_free(two.far);
	console_free(console);
	task_group_end(group);
}

TEST(console_input_that_nobody_reads)
{
	world_run(input_that_nobody_reads);
}

/* Who attaches between two runs sees the next one. */
static void
between_runs(void)
{
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, false);
	struct client c = {.console = console, .how = LIVE};
	struct program p;

	program_open(&p, false);
	console_start(console, &p.process);
	program_exit(&p);
	console_drain(console);
	console_close(console);
	program_free(&p);
	attach(&c, group);
	program_open(&p, false);
	console_start(console, &p.process);
	say(p.out, "again");
	EXPECT(c.far, "again");
	program_exit(&p);
	console_drain(console);
	console_close(console);
	expect_end(c.far);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	stream_free(c.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_between_two_runs)
{
	world_run(between_runs);
}

static void
cut_later(void *console)
{
	task_sleep(20 * USEC_PER_MSEC);
	console_cut(console);
}

/* A client that takes nothing holds the end up until it is cut off; one that does stays to the end. */
static void
cut_off(void)
{
	struct task_group *group = task_group_new();
	struct console *console = console_new(NULL, false);
	struct client stalled = {.console = console, .how = LIVE},
		      none = {.console = console, .how = LIVE};
	struct program p;

	none.how.out = false;
	program_open(&p, false);
	attach(&stalled, group);
	attach(&none, group);
	console_start(console, &p.process);
	stuff(p.out);
	program_exit(&p);
	task_spawn(group, "cut", cut_later, console);
	console_drain(console);
	ASSERT(!none.done);
	console_close(console);
	ASSERT_OK(task_group_join(group, clock_after(USEC_PER_SEC)));
	ASSERT(stalled.done && none.done);
	stream_free(stalled.far);
	stream_free(none.far);
	program_free(&p);
	console_free(console);
	task_group_end(group);
}

TEST(console_cuts_off_who_takes_nothing)
{
	world_run(cut_off);
}
