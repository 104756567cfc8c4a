/*
 * endpoint.h: a container's place in a network: its address, and what its record says about it.
 *
 * Endpoints exist while the container runs, or is being started.  The network owns the list, in the
 * order of addresses; each endpoint holds its network and borrows its container, which detaches
 * before it goes.  Private to network.c and connect.c.
 */
#pragma once

#include "base/id.h"
#include "core/network.h"

struct endpoint {
	struct list link; /* in network.endpoints */
	struct network *network;
	struct container *container;
	uint32_t address; /* host order; 0 in a network without a subnet */
	char id[ID_SIZE];
};

/* Whether the settings make sense in n at all, whatever addresses are free. */
int endpoint_check(
	const struct network *n, const struct endpoint_settings *settings, struct error *e);
/* Gives the container an address in n as `settings` ask for, and fills in the settings. */
int endpoint_add(struct network *n, struct container *c, struct endpoint_settings *settings,
	struct error *e);
struct endpoint *endpoint_find(const struct network *n, const struct container *c); /* or NULL */
/* Out of the network; what endpoint_add filled into the settings (NULL: none) is emptied. */
void endpoint_free(struct endpoint *ep, struct endpoint_settings *settings);
/* Empties what only a running container has. */
void endpoint_forget(const struct container *c, struct endpoint_settings *settings);
const struct ipam_pool *network_pool(const struct network *n); /* its IPv4 pool, or NULL */
bool network_is_user_defined(const struct network *n); /* has names, aliases and fixed addresses */
