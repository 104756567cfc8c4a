/*
 * router.h: from method and path to a handler.
 *
 * Patterns: literal segments, {name} for one segment, {name...} for one or more segments (image
 * names hold slashes; literals after it win over a longer match); at most one {name...} in a
 * pattern.  Where several patterns fit, the one that is literal further to the left wins, not the
 * one added first.  Parameters are percent-decoded.  A path that fits no pattern answers 404
 * {"message":"page not found"}, and so does one that fits with another method only: Docker Engine
 * never sends 405.  HEAD is served only where a HEAD route exists.
 */
#pragma once

#include "http/message.h"

typedef int (*http_handler)(struct call *call, void *context, struct error *e);

struct http_route {
	const char *method;
	const char *pattern;
	http_handler handler;
};

struct router;

/* The tables must outlive the router; each ends with a route whose method is NULL. */
struct router *router_new(void);
void router_add(struct router *r, const struct http_route *routes);
void router_free(struct router *r);
SCOPED(router, router_free)

/* Routes `path` (call->request.path, less a prefix the caller stripped) and runs the handler.
 * call->route is the pattern that fitted, "" if none did. */
int router_handle(struct router *r, struct call *call, const char *path, void *context,
	struct error *e) SUSPENDS;
