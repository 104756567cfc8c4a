/* container.c: /containers/… create, life-cycle verbs, wait, update, remove, prune. */
#include "base/str.h"
#include "core/events.h"
#include "core/list.h"
#include "core/lifecycle.h"
#include "core/routes/routes.h"

#include <errno.h>
#include <limits.h>

static int
create(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	struct container_create_request request = {0};
	struct container_create_answer answer = {0};
	scoped(container) *c = NULL;
	scoped_strv warnings = NULL;
	char *none[] = {NULL};
	int r;

	r = core_read_json(call, &container_create_request_type, &request, false, e);
	if (r >= 0)
		r = lifecycle_create(core, http_query(call, "name"), &request, &c, &warnings, e);
	if (r < 0)
		return r;
	answer.id = c->id;
	answer.warnings = warnings ? warnings : none;
	return http_reply_json(call, 201, &container_create_answer_type, &answer);
}

static int
start(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int r = route_container(call, context, &c, e);

	if (r >= 0)
		r = lifecycle_start(c, e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

/* stop and restart ask alike: a signal, and how long to wait before it is SIGKILL. */
static int
stop_by(int (*fn)(struct container *c, const char *signal, int seconds, struct error *e),
	struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int seconds, r;

	r = route_int(call, "t", INT_MIN, &seconds, ERROR_INVALID, e);
	if (r >= 0)
		r = route_container(call, context, &c, e);
	if (r >= 0)
		r = fn(c, http_query(call, "signal"), seconds, e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

static int
stop(struct call *call, void *context, struct error *e)
{
	return stop_by(lifecycle_stop, call, context, e);
}

static int
restart(struct call *call, void *context, struct error *e)
{
	return stop_by(lifecycle_restart, call, context, e);
}

static int
kill_container(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int r = route_container(call, context, &c, e);

	if (r < 0)
		return error_wrap(e, r, "cannot kill container: %s", http_param(call, "id"));
	r = lifecycle_kill(c, http_query(call, "signal"), e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

static int
pause_container(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int r = route_container(call, context, &c, e);

	if (r >= 0)
		r = lifecycle_pause(c, true, e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

static int
unpause(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int r = route_container(call, context, &c, e);

	if (r >= 0)
		r = lifecycle_pause(c, false, e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

static int
rename_container(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int r = route_container(call, context, &c, e);

	if (r >= 0)
		r = lifecycle_rename(c, str_or(http_query(call, "name"), ""), e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

/* The head goes out before the wait, so that a client knows when it may start the container. */
static int
wait_container(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	struct wait_answer answer = {0};
	struct wait_error error = {0};
	struct wait_point at;
	struct json_writer w;
	const char *why = NULL;
	int code = 0, r;

	r = route_container(call, context, &c, e);
	if (r >= 0)
		r = wait_parse(http_query(call, "condition"), c, &at, e);
	if (r >= 0)
		r = http_begin(call, 200, "application/json");
	if (r < 0)
		return r;
	http_cancel_on_hangup(call);
	r = lifecycle_wait(c, &at, &code, &why);
	if (r < 0)
		return r;
	answer.status_code = code;
	error.message = (char *)(uintptr_t)why;
	answer.error = why ? &error : NULL;
	http_json_writer(call, &w);
	json_write(&w, &wait_answer_type, &answer);
	json_newline(&w);
	r = json_finish(&w);
	json_writer_free(&w);
	return r < 0 ? r : http_end(call);
}

static int
resize(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	unsigned rows, columns;
	int r = route_terminal_size(call, &rows, &columns, e);

	if (r >= 0)
		r = route_container(call, context, &c, e);
	if (r >= 0)
		r = lifecycle_resize(c, rows, columns, e);
	return r < 0 ? r : http_reply_empty(call, 200);
}

static int
update(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	struct container_update_request request = {0};
	struct container_update_answer answer = {0};
	scoped_strv warnings = NULL;
	int r;

	r = core_read_json(call, &container_update_request_type, &request, false, e);
	if (r >= 0)
		r = route_container(call, context, &c, e);
	if (r >= 0)
		r = lifecycle_update(c, &request, &warnings, e);
	answer.warnings = warnings;
	return r < 0 ? r : http_reply_json(call, 200, &container_update_answer_type, &answer);
}

static int
remove_container(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	int r = route_container(call, context, &c, e);

	if (r >= 0 && route_bool(call, "link", false))
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"links between containers are not supported: use a network");
	if (r >= 0)
		r = lifecycle_remove(
			c, route_bool(call, "force", false), route_bool(call, "v", false), e);
	return r < 0 ? r : http_reply_empty(call, 204);
}

static int
prune_one(struct core *core, struct container *c, struct container_prune_answer *answer)
{
	const struct backend *b = &core->backend;
	int64_t rw = 0, root = 0;
	int r;

	if (container_running(c) || c->removed)
		return 0;
	if (b->ops->size)
		(void)b->ops->size(b->self, c, &rw, &root, NULL);
	r = lifecycle_remove(c, false, false, NULL);
	if (r < 0)
		return r == -ECANCELED ? r : 0; /* started or removed meanwhile: it stays */
	answer->space_reclaimed += rw;
	return strv_push(&answer->containers_deleted, c->id);
}

static const char *const prune_filters[] = {"label", "label!", "until", NULL};

static int
prune(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	struct container_query q = {.all = true};
	struct container_prune_answer answer = {0};
	struct filters filters;
	struct container **list;
	int64_t until;
	size_t n;
	int r;

	r = route_filters(call, &filters, e);
	if (r >= 0)
		r = filters_check(&filters, prune_filters, e);
	if (r >= 0)
		r = route_until(&filters, &until, e);
	if (r < 0)
		return r;
	list = container_query_run(core, &q, &n);
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (filters_labels(&filters, &list[i]->config->labels) &&
			list[i]->created_ns < until)
			r = prune_one(core, list[i], &answer);
	}
	container_list_free(list, n);
	if (r >= 0)
		events_prune(core->events, "container", answer.space_reclaimed);
	if (r >= 0)
		r = http_reply_json(call, 200, &container_prune_answer_type, &answer);
	strv_free(answer.containers_deleted);
	return r;
}

const struct http_route container_routes[] = {
	{"POST", "/containers/create", create},
	{"POST", "/containers/prune", prune},
	{"POST", "/containers/{id}/start", start},
	{"POST", "/containers/{id}/stop", stop},
	{"POST", "/containers/{id}/restart", restart},
	{"POST", "/containers/{id}/kill", kill_container},
	{"POST", "/containers/{id}/pause", pause_container},
	{"POST", "/containers/{id}/unpause", unpause},
	{"POST", "/containers/{id}/rename", rename_container},
	{"POST", "/containers/{id}/wait", wait_container},
	{"POST", "/containers/{id}/resize", resize},
	{"POST", "/containers/{id}/update", update},
	{"DELETE", "/containers/{id}", remove_container},
	{NULL, NULL, NULL},
};
