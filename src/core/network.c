#include "core/network.h"

#include "base/alloc.h"
#include "base/str.h"
#include "core/core.h"
#include "core/endpoint.h"
#include "core/events.h"
#include "core/store/db.h"
#include "core/subnet.h"
#include "docker/stdmsg.h"
#include "json/read.h"
#include "json/write.h"
#include "task/clock.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define RECORD_KIND "network"

/* Where subnets come from when none is asked for, as in the Engine. The first is the default
 * bridge's. */
static const struct {
	struct subnet base;
	uint32_t size;
} default_pools[] = {
	{{0xac110000, 0xffff0000}, 0x10000}, /* 172.17.0.0/16 */
	{{0xac120000, 0xfffe0000}, 0x10000}, /* 172.18.0.0 to 172.19.255.255 */
	{{0xac140000, 0xfffc0000}, 0x10000}, /* 172.20.0.0 to 172.23.255.255 */
	{{0xac180000, 0xfff80000}, 0x10000}, /* 172.24.0.0 to 172.31.255.255 */
	{{0xc0a80000, 0xffff0000}, 0x1000},  /* 192.168.0.0/16 in parts of 4,096 */
};

static const struct json_field record_fields[] = {
	JSON_FIELD(struct network, "Name", JSON_STRING, name, 0),
	JSON_FIELD(struct network, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(struct network, "Created", JSON_INT, created_ns, 0),
	JSON_FIELD(struct network, "Predefined", JSON_BOOL, predefined, 0),
	JSON_FIELD(struct network, "Internal", JSON_BOOL, internal, 0),
	JSON_FIELD(struct network, "Attachable", JSON_BOOL, attachable, 0),
	JSON_FIELD_OF(
		struct network, "Spec", JSON_OBJECT_PTR, spec, 0, network_create_request_type),
	JSON_END,
};
static const struct json_type record_type = {"Network", sizeof(struct network), record_fields};

/* -- life -------------------------------------------------------------------------------------------- */

static struct network *
network_new(void)
{
	struct network *n = NEW(network);

	n->refs = 1;
	n->arena = arena_new(0);
	n->created_ns = clock_wall_ns();
	list_init(&n->link);
	list_init(&n->endpoints);
	id_generate(n->id);
	return n;
}

struct network *
network_ref(struct network *n)
{
	n->refs++;
	return n;
}

void
network_unref(struct network *n)
{
	if (--n->refs > 0)
		return;
	arena_free(n->arena);
	free(n);
}

struct list *
network_list(struct core *core)
{
	return &core->networks;
}

const struct ipam_pool *
network_pool(const struct network *n)
{
	const struct ipam_pool *pools = n->spec->ipam->config.items;
	struct subnet subnet;

	for (size_t i = 0; i < n->spec->ipam->config.n; i++) {
		if (subnet_parse(str_or(pools[i].subnet, ""), &subnet) == 0)
			return &pools[i];
	}
	return NULL;
}

bool
network_is_user_defined(const struct network *n)
{
	return !n->predefined;
}

/* The numbers of the pool, once the pool is complete. */
static void
take_numbers(struct network *n)
{
	const struct ipam_pool *pool = network_pool(n);
	struct subnet subnet;

	if (!pool || subnet_parse(pool->subnet, &subnet) < 0)
		return;
	n->subnet = subnet.address;
	n->mask = subnet.mask;
	(void)ipv4_parse(str_or(pool->gateway, ""), &n->gateway);
}

/* -- finding ----------------------------------------------------------------------------------------- */

static struct network *
find_name(struct core *core, const char *name)
{
	list_each (&core->networks, it) {
		struct network *n = list_entry(it, struct network, link);

		if (str_eq(n->name, name))
			return n;
	}
	return NULL;
}

static struct network *
find_prefix(struct core *core, const char *prefix, unsigned *ret_matches)
{
	struct network *found = NULL;

	*ret_matches = 0;
	list_each (&core->networks, it) {
		struct network *n = list_entry(it, struct network, link);

		if (!str_starts(n->id, prefix))
			continue;
		found = n;
		++*ret_matches;
	}
	return found;
}

int
network_find(struct core *core, const char *what, struct network **ret, struct error *e)
{
	unsigned matches = 0;
	struct network *n = NULL;

	if (str_empty(what))
		return no_such_network(e, what ? what : "");
	if (strlen(what) == ID_SIZE - 1)
		n = find_prefix(core, what, &matches);
	if (!n)
		n = find_name(core, what);
	if (!n) {
		n = find_prefix(core, what, &matches);
		if (matches > 1)
			return error_set(e, ERROR_INVALID, -ENOTUNIQ,
				"network %s is ambiguous (%u matches found based on ID prefix)",
				what, matches);
	}
	if (!n)
		return no_such_network(e, what);
	*ret = network_ref(n);
	return 0;
}

/* -- subnets ----------------------------------------------------------------------------------------- */

static bool
is_free(struct core *core, const struct subnet *subnet)
{
	list_each (&core->networks, it) {
		const struct network *n = list_entry(it, struct network, link);
		struct subnet other = {n->subnet, n->mask};

		if (n->mask && subnet_overlaps(subnet, &other))
			return false;
	}
	return true;
}

static int
choose_subnet(struct core *core, struct subnet *ret, struct error *e)
{
	for (size_t i = 0; i < ARRAY_LEN(default_pools); i++) {
		struct subnet base = default_pools[i].base;
		uint32_t size = default_pools[i].size;

		for (uint32_t at = base.address; subnet_has(&base, at); at += size) {
			*ret = (struct subnet){at, ~(size - 1)};
			if (is_free(core, ret))
				return 0;
		}
	}
	return error_set(e, ERROR_NOT_FOUND, -EADDRNOTAVAIL,
		"could not find an available, non-overlapping IPv4 address pool among the defaults "
		"to assign to the network");
}

/* The request named no IPv4 subnet. */
static int
add_pool(struct core *core, struct network *n, struct error *e)
{
	struct ipam *ipam = n->spec->ipam;
	char text[SUBNET_TEXT_SIZE];
	struct subnet subnet;
	struct ipam_pool *pools;
	int r = choose_subnet(core, &subnet, e);

	if (r < 0)
		return r;
	pools = ARENA_ARRAY(n->arena, struct ipam_pool, ipam->config.n + 1);
	if (ipam->config.n)
		memcpy(pools + 1, ipam->config.items, ipam->config.n * sizeof(*pools));
	subnet_format(&subnet, text);
	pools[0].subnet = arena_strdup(n->arena, text);
	ipam->config.items = pools;
	ipam->config.n++;
	return 0;
}

/* The lowest address of the range (or subnet) that is nothing else's. */
static void
add_gateway(struct network *n, struct ipam_pool *pool)
{
	struct subnet subnet = {0}, range;
	char text[IPV4_TEXT_SIZE];

	if (!str_empty(pool->gateway) || subnet_parse(pool->subnet, &subnet) < 0)
		return;
	if (str_empty(pool->ip_range) || subnet_parse(pool->ip_range, &range) < 0)
		range = subnet;
	ipv4_format(range.address + !subnet_is_host(&subnet, range.address), text);
	pool->gateway = arena_strdup(n->arena, text);
}

static int
complete_pool(struct core *core, struct network *n, struct error *e)
{
	struct subnet subnet;
	int r = network_pool(n) ? 0 : add_pool(core, n, e);

	if (r < 0)
		return r;
	add_gateway(n, (struct ipam_pool *)(uintptr_t)network_pool(n));
	(void)subnet_parse(network_pool(n)->subnet, &subnet);
	if (!is_free(core, &subnet))
		return error_set(e, ERROR_FORBIDDEN, -EADDRINUSE,
			"Pool overlaps with other one on this address space");
	take_numbers(n);
	return 0;
}

/* -- create ------------------------------------------------------------------------------------------ */

static bool
is_blank(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return *s == '\0';
}

static int
check_name(struct core *core, const char *name, struct error *e)
{
	static const char *const reserved[] = {"bridge", "host", "none", "default"};

	for (size_t i = 0; i < ARRAY_LEN(reserved); i++) {
		if (str_eq(name, reserved[i]))
			return error_set(e, ERROR_FORBIDDEN, -EPERM,
				"operation is not permitted on predefined %s network", name);
	}
	if (is_blank(name))
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid name: %s", name);
	if (find_name(core, name))
		return error_set(
			e, ERROR_CONFLICT, -EEXIST, "network with name %s already exists", name);
	return 0;
}

static int
check_driver(const char *driver, struct error *e)
{
	if (str_eq(driver, "bridge"))
		return 0;
	if (str_eq(driver, "host") || str_eq(driver, "null"))
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"only one instance of \"%s\" network is allowed", driver);
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "plugin \"%s\" not found", driver);
}

