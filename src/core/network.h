/*
 * network.h: networks: names, ids, address management and who is connected. `bridge`, `host` and
 * `none` always exist.
 *
 * Addresses are handed out from each network's subnet, released on disconnect, never twice. Traffic
 * between containers is the back end's; the memory back end has none yet, and says so.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/id.h"
#include "base/list.h"
#include "base/scope.h"
#include "docker/network_types.h"

struct container;
struct core;

struct network {
	int refs;
	struct list link;
	struct arena *arena;
	char id[ID_SIZE];
	char *name, *driver;
	int64_t created_ns;
	bool predefined, internal, attachable, ingress, ipv6;
	struct network_create_request *spec; /* IPAM, options, labels as given and completed */
	uint32_t subnet, mask, gateway;      /* IPv4, host order; 0 if it has none */
	struct list endpoints;               /* of running containers; see endpoint.h */
};

struct network *network_ref(struct network *n);
void network_unref(struct network *n);
SCOPED(network, network_unref)

int network_find(struct core *core, const char *what, struct network **ret,
	struct error *e); /* id, name, prefix */
int network_create(struct core *core, const struct network_create_request *request,
	struct network **ret, struct error *e) SUSPENDS;
int network_remove(struct core *core, struct network *n, struct error *e) SUSPENDS;
/* Into the container's record and, if it runs, with an address. */
int network_connect(struct network *n, struct container *c,
	const struct endpoint_settings *settings, struct error *e) SUSPENDS;
int network_disconnect(struct network *n, struct container *c, bool force, struct error *e)
	SUSPENDS;
/* At start and end of a container: addresses for all its networks; fills in its endpoint settings.
 */
int network_attach_all(struct container *c, struct error *e);
void network_detach_all(struct container *c);
/* The API's view; verbose has Containers. */
int network_describe(struct network *n, struct arena *arena, struct network_resource *ret);
struct list *network_list(struct core *core);
int network_load_all(struct core *core, struct error *e) SUSPENDS;
void network_unload_all(struct core *core);
