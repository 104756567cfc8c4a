#include "core/console.h"

#include "base/alloc.h"
#include "base/list.h"
#include "base/log.h"
#include "core/journal.h"
#include "core/keys.h"
#include "task/clock.h"
#include "task/cond.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define PUMP_SIZE (64 * 1024)
#define INPUT_SIZE (16 * 1024)
#define SILENT_OUTPUT_GRACE (2 * USEC_PER_SEC)
#define PRESENCE_CHECK (30 * USEC_PER_SEC)

enum { OUT, ERR, OUTPUTS };

/* One output stream of the process on its way. */
struct pump {
	struct console *console;
	struct stream *from;
	enum frame_stream stream;
	int which;
	unsigned long chunk;  /* how many it has read */
	struct task *task;    /* while it runs */
	usec_t waiting_since; /* for the process to write; 0 while it delivers */
};

struct console {
	struct journal *journal;
	bool stdin_once;
	struct process *process;   /* while its output is pumped */
	struct attachment *feeder; /* who writes to the process's input: one at a time */
	unsigned long closes;      /* how often it was closed */
	struct list attachments;
	struct task_group *tasks;
	struct pump pumps[OUTPUTS];
	struct cond changed; /* process, feeder, pumps' ends, closes */
};

struct attachment {
	struct list link;
	struct console *console;
	struct console_attach how;
	struct keys keys;
	struct stream *client;       /* NULL until it is served */
	struct task *input;          /* while it reads from the client */
	unsigned long closes;        /* the console's when it attached */
	uint64_t log_end;            /* live output goes on here */
	unsigned long seen[OUTPUTS]; /* the last chunk of each stream it was considered for */
	bool ready;                  /* for live output */
	bool busy;                   /* a frame is being written */
	bool gone, detached, input_ended;
	struct cond changed;
};

struct console *
console_new(struct journal *journal, bool stdin_once)
{
	struct console *c = NEW(console);

	c->journal = journal;
	c->stdin_once = stdin_once;
	list_init(&c->attachments);
	cond_init(&c->changed);
	return c;
}

void
console_free(struct console *c)
{
	bug_if(!list_empty(&c->attachments));
	if (c->tasks)
		task_group_end(c->tasks);
	free(c);
}

bool
console_idle(const struct console *c)
{
	return list_empty(&c->attachments);
}

void
console_close(struct console *c)
{
	c->closes++;
	cond_broadcast(&c->changed);
	list_each (&c->attachments, it)
		cond_broadcast(&list_entry(it, struct attachment, link)->changed);
}

/* Has the console been closed since this client attached? */
static bool
attachment_over(const struct attachment *a)
{
	return a->console->closes != a->closes;
}

/* -- output
 * --------------------------------------------------------------------------------------------------
 */

static void
attachment_gone(struct attachment *a)
{
	a->gone = true;
	cond_broadcast(&a->changed);
}

/* Ends a write to the client that waits for room. */
static void
attachment_cut(struct attachment *a)
{
	attachment_gone(a);
	if (a->busy)
		stream_cut(a->client);
}

void
console_cut(struct console *c)
{
	list_each (&c->attachments, it) {
		struct attachment *a = list_entry(it, struct attachment, link);

		if (a->busy || !a->ready)
			attachment_cut(a);
	}
}

/* Waits for the client to be ready for a frame of its own; false if it is gone. */
static bool
attachment_lock(struct attachment *a, bool live)
{
	while (!a->gone && (a->busy || (live && !a->ready))) {
		if (cond_wait(&a->changed, USEC_INFINITY) < 0)
			return false;
	}
	a->busy = !a->gone;
	return a->busy;
}

static int
attachment_write(
	struct attachment *a, enum frame_stream stream, bool live, const void *data, size_t n)
{
	unsigned char head[FRAME_HEADER_SIZE];
	struct iovec v[2] = {{head, sizeof(head)}, {(void *)(uintptr_t)data, n}};
	int r;

	if (!attachment_lock(a, live))
		return -EPIPE;
	frame_header(head, stream, (uint32_t)n);
	r = a->how.framed ? stream_writev(a->client, v, 2, USEC_INFINITY)
			  : stream_write(a->client, data, n, USEC_INFINITY);
	a->busy = false;
	cond_broadcast(&a->changed);
	if (r < 0)
		attachment_gone(a);
	return r;
}

static bool
attachment_wants(const struct attachment *a, enum frame_stream stream)
{
	return !a->gone && a->how.stream && (stream == FRAME_STDOUT ? a->how.out : a->how.err);
}

