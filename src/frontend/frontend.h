/*
 * frontend.h: the Docker face. Stateless: it knows the rule of forwarding, and no endpoint.
 *
 * A call to /vX.Y/… or without a version is stamped with its API version and passed to `next` with its
 * path under INTERNAL_PREFIX (wire/internal.h): to the router in this process, or to a back end's
 * address (remote.h).  Which versions there are, and all that an answer says, is the back end's matter.
 */
#pragma once

#include "http/router.h"

struct frontend {
	http_handler next;
	void *context;
};

/* An http_handler: context is a struct frontend. */
int frontend_handle(struct call *call, void *frontend, struct error *e) SUSPENDS;
