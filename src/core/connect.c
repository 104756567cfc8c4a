#include "core/network.h"

#include "base/str.h"
#include "core/container.h"
#include "core/core.h"
#include "core/endpoint.h"
#include "core/events.h"
#include "core/subnet.h"
#include "docker/stdmsg.h"
#include "json/read.h"

#include <errno.h>
#include <string.h>

static void
emit(const struct network *n, const struct container *c, const char *action)
{
	events_emit(c->core->events, "network", action, n->id,
		(const char *[]){"container", c->id, "name", n->name, "type", n->driver, NULL});
}

/* -- the container's map of endpoints ------------------------------------------------------------------ */

static struct json_map *
endpoints_of(const struct container *c)
{
	return &c->networking->endpoints_config;
}

/* A key is the network's name, or what the container was created with: its id or a prefix of it. */
static struct json_member *
member_of(const struct network *n, const struct container *c)
{
	struct json_map *map = endpoints_of(c);

	for (size_t i = 0; i < map->n; i++) {
		const struct endpoint_settings *settings = map->items[i].value;

		if (str_eq(map->items[i].key, n->name) ||
			(settings && str_eq(settings->network_id, n->id)))
			return &map->items[i];
	}
	return NULL;
}

static struct endpoint_settings *
settings_of(const struct network *n, const struct container *c)
{
	struct json_member *m = member_of(n, c);

	return m ? m->value : NULL;
}

static void
set_member(struct container *c, const char *name, struct endpoint_settings *settings)
{
	struct json_map *map = endpoints_of(c);
	struct json_member *items = ARENA_ARRAY(c->arena, struct json_member, map->n + 1);

	if (map->n)
		memcpy(items, map->items, map->n * sizeof(*items));
	items[map->n].key = arena_strdup(c->arena, name);
	items[map->n++].value = settings;
	map->items = items;
	map->present = true;
}

/* In a copy: an answer that is being written may look at the old one. */
static void
remove_member(struct container *c, const struct json_member *m)
{
	struct json_map *map = endpoints_of(c);
	struct json_member *items = ARENA_ARRAY(c->arena, struct json_member, map->n);
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++) {
		if (&map->items[i] != m)
			items[n++] = map->items[i];
	}
	map->items = items;
	map->n = n;
}

/* -- connect, disconnect -------------------------------------------------------------------------------- */

static int
check_alive(const struct container *c, struct error *e)
{
	if (c->removed || c->state == CONTAINER_REMOVING || c->state == CONTAINER_DEAD)
		return error_set(e, ERROR_CONFLICT, -EBUSY,
			"Container %s is marked for removal and cannot be connected or "
			"disconnected to the network",
			c->id);
	return 0;
}

static int
host_conflict(struct error *e)
{
	return error_set(e, ERROR_INVALID, -EINVAL,
		"container cannot be disconnected from host network or connected to host network");
}

/* Host and none are a container's only network, and so is another container's. */
static int
check_modes(const struct network *n, const struct container *c, struct error *e)
{
	const char *mode = c->host_config->network_mode;

	if (str_eq(n->driver, "host") && !str_eq(mode, "host"))
		return host_conflict(e);
	if (str_eq(mode, "host") || str_starts(mode, "container:"))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"container sharing network namespace with another container or host cannot "
			"be connected to any other network");
	if (json_map_has(endpoints_of(c), "none") ||
		(str_eq(n->driver, "null") && endpoints_of(c)->n))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"container cannot be connected to multiple networks with one of the "
			"networks in private (none) mode");
	return 0;
}

/* The container may have ended meanwhile: then it has no endpoint any more. */
static void
detach(const struct network *n, const struct container *c, struct endpoint_settings *settings)
{
	struct endpoint *ep = endpoint_find(n, c);

	if (ep)
		endpoint_free(ep, settings);
}

static struct endpoint_settings *
copy_settings(struct container *c, const struct endpoint_settings *from)
{
	struct endpoint_settings *copy = ARENA_NEW(c->arena, endpoint_settings);

	if (from)
		json_copy(c->arena, &endpoint_settings_type, from, copy);
	return copy;
}

/* The lease is held. */
static int
connect_now(struct network *n, struct container *c, const struct endpoint_settings *asked,
	struct error *e)
{
	struct json_map *map = endpoints_of(c), before = *map;
	struct json_member *old = member_of(n, c);
	struct endpoint_settings *settings = copy_settings(c, asked);
	bool running = container_running(c);
	int r = endpoint_check(n, settings, e);

	if (r < 0)
		return r;
	if (running && endpoint_find(n, c))
		return error_set(e, ERROR_FORBIDDEN, -EEXIST,
			"endpoint with name %s already exists in network %s", c->name, n->name);
	if (running)
		r = endpoint_add(n, c, settings, e);
	if (r < 0)
		return r;
	if (old)
		remove_member(c, old);
	set_member(c, n->name, settings);
	r = container_save(c, e);
	if (r < 0) {
		*map = before;
		detach(n, c, settings);
		return r;
	}
	if (running)
		emit(n, c, "connect");
	return 0;
}

int
network_connect(struct network *n, struct container *c, const struct endpoint_settings *settings,
	struct error *e)
{
	scoped_lease lease = {0};
	int r = lease_take(c, "connect", &lease);

