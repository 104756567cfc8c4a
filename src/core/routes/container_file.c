/* container_file.c: /containers/{id}/archive, /changes, /export. */
#include "base/alloc.h"
#include "base/base64.h"
#include "base/str.h"
#include "core/events.h"
#include "core/routes/routes.h"
#include "json/write.h"
#include "rootfs/archive.h"

#include <errno.h>
#include <string.h>

#define BODY_PIECE (64 * 1024)

static int
archive_path(const struct call *call, const char **ret, struct error *e)
{
	*ret = http_query(call, "path");
	if (str_empty(*ret))
		return error_set(e, ERROR_INVALID, -EINVAL, "bad parameter: pathcannot be empty");
	return 0;
}

static int
no_such_file(struct container *c, const char *path, struct error *e)
{
	error_clear(e);
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "Could not find the file %s in container %s",
		path, c->id);
}

/* The container and the path of an archive request, and what stands there. */
static int
stat_path(struct call *call, struct core *core, struct container **ret_c, const char **ret_path,
	struct path_stat *ret, struct error *e)
{
	const struct backend *b = &core->backend;
	int r = archive_path(call, ret_path, e);

	if (r >= 0)
		r = route_container(call, core, ret_c, e);
	if (r < 0)
		return r;
	if (!b->ops->archive_stat)
		return core_missing(core, "archive", e);
	r = b->ops->archive_stat(b->self, *ret_c, *ret_path, ret, e);
	return r == -ENOENT ? no_such_file(*ret_c, *ret_path, e) : r;
}

static void
set_stat_header(struct call *call, const struct path_stat *st)
{
	struct container_path_stat answer = {
		.name = (char *)(uintptr_t)st->name,
		.size = st->size,
		.mode = st->mode,
		.mtime = st->mtime_ns,
		.link_target = (char *)(uintptr_t)st->link,
	};
	scoped_free char *text = json_text(&container_path_stat_type, &answer, call->api_version);
	scoped_free char *encoded = base64_encode(text, strlen(text));

	http_set_header(call, "X-Docker-Container-Path-Stat", encoded);
}

static int
head(struct call *call, void *context, struct error *e)
{
	scoped(container) *c = NULL;
	struct path_stat st;
	const char *path;
	int r = stat_path(call, context, &c, &path, &st, e);

	if (r < 0)
		return r;
	set_stat_header(call, &st);
	return http_reply_empty(call, 200);
}

static int
to_body(void *arg, const void *data, size_t n)
{
	return http_write(arg, data, n);
}

static int
get(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	const struct backend *b = &core->backend;
	scoped(container) *c = NULL;
	struct path_stat st;
	const char *path;
	int r = stat_path(call, core, &c, &path, &st, e);

	if (r < 0)
		return r;
	set_stat_header(call, &st);
	r = http_begin(call, 200, "application/x-tar");
	if (r >= 0)
		r = b->ops->archive_get(b->self, c, path, to_body, call, e);
	if (r < 0)
		return r;
	events_container(c, "archive-path", NULL);
	return http_end(call);
}

struct body {
	struct call *call;
	char *piece;
};

static ssize_t
from_body(void *arg, const void **ret)
{
	struct body *body = arg;

	*ret = body->piece;
	return http_read(body->call, body->piece, BODY_PIECE);
}

static unsigned
put_flags(const struct call *call)
{
	bool no_overwrite = route_bool(call, "noOverwriteDirNonDir", false);
	/* The name misleads: with it, what is unpacked belongs to the container's user. */
	bool container_owner = route_bool(call, "copyUIDGID", false);

	return (no_overwrite ? UNPACK_NO_OVERWRITE_DIR_NON_DIR : 0) |
	       (container_owner ? 0 : UNPACK_COPY_OWNER);
}

static int
put(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	const struct backend *b = &core->backend;
	scoped(container) *c = NULL;
	scoped_free char *piece = xmalloc(BODY_PIECE);
	struct body body = {.call = call, .piece = piece};
	struct path_stat st;
	const char *path;
	int r = stat_path(call, core, &c, &path, &st, e);

	if (r < 0)
		return r;
	r = b->ops->archive_put(b->self, c, path, put_flags(call), from_body, &body, e);
	if (r == -ENOTDIR) {
		error_clear(e);
		return error_set(e, ERROR_INTERNAL, r, "extraction point is not a directory");
	}
	if (r < 0)
		return r;
	events_container(c, "extract-to-dir", NULL);
	return http_reply_empty(call, 200);
}

static int export(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	const struct backend *b = &core->backend;
	scoped(container) *c = NULL;
	int r = route_container(call, core, &c, e);

	if (r < 0)
		return r;
	if (!b->ops->export)
		return core_missing(core, "export", e);
	r = http_begin(call, 200, "application/octet-stream");
	if (r >= 0)
		r = b->ops->export(b->self, c, to_body, call, e);
	if (r < 0)
		return r;
	events_container(c, "export", NULL); /* before the client sees the end of it */
	return http_end(call);
}

/* -- changes ----------------------------------------------------------------------------------------------------- */

static int
write_change(void *arg, const char *path, enum tree_change change)
{
	struct json_writer *w = arg;
	struct change_item item = {.path = (char *)(uintptr_t)path, .kind = change};

	/* The Engine mounts a file system of its own at /dev, so nothing there ever counts. */
	if (!str_eq(path, "/dev") && !str_starts(path, "/dev/"))
		json_write(w, &change_item_type, &item);
	return 0;
}

static int
reply_changes(struct call *call, struct container *c, struct json_writer *w, struct error *e)
{
	const struct backend *b = &c->core->backend;
	int r;

	json_writer_init(w, NULL, NULL, call->api_version);
	json_array_begin(w);
	r = b->ops->changes(b->self, c, write_change, w, e);
	if (r < 0)
		return r;
	json_array_end(w);
	json_newline(w);
	r = json_finish(w);
	return r < 0 ? error_errno(e, r, "the list of changes")
		     : http_reply_text(call, 200, "application/json", w->buf.data);
}

static int
changes(struct call *call, void *context, struct error *e)
{
	struct core *core = context;
	scoped(container) *c = NULL;
	struct json_writer w;
	int r = route_container(call, core, &c, e);

	if (r < 0)
		return r;
	if (!core->backend.ops->changes)
		return core_missing(core, "diff", e);
	r = reply_changes(call, c, &w, e);
	json_writer_free(&w);
	return r;
}

const struct http_route container_file_routes[] = {
	{"HEAD", "/containers/{id}/archive", head},
	{"GET", "/containers/{id}/archive", get},
	{"PUT", "/containers/{id}/archive", put},
	{"GET", "/containers/{id}/changes", changes},
	{"GET", "/containers/{id}/export", export},
	{NULL, NULL, NULL},
};
