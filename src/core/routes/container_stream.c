/* container_stream.c: /containers/{id}/logs and /containers/{id}/attach. */
#include "base/buf.h"
#include "base/str.h"
#include "core/console.h"
#include "core/events.h"
#include "core/journal.h"
#include "core/routes/routes.h"
#include "core/run.h"
#include "docker/frame.h"

#include <errno.h>
#include <string.h>

/* -- logs ------------------------------------------------------------------------------------------------------ */

struct log_output {
	struct call *call;
	bool framed, timestamps;
};

static int
write_line(void *arg, const struct journal_line *line)
{
	struct log_output *out = arg;
	unsigned char head[FRAME_HEADER_SIZE];
	char time[TIME_TEXT_SIZE] = "";
	size_t n = line->n;
	scoped_buf text;

	buf_init(&text, sizeof(head) + sizeof(time) + line->n + 2);
	if (out->timestamps && line->start) {
		time_rfc3339_fixed(line->time_ns, time);
		n += strlen(time) + 1;
	}
	if (out->framed) {
		frame_header(head, line->stream, (uint32_t)n);
		buf_append(&text, head, sizeof(head));
	}
	if (*time)
		buf_printf(&text, "%s ", time);
	buf_append(&text, line->data, line->n);
	return http_write(out->call, text.data, text.len);
}

static int
read_query(struct call *call, struct journal_query *q, struct error *e)
{
	const char *tail = http_query(call, "tail");
	int r;

	*q = (struct journal_query){
		.out = route_bool(call, "stdout", false),
		.err = route_bool(call, "stderr", false),
		.follow = route_bool(call, "follow", false),
		.tail = -1,
	};
	if (!q->out && !q->err)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"Bad parameters: you must choose at least one stream");
	/* Nonsense means all, as in the Engine. */
	if (!str_empty(tail) && str_to_i64(tail, &q->tail) < 0)
		q->tail = -1;
	r = route_time(call, "since", &q->since_ns, e);
	return r < 0 ? r : route_time(call, "until", &q->until_ns, e);
}

static int
logs(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	struct log_output out = {.call = call, .timestamps = route_bool(call, "timestamps", false)};
	struct journal_query q;
	int r;

	r = read_query(call, &q, e);
	if (r >= 0)
		r = route_container(call, context, &c, e);
	if (r < 0)
		return r;
	run_prepare_journal(c);
	if (!c->journal)
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"configured logging driver does not support reading");
	out.framed = !c->config->tty;
	r = http_begin(call, 200, route_log_type(call, c->config->tty));
	if (r < 0)
		return r;
	if (q.follow)
		http_cancel_on_hangup(call);
	r = journal_read(c->journal, &q, write_line, &out, e);
	return r < 0 ? r : http_end(call);
}

/* -- attach ---------------------------------------------------------------------------------------------------- */

static void
read_attach(struct call *call, const struct container *c, struct console_attach *ret)
{
	*ret = (struct console_attach){
		.in = route_bool(call, "stdin", false) && c->config->open_stdin,
		.out = route_bool(call, "stdout", false),
		.err = route_bool(call, "stderr", false),
		.logs = route_bool(call, "logs", false),
		.stream = route_bool(call, "stream", false),
		.framed = !c->config->tty,
		.detach_keys = http_query(call, "detachKeys"),
	};
}

static int
check_attachable(const struct container *c, struct error *e)
{
	if (c->state == CONTAINER_PAUSED)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"container %s is paused, unpause the container before attach", c->id);
	if (c->state == CONTAINER_RESTARTING)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"container %s is restarting, wait until the container is running", c->id);
	return 0;
}

static int
attach(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	scoped(attachment) *attachment = NULL;
	struct console_attach how;
	struct stream *client;
	bool detached = false;
	int r;

	r = route_container(call, context, &c, e);
	if (r >= 0)
		r = check_attachable(c, e);
	if (r < 0)
		return r;
	run_prepare_console(c);
	read_attach(call, c, &how);
	/* Nothing more comes from one that has ended: only its log. */
	if (c->state == CONTAINER_EXITED || c->state == CONTAINER_DEAD)
		how.stream = how.stream && !how.logs;
	r = attachment_new(c->console, &how, &attachment, e);
	if (r >= 0)
		r = http_hijack(call, route_hijack_type(call, c->config->tty), &client, e);
	if (r < 0)
		return r;
	events_container(c, "attach", NULL);
	r = attachment_serve(attachment, client, &detached);
	if (detached)
		events_container(c, "detach", NULL);
	return r < 0 ? r : 0;
}

const struct http_route container_stream_routes[] = {
	{"GET", "/containers/{id}/logs", logs},
	{"POST", "/containers/{id}/attach", attach},
	{NULL, NULL, NULL},
};