/* What a single host without IPv6 has no use for. */
static int
check_kind(const struct network_create_request *request, struct error *e)
{
	if (request->ingress || (!str_empty(request->scope) && !str_eq(request->scope, "local")))
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"networks of a swarm are not supported: there is one host");
	if (request->config_only ||
		(request->config_from && !str_empty(request->config_from->network)))
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"configuration networks are not supported");
	if (request->enable_ipv6)
		return error_set(e, ERROR_NOT_IMPLEMENTED, -ENOSYS,
			"IPv6 is not supported: networks are IPv4 only");
	if (request->ipam && !str_empty(request->ipam->driver) &&
		!str_eq(request->ipam->driver, "default"))
		return error_set(e, ERROR_NOT_FOUND, -ENOENT, "plugin \"%s\" not found",
			request->ipam->driver);
	return 0;
}

static int
check_request(struct core *core, const struct network_create_request *request, struct error *e)
{
	int r = check_name(core, str_or(request->name, ""), e);

	if (r >= 0)
		r = check_driver(str_or(request->driver, "bridge"), e);
	if (r >= 0)
		r = check_kind(request, e);
	if (r >= 0 && request->ipam)
		r = subnet_check_ipam(request->ipam, e);
	return r;
}

static struct network *
network_of(const struct network_create_request *request)
{
	struct network *n = network_new();

	n->spec = ARENA_NEW(n->arena, network_create_request);
	json_copy(n->arena, &network_create_request_type, request, n->spec);
	if (!n->spec->ipam)
		n->spec->ipam = ARENA_NEW(n->arena, ipam);
	if (str_empty(n->spec->ipam->driver))
		n->spec->ipam->driver = arena_strdup(n->arena, "default");
	n->name = n->spec->name;
	n->driver = arena_strdup(n->arena, str_or(n->spec->driver, "bridge"));
	n->internal = n->spec->internal;
	n->attachable = n->spec->attachable;
	return n;
}