static struct attachment *
next_receiver(const struct pump *pump)
{
	list_each (&pump->console->attachments, it) {
		struct attachment *a = list_entry(it, struct attachment, link);

		if (a->seen[pump->which] != pump->chunk)
			return a;
	}
	return NULL;
}

/*
 * Writes a chunk to everybody who is attached.  The list may change while a client is written to,
 * so each client remembers the last chunk of this stream that it was considered for; one that
 * attaches meanwhile has missed this chunk.
 */
static void
fan_out(struct pump *pump, const void *data, size_t n)
{
	struct attachment *a;

	pump->chunk++;
	while ((a = next_receiver(pump))) {
		a->seen[pump->which] = pump->chunk;
		if (attachment_wants(a, pump->stream))
			attachment_write(a, pump->stream, true, data, n);
	}
}

static void
pump_run(void *arg)
{
	struct pump *pump = arg;
	struct console *c = pump->console;
	char *data = xmalloc(PUMP_SIZE);
	bool lossy = false;

	for (;;) {
		ssize_t n;

		pump->waiting_since = clock_now();
		n = stream_read(pump->from, data, PUMP_SIZE, USEC_INFINITY);
		pump->waiting_since = 0;
		if (n <= 0)
			break;
		if (c->journal) {
			int r = journal_append(
				c->journal, pump->stream, clock_wall_ns(), data, (size_t)n);

			/* Said once for all that is missing in a row. */
			if (r < 0 && !lossy)
				log_error("output is missing in %s: %s", journal_path(c->journal),
					strerror(-r));
			lossy = r < 0;
		}
		fan_out(pump, data, (size_t)n);
	}
	free(data);
	pump->task = NULL;
	cond_broadcast(&c->changed);
}

static void
pump_start(struct console *c, int which, struct stream *from, enum frame_stream stream)
{
	struct pump *pump = &c->pumps[which];

	if (!from)
		return;
	pump->console = c;
	pump->from = from;
	pump->stream = stream;
	pump->which = which;
	pump->waiting_since = clock_now();
	pump->task = task_spawn(c->tasks, "console.pump", pump_run, pump);
}

void
console_start(struct console *c, struct process *p)
{
	if (!c->tasks)
		c->tasks = task_group_new();
	c->process = p;
	pump_start(c, OUT, p->out, FRAME_STDOUT);
	pump_start(c, ERR, p->err, FRAME_STDERR);
	cond_broadcast(&c->changed);
}

/* When a silent pump is given up; USEC_INFINITY while one delivers; 0 when all have ended. */
static usec_t
pumps_deadline(const struct console *c, usec_t ended)
{
	usec_t deadline = 0;

	for (int i = 0; i < OUTPUTS; i++) {
		const struct pump *pump = &c->pumps[i];
		usec_t since = pump->waiting_since > ended ? pump->waiting_since : ended;

		if (!pump->task)
			continue;
		if (!pump->waiting_since)
			return USEC_INFINITY;
		if (since + SILENT_OUTPUT_GRACE > deadline)
			deadline = since + SILENT_OUTPUT_GRACE;
	}
	return deadline;
}

/* Nobody writes to the process's input any more, which is freed next. */
static void
end_input(struct console *c)
{
	c->process = NULL;
	cond_broadcast(&c->changed);
	while (c->feeder) {
		task_cancel(c->feeder->input);
		cond_wait(&c->changed, USEC_INFINITY);
	}
}

void
console_drain(struct console *c)
{
	usec_t ended = clock_now(), until;

	task_shield();
	while ((until = pumps_deadline(c, ended))) {
		if (until <= clock_now()) {
			for (int i = 0; i < OUTPUTS; i++) {
				if (c->pumps[i].task)
					task_cancel(c->pumps[i].task);
			}
			task_group_join(c->tasks, USEC_INFINITY);
			break;
		}
		/* A pump that delivers is looked at again: it does not say when it waits anew. */
		cond_wait(&c->changed,
			until == USEC_INFINITY ? clock_after(SILENT_OUTPUT_GRACE) : until);
	}
	end_input(c);
	task_unshield();
}

/* -- attached clients
 * ------------------------------------------------------------------------------------------ */

int
attachment_new(struct console *c, const struct console_attach *how, struct attachment **ret,
	struct error *e)
{
	struct attachment *a = NEW(attachment);
	int r = keys_parse(how->detach_keys, &a->keys, e);

	if (r >= 0 && how->logs && c->journal)
		r = journal_end(c->journal, &a->log_end, e);
	if (r < 0) {
		free(a);
		return r;
	}
	a->console = c;
	a->how = *how;
	a->closes = c->closes;
	cond_init(&a->changed);
	for (int i = 0; i < OUTPUTS; i++)
		a->seen[i] = c->pumps[i].chunk;
	list_add(&c->attachments, &a->link);
	*ret = a;
	return 0;
}

