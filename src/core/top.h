/* top.h: what `docker top` shows: ps's columns over a container's processes. */
#pragma once

#include "core/container.h"
#include "docker/container_types.h"

/*
 * ps_args: "" or "-ef" for the columns of ps -ef; "aux"; or "-o" (also "-eo") with a list of column names, as ps(1) spells them.
 * ERROR_INVALID names what is not known.
 */
int top_read(struct container *c, struct arena *arena, const char *ps_args, struct top_answer *ret,
	struct error *e) SUSPENDS;