static int
save(struct core *core, const struct network *n, struct error *e)
{
	scoped_free char *text = json_text(&record_type, n, 0);

	return db_put(core->db, RECORD_KIND, n->id, text, e);
}

static void
emit(struct core *core, const struct network *n, const char *action)
{
	events_emit(core->events, "network", action, n->id,
		(const char *[]){"name", n->name, "type", n->driver, NULL});
}

int
network_create(struct core *core, const struct network_create_request *request,
	struct network **ret, struct error *e)
{
	scoped(network) *n = NULL;
	int r = check_request(core, request, e);

	if (r < 0)
		return r;
	n = network_of(request);
	r = complete_pool(core, n, e);
	if (r < 0)
		return r;
	/* In the list first: its name and subnet are taken while it is being saved. */
	list_add(&core->networks, &n->link);
	network_ref(n);
	r = save(core, n, e);
	if (r < 0) {
		list_del(&n->link);
		network_unref(n);
		return r;
	}
	emit(core, n, "create");
	*ret = take_ptr(n);
	return 0;
}

/* -- remove ------------------------------------------------------------------------------------------ */

int
network_remove(struct core *core, struct network *n, struct error *e)
{
	int r;

	if (n->predefined)
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"%s is a pre-defined network and cannot be removed", n->name);
	if (!list_empty(&n->endpoints))
		return error_set(e, ERROR_FORBIDDEN, -EBUSY,
			"error while removing network: network %s id %s has active endpoints",
			n->name, n->id);
	/* Another request removes it. */
	if (list_empty(&n->link))
		return no_such_network(e, n->name);
	/* Out of the list first: nobody may join while the record goes. */
	list_del(&n->link);
	r = db_delete(core->db, RECORD_KIND, n->id, e);
	if (r < 0) {
		list_add(&core->networks, &n->link);
		return error_wrap(e, r, "error while removing network");
	}
	emit(core, n, "destroy");
	network_unref(n);
	return 0;
}

