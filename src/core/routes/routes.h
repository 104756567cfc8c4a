/* routes.h: what the handlers of several route files share: reading queries in the Engine's manner. */
#pragma once

#include "core/container.h"
#include "core/core.h"
#include "docker/filter.h"

/* The container that {id} names. */
int route_container(struct call *call, struct core *core, struct container **ret, struct error *e);

bool route_bool(const struct call *call, const char *key, bool otherwise);
/* A number, or `otherwise` if it is absent or empty; else the Engine's complaint with this kind. */
int route_int(const struct call *call, const char *key, int otherwise, int *ret,
	enum error_kind kind, struct error *e);
/* h and w of a resize, both of which it needs. */
int route_terminal_size(
	const struct call *call, unsigned *ret_rows, unsigned *ret_columns, struct error *e);
int route_filters(struct call *call, struct filters *ret, struct error *e);
/* since, until: 0 if absent. What the Engine says to nonsense is a 500. */
int route_time(const struct call *call, const char *key, int64_t *ret_ns, struct error *e);
/* The `until` of a prune or list, which keeps what is younger: INT64_MAX without it. */
int route_until(const struct filters *f, int64_t *ret_ns, struct error *e);
/* The content type of a process's output: from API 1.42 on, streams with frames say so; but a connection that is taken over
 * without an upgrade is announced as raw, as the Engine does. */
const char *route_log_type(const struct call *call, bool tty);
const char *route_hijack_type(const struct call *call, bool tty);
