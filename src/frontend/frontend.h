/*
 * frontend.h: the Docker face. Stateless: it knows the version window and the rule of forwarding,
 * and no endpoint but /_ping.
 *
 * A call to /vX.Y/… or without a version is checked against the window, stamped with its API
 * version, and passed to `next` with its path under INTERNAL_PREFIX: to the router in this process,
 * or to a back end's address.  Every answer carries the Engine's headers (Api-Version, Ostype,
 * Docker-Experimental, Server).
 */
#pragma once

#include "http/router.h"

struct frontend {
	http_handler next;
	void *context;
};

/* An http_handler: context is a struct frontend. */
int frontend_handle(struct call *call, void *frontend, struct error *e) SUSPENDS;