/* -- loading ----------------------------------------------------------------------------------------- */

static int
load(void *arg, const char *id, const char *body, struct error *e)
{
	struct core *core = arg;
	scoped(network) *n = network_new();
	int r = str_format(n->id, sizeof(n->id), "%s", id);

	if (r < 0)
		return error_errno(e, r, "network %s", id);
	r = json_read(n->arena, body, strlen(body), &record_type, n, e);
	if (r >= 0 && (!n->spec || !n->spec->ipam))
		r = error_set(e, ERROR_INTERNAL, -EINVAL, "the saved record is not a network's");
	if (r < 0)
		return error_wrap(e, r, "network %s", id);
	take_numbers(n);
	list_add(&core->networks, &n->link);
	n = NULL;
	return 0;
}

static int
ensure_predefined(struct core *core, const char *name, const char *driver,
	const struct json_map *options, struct error *e)
{
	struct network_create_request request = {.name = (char *)(uintptr_t)name,
		.driver = (char *)(uintptr_t)driver,
		.options = *options};
	struct network *n;
	int r = 0;

	if (find_name(core, name))
		return 0;
	n = network_of(&request);
	n->predefined = true;
	if (str_eq(driver, "bridge"))
		r = complete_pool(core, n, e);
	if (r >= 0)
		r = save(core, n, e);
	if (r < 0) {
		network_unref(n);
		return r;
	}
	list_add(&core->networks, &n->link);
	return 0;
}

int
network_load_all(struct core *core, struct error *e)
{
	static char yes[] = "true", any[] = "0.0.0.0", name[] = "docker0", mtu[] = "1500";
	static char keys[][48] = {"com.docker.network.bridge.default_bridge",
		"com.docker.network.bridge.enable_icc",
		"com.docker.network.bridge.enable_ip_masquerade",
		"com.docker.network.bridge.host_binding_ipv4", "com.docker.network.bridge.name",
		"com.docker.network.driver.mtu"};
	struct json_member items[] = {{keys[0], yes}, {keys[1], yes}, {keys[2], yes},
		{keys[3], any}, {keys[4], name}, {keys[5], mtu}};
	struct json_map none = {0}, options = {.items = items, .n = ARRAY_LEN(items)};
	int r = db_each(core->db, RECORD_KIND, load, core, e);

	if (r >= 0)
		r = ensure_predefined(core, "none", "null", &none, e);
	if (r >= 0)
		r = ensure_predefined(core, "host", "host", &none, e);
	if (r >= 0)
		r = ensure_predefined(core, "bridge", "bridge", &options, e);
	return r;
}

void
network_unload_all(struct core *core)
{
	list_each_safe (&core->networks, it) {
		struct network *n = list_entry(it, struct network, link);

		while (!list_empty(&n->endpoints))
			endpoint_free(list_entry(n->endpoints.next, struct endpoint, link), NULL);
		list_del(&n->link);
		network_unref(n);
	}
}
