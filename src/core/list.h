/* list.h: which containers a list or prune is about: the query of GET /containers/json. */
#pragma once

#include "core/container.h"
#include "docker/filter.h"

struct container_query {
	bool all, size;
	int limit; /* 0: no limit */
	struct filters filters;
	/* resolved from the filters */
	const struct container *before, *since;
	char **images; /* ids that `ancestor` names; NULL if it is not asked for */
};

/* Checks the filters' names and values and resolves what they name. */
int container_query_resolve(
	struct core *core, struct arena *arena, struct container_query *q, struct error *e);

/* The containers that fit, newest first, each with a reference; the array is malloc'ed. */
struct container **container_query_run(
	struct core *core, const struct container_query *q, size_t *ret_n);
void container_list_free(struct container **list, size_t n);
