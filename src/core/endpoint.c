#include "core/endpoint.h"

#include "base/alloc.h"
#include "base/str.h"
#include "core/container.h"
#include "core/subnet.h"

#include <errno.h>

struct endpoint *
endpoint_find(const struct network *n, const struct container *c)
{
	list_each (&n->endpoints, it) {
		struct endpoint *ep = list_entry(it, struct endpoint, link);

		if (ep->container == c)
			return ep;
	}
	return NULL;
}

/* -- addresses --------------------------------------------------------------------------------------- */

/* Set aside by the request that made the network. */
static bool
is_reserved(const struct network *n, uint32_t address)
{
	const struct json_map *reserved = &network_pool(n)->auxiliary_addresses;

	if (address == n->gateway)
		return true;
	for (size_t i = 0; i < reserved->n; i++) {
		uint32_t other;

		if (ipv4_parse(reserved->items[i].value, &other) == 0 && other == address)
			return true;
	}
	return false;
}

static struct subnet
subnet_of(const struct network *n)
{
	return (struct subnet){n->subnet, n->mask};
}

/* Where addresses are handed out from: the pool's range, else the whole subnet. */
static struct subnet
range_of(const struct network *n)
{
	const char *text = network_pool(n)->ip_range;
	struct subnet range;

	return !str_empty(text) && subnet_parse(text, &range) == 0 ? range : subnet_of(n);
}

/* The endpoint before which one with this address belongs; the list's head if it is the last. */
static struct list *
place_of(struct network *n, uint32_t address)
{
	struct list *it = n->endpoints.next;

	while (it != &n->endpoints && list_entry(it, struct endpoint, link)->address < address)
		it = it->next;
	return it;
}

static bool
is_taken(struct network *n, uint32_t address)
{
	struct list *place = place_of(n, address);

	return place != &n->endpoints &&
	       list_entry(place, struct endpoint, link)->address == address;
}

/* The lowest free one: the list is in the order of addresses, so one pass finds it. */
static int
next_address(struct network *n, uint32_t *ret, struct error *e)
{
	struct subnet subnet = subnet_of(n), range = range_of(n);
	uint64_t last = range.address | ~range.mask;
	const struct list *it = place_of(n, range.address);

	for (uint64_t candidate = range.address; candidate <= last; candidate++) {
		uint32_t address = (uint32_t)candidate;

		if (it != &n->endpoints &&
			list_entry(it, struct endpoint, link)->address == address) {
			it = it->next;
			continue;
		}
		if (!subnet_is_host(&subnet, address) || is_reserved(n, address))
			continue;
		*ret = address;
		return 0;
	}
	return error_set(e, ERROR_UNAVAILABLE, -EADDRNOTAVAIL,
		"no available IPv4 addresses on this network's address pools: %s (%s)", n->name,
		n->id);
}

static int
check_address(const struct network *n, const char *text, struct error *e)
{
	struct subnet subnet = subnet_of(n);
	uint32_t address;

	if (!network_is_user_defined(n))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"user specified IP address is supported on user defined networks only");
	if (ipv4_parse(text, &address) < 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid IPv4 address: %s", text);
	if (!subnet_has(&subnet, address))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"no configured subnet or ip-range contain the IP address %s", text);
	return 0;
}

int
endpoint_check(const struct network *n, const struct endpoint_settings *settings, struct error *e)
{
	const struct endpoint_ipam_config *ipam = settings->ipam_config;

	if (!network_is_user_defined(n) && strv_len(settings->aliases))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"network-scoped alias is supported only for containers in user defined "
			"networks");
	if (ipam && !str_empty(ipam->ipv6_address))
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"IPv6 addresses are not supported: networks are IPv4 only");
	return ipam && !str_empty(ipam->ipv4_address) ? check_address(n, ipam->ipv4_address, e) : 0;
}

/* The settings have been checked. */
static int
choose_address(
	struct network *n, const struct endpoint_settings *settings, uint32_t *ret, struct error *e)
{
	const struct endpoint_ipam_config *ipam = settings->ipam_config;
	struct subnet subnet = subnet_of(n);

