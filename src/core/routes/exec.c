/* exec.c: /containers/{id}/exec and /exec/{id}/…. */
#include "core/exec.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/str.h"
#include "core/console.h"
#include "core/events.h"
#include "core/keys.h"
#include "core/routes/routes.h"
#include "docker/exec_types.h"
#include "docker/frame.h"

#include <errno.h>
#include <string.h>

static int
create(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	scoped(exec) *x = NULL;
	struct exec_config config = {0};
	struct exec_create_answer answer;
	struct keys keys;
	int r;

	r = core_read_json(call, &exec_config_type, &config, false, e);
	if (r < 0)
		return r;
	if (strv_len(config.cmd) == 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "No exec command specified");
	if (keys_parse(config.detach_keys, &keys, NULL) < 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "Invalid escape keys (%s) provided",
			config.detach_keys);
	r = route_container(call, context, &c, e);
	if (r >= 0)
		r = exec_create(c, &config, &x, e);
	if (r < 0)
		return r;
	answer.id = x->id;
	return http_reply_json(call, 201, &exec_create_answer_type, &answer);
}

/* -- start ------------------------------------------------------------------------------------------------------ */

/* The connection is a stream already, so the reason goes out in a frame of the standard output, as the Engine's does. */
static void
tell_failure(struct stream *client, bool framed, const struct error *e)
{
	unsigned char head[FRAME_HEADER_SIZE];
	scoped_buf text;

	buf_init(&text, 64 * 1024);
	buf_printf(&text, "%s\r\n", error_message(e));
	frame_header(head, FRAME_STDOUT, (uint32_t)text.len);
	if (framed)
		(void)stream_write(client, head, sizeof(head), USEC_INFINITY);
	(void)stream_write(client, text.data, text.len, USEC_INFINITY);
}

static int
serve(struct exec *x, const struct exec_start_config *start, struct attachment *attachment,
	struct stream *client)
{
	scoped_error why = {0};
	bool detached = false;
	int r = exec_start(
		x, (unsigned)start->console_size[0], (unsigned)start->console_size[1], &why);

	if (r < 0) {
		tell_failure(client, !x->config->tty, &why);
		return 0;
	}
	r = attachment_serve(attachment, client, &detached);
	if (detached)
		events_container(
			x->container, "exec_detach", (const char *[]){"execID", x->id, NULL});
	return r < 0 ? r : 0;
}

static int
start_attached(
	struct call *call, struct exec *x, const struct exec_start_config *start, struct error *e)
{
	const struct exec_config *config = x->config;
	struct console_attach how = {
		.in = config->attach_stdin,
		.out = config->attach_stdout,
		.err = config->attach_stderr,
		.stream = true,
		.framed = !config->tty,
		.detach_keys = config->detach_keys,
	};
	scoped(attachment) *attachment = NULL;
	struct stream *client;
	int r;

	r = attachment_new(x->console, &how, &attachment, e);
	if (r >= 0)
		r = http_hijack(call, route_hijack_type(call, config->tty), &client, e);
	return r < 0 ? r : serve(x, start, attachment, client);
}

static int
start(struct call *call, void *context, struct error *e)
{
	scoped(exec) *x = NULL;
	struct exec_start_config start = {0};
	int r;

	r = core_read_json(call, &exec_start_config_type, &start, true, e);
	if (r >= 0)
		r = exec_find(context, http_param(call, "id"), &x, e);
	if (r >= 0)
		r = exec_check_container(x->container, e);
	if (r < 0)
		return r;
	if (!start.detach)
		return start_attached(call, x, &start, e);
	r = exec_start(x, (unsigned)start.console_size[0], (unsigned)start.console_size[1], e);
	return r < 0 ? r : http_reply_empty(call, 200);
}

/* -- inspect, resize -------------------------------------------------------------------------------------------- */

static int
inspect(struct call *call, void *context, struct error *e)
{
	scoped(exec) *x = NULL;
	scoped_free char *keys = NULL;
	struct exec_inspect answer;
	int64_t exit_code;
	int r = exec_find(context, http_param(call, "id"), &x, e);

	if (r < 0)
		return r;
	exit_code = x->exit_code;
	keys = base64_encode(
		str_or(x->config->detach_keys, ""), strlen(str_or(x->config->detach_keys, "")));
	answer = (struct exec_inspect){
		.id = x->id,
		.running = x->state == EXEC_RUNNING,
		.exit_code = x->has_exit_code ? &exit_code : NULL,
		.process_config =
			{
				.tty = x->config->tty,
				.entrypoint = x->config->cmd[0],
				.arguments = x->config->cmd + 1,
				.privileged = &x->config->privileged,
				.user = x->config->user,
			},
		.open_stdin = x->config->attach_stdin,
		.open_stderr = x->config->attach_stderr,
		.open_stdout = x->config->attach_stdout,
		.container_id = x->container->id,
		.detach_keys = keys,
		.pid = x->pid,
	};
	return http_reply_json(call, 200, &exec_inspect_type, &answer);
}

static int
resize(struct call *call, void *context, struct error *e)
{
	scoped(exec) *x = NULL;
	unsigned rows, columns;
	int r = route_terminal_size(call, &rows, &columns, e);

	if (r >= 0)
		r = exec_find(context, http_param(call, "id"), &x, e);
	if (r >= 0)
		r = exec_resize(x, rows, columns, e);
	return r < 0 ? r : http_reply_empty(call, 200);
}

const struct http_route exec_routes[] = {
	{"POST", "/containers/{id}/exec", create},
	{"POST", "/exec/{id}/start", start},
	{"POST", "/exec/{id}/resize", resize},
	{"GET", "/exec/{id}/json", inspect},
	{NULL, NULL, NULL},
};