	if (r < 0)
		return error_errno(e, r, "cannot connect %s to network %s", c->name, n->name);
	r = check_alive(c, e);
	/* It may have been removed while the container was busy. */
	if (r >= 0 && list_empty(&n->link))
		r = no_such_network(e, n->name);
	if (r >= 0)
		r = check_modes(n, c, e);
	return r < 0 ? r : connect_now(n, c, settings, e);
}

/* The lease is held. */
static int
disconnect_now(struct network *n, struct container *c, struct error *e)
{
	struct json_map *map = endpoints_of(c), before = *map;
	struct json_member *m = member_of(n, c);
	int r;

	if (!m)
		return error_set(e, ERROR_INTERNAL, -ENOENT,
			"container %s is not connected to %snetwork %s", c->id,
			container_running(c) ? "" : "the ", n->name);
	remove_member(c, m);
	r = container_save(c, e);
	if (r < 0) {
		*map = before;
		return r;
	}
	detach(n, c, NULL);
	emit(n, c, "disconnect");
	return 0;
}

int
network_disconnect(struct network *n, struct container *c, bool force, struct error *e)
{
	scoped_lease lease = {0};
	int r = lease_take(c, "disconnect", &lease);

	/* There are no stale endpoints that could need force. */
	(void)force;
	if (r < 0)
		return error_errno(e, r, "cannot disconnect %s from network %s", c->name, n->name);
	r = check_alive(c, e);
	if (r >= 0 && str_eq(n->driver, "host") && str_eq(c->host_config->network_mode, "host"))
		r = host_conflict(e);
	return r < 0 ? r : disconnect_now(n, c, e);
}

/* -- start, end ------------------------------------------------------------------------------------------ */

/* The network of a member: the one it was in before, else the one of that name. */
static int
network_of(const struct container *c, const struct json_member *m, struct network **ret,
	struct error *e)
{
	const struct endpoint_settings *settings = m->value;

	if (settings && !str_empty(settings->network_id) &&
		network_find(c->core, settings->network_id, ret, NULL) == 0)
		return 0;
	return network_find(c->core, m->key, ret, e);
}

static int
attach(struct container *c, struct json_member *m, struct error *e)
{
	scoped(network) *n = NULL;
	int r = network_of(c, m, &n, e);

	if (r < 0)
		return r;
	if (!m->value)
		m->value = ARENA_NEW(c->arena, endpoint_settings);
	if (!str_eq(m->key, n->name))
		m->key = arena_strdup(c->arena, n->name);
	r = endpoint_add(n, c, m->value, e);
	if (r >= 0)
		emit(n, c, "connect");
	return r;
}

int
network_attach_all(struct container *c, struct error *e)
{
	struct json_map *map = endpoints_of(c);

	for (size_t i = 0; i < map->n; i++) {
		int r = attach(c, &map->items[i], e);

		if (r < 0) {
			network_detach_all(c);
			return r;
		}
	}
	return 0;
}

void
network_detach_all(struct container *c)
{
	struct json_map *map = endpoints_of(c);

	list_each (&c->core->networks, it) {
		struct network *n = list_entry(it, struct network, link);
		struct endpoint *ep = endpoint_find(n, c);

		if (!ep)
			continue;
		endpoint_free(ep, settings_of(n, c));
		emit(n, c, "disconnect");
	}
	/* Those that a daemon left behind that was killed. */
	for (size_t i = 0; i < map->n; i++) {
		if (map->items[i].value)
			endpoint_forget(c, map->items[i].value);
	}
}

/* -- describing ------------------------------------------------------------------------------------------- */

static struct endpoint_resource *
describe_endpoint(const struct endpoint *ep, struct arena *arena)
{
	const struct network *n = ep->network;
	const struct endpoint_settings *settings = settings_of(n, ep->container);
	struct subnet subnet = {n->subnet, n->mask};
	struct endpoint_resource *r = ARENA_NEW(arena, endpoint_resource);
	char text[IPV4_TEXT_SIZE];

	r->name = arena_strdup(arena, ep->container->name);
	r->endpoint_id = arena_strdup(arena, ep->id);
	if (!ep->address)
		return r;
	if (settings)
		r->mac_address = arena_strdup(arena, settings->mac_address);
	ipv4_format(ep->address, text);
	r->ipv4_address = arena_printf(arena, "%s/%d", text, subnet_length(&subnet));
	return r;
}

static struct json_map
describe_containers(const struct network *n, struct arena *arena)
{
	struct json_map map = {.present = true};
	size_t count = 0;

	list_each (&n->endpoints, it)
		count++;
	map.items = ARENA_ARRAY(arena, struct json_member, count + 1);
	list_each (&n->endpoints, it) {
		const struct endpoint *ep = list_entry(it, struct endpoint, link);

		map.items[map.n].key = arena_strdup(arena, ep->container->id);
		map.items[map.n++].value = describe_endpoint(ep, arena);
	}
	return map;
}

int
network_describe(struct network *n, struct arena *arena, struct network_resource *ret)
{
	static char scope[] = "local"; /* the API's structs are not const */

	*ret = (struct network_resource){
		.name = n->name,
		.id = n->id,
		.created = n->created_ns,
		.scope = scope,
		.driver = n->driver,
		.enable_ipv6 = n->ipv6,
		.ipam = *n->spec->ipam,
		.internal = n->internal,
		.attachable = n->attachable,
		.ingress = n->ingress,
		.containers = describe_containers(n, arena),
		.options = n->spec->options,
		.labels = n->spec->labels,
	};
	return 0;
}