	*ret = 0;
	if (!ipam || str_empty(ipam->ipv4_address))
		return n->mask ? next_address(n, ret, e) : 0;
	(void)ipv4_parse(ipam->ipv4_address, ret);
	if (!subnet_is_host(&subnet, *ret) || is_reserved(n, *ret) || is_taken(n, *ret))
		return error_set(e, ERROR_FORBIDDEN, -EADDRINUSE, "Address already in use");
	return 0;
}

/* -- settings ---------------------------------------------------------------------------------------- */

/* Whether the hardware address follows from the address, as against one that was asked for. */
static bool
mac_is_derived(const struct endpoint_settings *settings)
{
	char mac[MAC_TEXT_SIZE];
	uint32_t address;

	if (ipv4_parse(str_or(settings->ip_address, ""), &address) < 0)
		return false;
	ipv4_mac(address, mac);
	return str_eq(settings->mac_address, mac);
}

void
endpoint_forget(const struct container *c, struct endpoint_settings *settings)
{
	char *empty = arena_strdup(c->arena, "");

	if (mac_is_derived(settings))
		settings->mac_address = empty;
	settings->endpoint_id = empty;
	settings->gateway = empty;
	settings->ip_address = empty;
	settings->ip_prefix_len = 0;
}

/* The names by which others in the network may call the container. */
static void
set_names(const struct container *c, struct endpoint_settings *settings)
{
	size_t n = strv_len(settings->aliases), used = 0;
	char *short_id = arena_strndup(c->arena, c->id, 12);
	char **aliases = ARENA_ARRAY(c->arena, char *, n + 2);
	char **names = ARENA_ARRAY(c->arena, char *, n + 3);

	for (size_t i = 0; i < n; i++) {
		if (!strv_has(aliases, settings->aliases[i]))
			aliases[used++] = settings->aliases[i];
	}
	if (!strv_has(aliases, short_id))
		aliases[used++] = short_id;
	names[0] = arena_strdup(c->arena, c->name);
	for (size_t i = 0, to = 1; i < used; i++) {
		if (!strv_has(names, aliases[i]))
			names[to++] = aliases[i];
	}
	settings->aliases = aliases;
	settings->dns_names = names;
}

static void
fill_settings(const struct endpoint *ep, struct endpoint_settings *settings)
{
	const struct network *n = ep->network;
	struct arena *arena = ep->container->arena;
	struct subnet subnet = subnet_of(n);
	char text[IPV4_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	settings->network_id = arena_strdup(arena, n->id);
	settings->endpoint_id = arena_strdup(arena, ep->id);
	if (network_is_user_defined(n))
		set_names(ep->container, settings);
	if (!ep->address)
		return;
	ipv4_format(ep->address, text);
	settings->ip_address = arena_strdup(arena, text);
	settings->ip_prefix_len = subnet_length(&subnet);
	if (n->gateway && !n->internal) {
		ipv4_format(n->gateway, text);
		settings->gateway = arena_strdup(arena, text);
	}
	ipv4_mac(ep->address, mac);
	if (str_empty(settings->mac_address))
		settings->mac_address = arena_strdup(arena, mac);
}

int
endpoint_add(
	struct network *n, struct container *c, struct endpoint_settings *settings, struct error *e)
{
	struct endpoint *ep;
	uint32_t address = 0;
	int r;

	/* Left by a daemon that was killed while the container ran. */
	endpoint_forget(c, settings);
	r = endpoint_check(n, settings, e);
	if (r >= 0)
		r = choose_address(n, settings, &address, e);
	if (r < 0)
		return r;
	ep = NEW(endpoint);
	ep->network = network_ref(n);
	ep->container = c;
	ep->address = address;
	id_generate(ep->id);
	list_add(place_of(n, address), &ep->link);
	fill_settings(ep, settings);
	return 0;
}

void
endpoint_free(struct endpoint *ep, struct endpoint_settings *settings)
{
	if (settings)
		endpoint_forget(ep->container, settings);
	list_del(&ep->link);
	network_unref(ep->network);
	free(ep);
}