void
attachment_free(struct attachment *a)
{
	list_del(&a->link);
	task_shield();
	/* A write that waits for a client who does not read would wait for ever. */
	attachment_cut(a);
	while (a->busy)
		cond_wait(&a->changed, USEC_INFINITY);
	/* Pumps that waited for this client run once more before it is freed. */
	task_yield();
	task_unshield();
	free(a);
}

static int
replay_line(void *arg, const struct journal_line *line)
{
	return attachment_write(arg, line->stream, false, line->data, line->n);
}

static int
replay(struct attachment *a)
{
	struct journal_query q = {
		.out = a->how.out, .err = a->how.err, .tail = -1, .end = a->log_end};

	if (!a->how.logs || a->log_end == 0)
		return 0;
	return journal_read(a->console->journal, &q, replay_line, a, NULL);
}

/* Waits until there is a process to read; false if none will come for this client. */
static bool
await_process(struct attachment *a)
{
	while (!a->console->process && !attachment_over(a)) {
		if (cond_wait(&a->console->changed, USEC_INFINITY) < 0)
			return false;
	}
	return a->console->process != NULL;
}

/* To the process's input; other clients may have something for it, too. What no process is there for is dropped. */
static int
feed(struct attachment *a, const void *data, size_t n)
{
	struct console *c = a->console;
	int r = 0;

	while (c->feeder && r == 0)
		r = cond_wait(&c->changed, USEC_INFINITY);
	if (r < 0 || !c->process || !c->process->in)
		return r;
	c->feeder = a;
	r = stream_write(c->process->in, data, n, USEC_INFINITY);
	c->feeder = NULL;
	cond_broadcast(&c->changed);
	return r == -EPIPE || r == -EIO
		       ? 0
		       : r; /* it does not read: that is no fault of the client's */
}

/* The client's input up to its end or the detach keys. It is read even where nothing wants it, so that the client's going is
 * seen. */
static int
forward_input(struct attachment *a)
{
	struct console *c = a->console;
	unsigned char in[INPUT_SIZE / 2], out[INPUT_SIZE / 2 + KEYS_MAX];

	for (;;) {
		ssize_t n = stream_read(a->client, in, sizeof(in), USEC_INFINITY);
		size_t pass = n > 0 ? (size_t)n : 0;
		const void *data = in;
		int r;

		if (n <= 0)
			return (int)n;
		if (!a->how.in || !await_process(a) || !c->process->in)
			continue;
		if (c->process->tty) {
			a->detached = keys_filter(&a->keys, in, (size_t)n, out, &pass);
			data = out;
		}
		r = pass ? feed(a, data, pass) : 0;
		if (a->detached)
			return 0;
		if (r < 0)
			return r;
	}
}

/* The client has said all: with stdin_once the process reads to the end of its input, too. */
static void
close_input(struct attachment *a)
{
	struct console *c = a->console;

	if (!await_process(a))
		return;
	while (c->feeder) {
		if (cond_wait(&c->changed, USEC_INFINITY) < 0)
			return;
	}
	if (c->process && c->process->in && !c->process->tty)
		stream_shutdown(c->process->in, USEC_INFINITY);
}

static void
input_run(void *arg)
{
	struct attachment *a = arg;
	int r = forward_input(a);

	if (r == 0 && !a->detached && a->how.in && a->console->stdin_once)
		close_input(a);
	a->input = NULL;
	a->input_ended = true;
	if (r < 0 && r != -ECANCELED)
		a->gone = true;
	cond_broadcast(&a->changed);
}

static int
await_end(struct attachment *a)
{
	while (!a->gone && !a->detached && !attachment_over(a)) {
		int r = cond_wait(&a->changed, clock_after(PRESENCE_CHECK));

		if (r < 0 && r != -ETIMEDOUT)
			return r;
		if (a->input_ended && stream_closed(a->client)) /* its half-close is no reason */
			a->gone = true;
	}
	return 0;
}

int
attachment_serve(struct attachment *a, struct stream *client, bool *ret_detached)
{
	scoped(task_group) *input = NULL;
	int r;

	a->client = client;
	cond_broadcast(&a->changed);
	r = replay(a);
	a->ready = true;
	cond_broadcast(&a->changed);
	if (r < 0 || !a->how.stream)
		return r;
	input = task_group_new();
	a->input = task_spawn(input, "console.input", input_run, a);
	r = await_end(a);
	*ret_detached = a->detached;
	return r;
}
