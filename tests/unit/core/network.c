#include "core/network.h"

#include "base/alloc.h"
#include "base/str.h"
#include "core/core.h"
#include "world.h"

#include <errno.h>

static struct network *
made(struct core *core, const char *name, const char *subnet)
{
	struct ipam_pool pool = {.subnet = TEXT(subnet)};
	struct ipam ipam = {.config = {.items = &pool, .n = 1}};
	struct network_create_request request = {.name = TEXT(name), .ipam = subnet ? &ipam : NULL};
	struct error e = {0};
	struct network *n;

	if (network_create(core, &request, &n, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", name, error_message(&e));
	network_unref(n); /* the list has it */
	return n;
}

static int
make(struct core *core, const char *name, const char *driver, const char *subnet, struct error *e)
{
	struct ipam_pool pool = {.subnet = TEXT(subnet)};
	struct ipam ipam = {.config = {.items = &pool, .n = 1}};
	struct network_create_request request = {
		.name = TEXT(name), .driver = TEXT(driver), .ipam = subnet ? &ipam : NULL};
	scoped(network) *n = NULL;

	return network_create(core, &request, &n, e);
}

static struct network *
found(struct core *core, const char *what)
{
	struct network *n;

	ASSERT_OK(network_find(core, what, &n, NULL));
	network_unref(n);
	return n;
}

static struct endpoint_settings *
settings(const struct container *c, const char *network)
{
	return json_map_get(&c->networking->endpoints_config, network);
}

static struct endpoint_settings *
fixed(struct container *c, const char *address)
{
	struct endpoint_settings *s = ARENA_NEW(c->arena, endpoint_settings);

	s->ipam_config = ARENA_NEW(c->arena, endpoint_ipam_config);
	s->ipam_config->ipv4_address = arena_strdup(c->arena, address);
	return s;
}

static struct container *
running_in(struct core *core, const char *name, const char *network)
{
	struct container *c = world_container(core, name);

	world_add_endpoint(c, network, NULL);
	world_start(c);
	return c;
}

/* -- records ---------------------------------------------------------------------------------------------------- */

static void
predefined(void)
{
	struct core *core = world_open();
	char ids[3][ID_SIZE];
	static const char *const names[] = {"none", "host", "bridge"};

	for (int i = 0; i < 3; i++)
		memcpy(ids[i], found(core, names[i])->id, ID_SIZE);
	ASSERT_EQ(found(core, "bridge")->subnet, 0xac110000);
	ASSERT_EQ(found(core, "host")->mask, 0);
	core_close(core);

	core = world_open();
	for (int i = 0; i < 3; i++) {
		struct network *n = found(core, names[i]);

		ASSERT_STR(n->id, ids[i]);
		ASSERT_REFUSED(network_remove(core, n, &e), -EPERM, ERROR_FORBIDDEN,
			world_text("%s is a pre-defined network and cannot be removed", names[i]));
	}
	core_close(core);
}

TEST(network_predefined_ones_keep_their_ids)
{
	world_run(predefined);
}

static void
kept(void)
{
	struct core *core = world_open();
	struct network *n = made(core, "mine", "10.9.0.0/24");
	scoped_free char *id = xstrdup(n->id);
	int64_t created = n->created_ns;
	struct container *c;

	core_close(core);
	core = world_open();
	n = found(core, "mine");
	ASSERT_STR(n->id, id);
	ASSERT_EQ(n->created_ns, created);
	ASSERT_EQ(n->gateway, 0x0a090001);
	c = running_in(core, "c", "mine");
	ASSERT_STR(settings(c, "mine")->ip_address, "10.9.0.2");
	world_stop(c);
	ASSERT_OK(network_remove(core, n, NULL));
	core_close(core);
	core = world_open();
	ASSERT_REFUSED(network_find(core, "mine", &n, &e), -ENOENT, ERROR_NOT_FOUND,
		"network mine not found");
	core_close(core);
}

TEST(network_survives_a_restart_and_its_removal_too)
{
	world_run(kept);
}

static void
finding(void)
{
	struct core *core = world_open();
	struct network *a = made(core, "a", NULL), *n;
	char prefix[13];

	/* A name that looks like another's id counts as a name first. */
	str_format(prefix, sizeof(prefix), "%.12s", a->id);
	ASSERT(found(core, prefix) == a);
	ASSERT(found(core, a->id) == a);
	n = made(core, prefix, NULL);
	ASSERT(found(core, prefix) == n);
	ASSERT_EQ(network_find(core, "", &n, NULL), -ENOENT);
	core_close(core);
}

TEST(network_found_by_id_name_and_prefix)
{
	world_run(finding);
}

static void
ambiguous(void)
{
	struct core *core = world_open();
	struct network *n = NULL;
	char first[2] = "";

	/* With seventeen ids two begin with the same digit. */
	for (int i = 0; i < 17; i++)
		made(core, world_text("n%d", i), NULL);
	for (int digit = 0; digit < 16; digit++) {
		struct error e = {0};
		int r;

		first[0] = "0123456789abcdef"[digit];
		r = network_find(core, first, &n, &e);
		if (r == 0)
			network_unref(n);
		if (r == -ENOTUNIQ) {
			ASSERT(strstr(error_message(&e), "matches found based on ID prefix)"));
			ASSERT_EQ(e.kind, ERROR_INVALID);
			error_clear(&e);
			core_close(core);
			return;
		}
		error_clear(&e);
	}
	test_fail(__FILE__, __LINE__, "no prefix was ambiguous");
}

TEST(network_ambiguous_prefix)
{
	world_run(ambiguous);
}

/* -- create ----------------------------------------------------------------------------------------------------- */

static void
refused(void)
{
	struct core *core = world_open();

	made(core, "taken", "10.1.0.0/16");
	ASSERT_REFUSED(make(core, "taken", NULL, NULL, &e), -EEXIST, ERROR_CONFLICT,
		"network with name taken already exists");
	ASSERT_REFUSED(make(core, "", NULL, NULL, &e), -EINVAL, ERROR_INVALID, "invalid name: ");
	ASSERT_REFUSED(
		make(core, "  ", NULL, NULL, &e), -EINVAL, ERROR_INVALID, "invalid name:   ");
	ASSERT_REFUSED(make(core, "host", NULL, NULL, &e), -EPERM, ERROR_FORBIDDEN,
		"operation is not permitted on predefined host network");
	ASSERT_REFUSED(make(core, "x", "nonesuch", NULL, &e), -ENOENT, ERROR_NOT_FOUND,
		"plugin \"nonesuch\" not found");
	ASSERT_REFUSED(make(core, "x", "host", NULL, &e), -EPERM, ERROR_FORBIDDEN,
		"only one instance of \"host\" network is allowed");
	ASSERT_REFUSED(make(core, "x", NULL, "10.1.2.0/24", &e), -EADDRINUSE, ERROR_FORBIDDEN,
		"Pool overlaps with other one on this address space");
	ASSERT_REFUSED(make(core, "x", NULL, "10.0.0.0/8", &e), -EADDRINUSE, ERROR_FORBIDDEN,
		"Pool overlaps with other one on this address space");
	ASSERT_EQ(make(core, "x", NULL, "nonsense", NULL), -EINVAL);
	/* Nothing of a refused one stays. */
	ASSERT_OK(make(core, "x", "bridge", "10.2.0.0/16", NULL));
	core_close(core);
}

TEST(network_create_refused)
{
	world_run(refused);
}

static void
defaults(void)
{
	struct core *core = world_open();
	struct network *n;

	ASSERT_EQ(made(core, "a", NULL)->subnet, 0xac120000); /* 172.18.0.0 */
	made(core, "other", "172.19.5.0/24");
	n = made(core, "b", NULL); /* 172.19.0.0/16 overlaps */
	ASSERT_EQ(n->subnet, 0xac140000);
	ASSERT_EQ(n->mask, 0xffff0000);
	ASSERT_EQ(n->gateway, 0xac140001);
	ASSERT_OK(network_remove(core, found(core, "a"), NULL));
	ASSERT_EQ(made(core, "c", NULL)->subnet, 0xac120000);
	core_close(core);
}

TEST(network_default_subnets_do_not_overlap)
{
	world_run(defaults);
}

static void
exhausted(void)
{
	struct core *core = world_open();

	/* 14 of 172.18 to 172.31, 16 of 192.168. */
	for (int i = 0; i < 30; i++)
		made(core, world_text("n%d", i), NULL);
	ASSERT_REFUSED(make(core, "x", NULL, NULL, &e), -EADDRNOTAVAIL, ERROR_NOT_FOUND,
		"could not find an available, non-overlapping IPv4 address pool among the defaults "
		"to assign to the network");
	core_close(core);
}

TEST(network_default_subnets_run_out)
{
	world_run(exhausted);
}

/* -- addresses -------------------------------------------------------------------------------------------------- */

static void
lowest(void)
{
	struct core *core = world_open();
	struct container *c[4];

	made(core, "n", "10.3.0.0/24");
	for (int i = 0; i < 3; i++)
		c[i] = running_in(core, world_text("c%d", i), "n");
	ASSERT_STR(settings(c[0], "n")->ip_address, "10.3.0.2");
	ASSERT_STR(settings(c[2], "n")->ip_address, "10.3.0.4");
	ASSERT_STR(settings(c[2], "n")->mac_address, "02:42:0a:03:00:04");
	ASSERT_STR(settings(c[2], "n")->gateway, "10.3.0.1");
	ASSERT_EQ(settings(c[2], "n")->ip_prefix_len, 24);
	world_stop(c[1]);
	ASSERT_STR(settings(c[1], "n")->ip_address, "");
	ASSERT_STR(settings(c[1], "n")->mac_address, "");
	ASSERT_STR(settings(c[1], "n")->endpoint_id, "");
	ASSERT_STR(settings(c[1], "n")->network_id, found(core, "n")->id);
	c[3] = running_in(core, "c3", "n");
	ASSERT_STR(settings(c[3], "n")->ip_address, "10.3.0.3");
	world_start(c[1]);
	ASSERT_STR(settings(c[1], "n")->ip_address, "10.3.0.5");
	for (int i = 0; i < 4; i++)
		world_stop(c[i]);
	core_close(core);
}

TEST(network_gives_the_lowest_free_address)
{
	world_run(lowest);
}

static void
reserved(void)
{
	struct core *core = world_open();
	struct json_member taken = {TEXT("router"), TEXT("10.4.0.9")};
	struct ipam_pool pool = {.subnet = TEXT("10.4.0.0/24"),
		.ip_range = TEXT("10.4.0.8/29"),
		.auxiliary_addresses = {.items = &taken, .n = 1}};
	struct ipam ipam = {.config = {.items = &pool, .n = 1}};
	struct network_create_request request = {.name = TEXT("n"), .ipam = &ipam};
	scoped(network) *n = NULL;
	struct container *c[8];

	ASSERT_OK(network_create(core, &request, &n, NULL));
	ASSERT_EQ(n->gateway, 0x0a040008);
	for (int i = 0; i < 6; i++) {
		c[i] = running_in(core, world_text("c%d", i), "n");
		ASSERT_STR(settings(c[i], "n")->ip_address, world_text("10.4.0.%d", 10 + i));
	}
	c[6] = world_container(core, "c6");
	world_add_endpoint(c[6], "n", NULL);
	ASSERT_REFUSED(network_attach_all(c[6], &e), -EADDRNOTAVAIL, ERROR_UNAVAILABLE,
		world_text("no available IPv4 addresses on this network's address pools: n (%s)",
			n->id));
	for (int i = 0; i < 6; i++)
		world_stop(c[i]);
	core_close(core);
}

TEST(network_range_and_reserved_addresses)
{
	world_run(reserved);
}

static void
fixed_addresses(void)
{
	struct core *core = world_open();
	struct network *n = made(core, "n", "10.5.0.0/24"), *bridge = found(core, "bridge");
	struct container *a = world_container(core, "a"), *b = world_container(core, "b"),
			 *stopped = world_container(core, "stopped");
	char *aliases[] = {TEXT("al"), NULL};

	world_start(a);
	world_start(b);
	ASSERT_OK(network_connect(n, a, fixed(a, "10.5.0.77"), NULL));
	ASSERT_STR(settings(a, "n")->ip_address, "10.5.0.77");
	ASSERT_REFUSED(network_connect(n, b, fixed(b, "10.5.0.77"), &e), -EADDRINUSE,
		ERROR_FORBIDDEN, "Address already in use");
	ASSERT_REFUSED(network_connect(n, b, fixed(b, "10.5.0.1"), &e), -EADDRINUSE,
		ERROR_FORBIDDEN, "Address already in use");
	ASSERT_REFUSED(network_connect(n, b, fixed(b, "10.6.0.1"), &e), -EINVAL, ERROR_INVALID,
		"no configured subnet or ip-range contain the IP address 10.6.0.1");
	ASSERT_REFUSED(network_connect(n, b, fixed(b, "x"), &e), -EINVAL, ERROR_INVALID,
		"invalid IPv4 address: x");
	ASSERT_REFUSED(network_connect(bridge, b, fixed(b, "172.17.0.9"), &e), -EINVAL,
		ERROR_INVALID,
		"user specified IP address is supported on user defined networks only");
	ASSERT(!settings(b, "n") && !settings(b, "bridge"));
	ASSERT_REFUSED(
		network_connect(bridge, a, &(struct endpoint_settings){.aliases = aliases}, &e),
		-EINVAL, ERROR_INVALID,
		"network-scoped alias is supported only for containers in user defined networks");
	ASSERT_EQ(network_connect(n, stopped, fixed(stopped, "10.6.0.1"), NULL), -EINVAL);
	ASSERT_OK(network_connect(
		n, stopped, fixed(stopped, "10.5.0.77"), NULL)); /* free by then, perhaps */
	ASSERT_REFUSED(network_attach_all(stopped, &e), -EADDRINUSE, ERROR_FORBIDDEN,
		"Address already in use");
	world_stop(a);
	world_start(a); /* keeps what was asked for */
	ASSERT_STR(settings(a, "n")->ip_address, "10.5.0.77");
	world_stop(a);
	world_stop(b);
	core_close(core);
}

TEST(network_fixed_addresses)
{
	world_run(fixed_addresses);
}

static void
asked_mac(void)
{
	struct core *core = world_open();
	struct container *c = world_container(core, "c");
	struct endpoint_settings *s = ARENA_NEW(c->arena, endpoint_settings);

	s->mac_address = TEXT("02:00:00:00:00:01");
	world_add_endpoint(c, "bridge", s);
	world_start(c);
	ASSERT_STR(settings(c, "bridge")->mac_address, "02:00:00:00:00:01");
	world_stop(c);
	ASSERT_STR(settings(c, "bridge")->mac_address, "02:00:00:00:00:01");
	core_close(core);
}

TEST(network_keeps_a_hardware_address_that_was_asked_for)
{
	world_run(asked_mac);
}

/* -- connect, disconnect ---------------------------------------------------------------------------------------- */

static void
connecting(void)
{
	struct core *core = world_open();
	struct network *n = made(core, "n", "10.7.0.0/24");
	struct container *c = running_in(core, "c", "bridge");
	struct endpoint_settings asked = {.aliases = (char *[]){TEXT("al"), TEXT("al"), NULL}};
	struct endpoint_settings *s;

	ASSERT_OK(network_connect(n, c, &asked, NULL));
	s = settings(c, "n");
	ASSERT_EQ(strv_len(s->aliases), 2);
	ASSERT_STR(s->aliases[0], "al");
	ASSERT_EQ(strlen(s->aliases[1]), 12);
	ASSERT_STR(s->dns_names[0], "c");
	ASSERT_STR(s->dns_names[1], "al");
	ASSERT_EQ(strv_len(s->dns_names), 3);
	ASSERT(!settings(c, "bridge")->dns_names);
	ASSERT_REFUSED(network_connect(n, c, NULL, &e), -EEXIST, ERROR_FORBIDDEN,
		"endpoint with name c already exists in network n");
	ASSERT_REFUSED(network_remove(core, n, &e), -EBUSY, ERROR_FORBIDDEN,
		world_text("error while removing network: network n id %s has active endpoints",
			n->id));
	ASSERT_OK(network_disconnect(n, c, false, NULL));
	ASSERT(!settings(c, "n"));
	ASSERT_REFUSED(network_disconnect(n, c, true, &e), -ENOENT, ERROR_INTERNAL,
		world_text("container %s is not connected to network n", c->id));
	ASSERT_STR(settings(c, "bridge")->ip_address, "172.17.0.2");
	ASSERT_OK(network_remove(core, n, NULL));
	world_stop(c);
	core_close(core);
}

TEST(network_connect_and_disconnect_a_running_container)
{
	world_run(connecting);
}

static void
connecting_stopped(void)
{
	struct core *core = world_open();
	struct network *n = made(core, "n", "10.8.0.0/24");
	struct container *c = world_container(core, "c");

	ASSERT_OK(network_connect(n, c, NULL, NULL));
	ASSERT(settings(c, "n"));
	ASSERT(list_empty(&n->endpoints));
	ASSERT_REFUSED(network_disconnect(found(core, "bridge"), c, false, &e), -ENOENT,
		ERROR_INTERNAL,
		world_text("container %s is not connected to the network bridge", c->id));
	/* It was saved. */
	core_close(core);
	core = world_open();
	ASSERT_OK(container_find(core, "c", &c, NULL));
	container_unref(c);
	world_start(c);
	ASSERT_STR(settings(c, "n")->ip_address, "10.8.0.2");
	world_stop(c);
	ASSERT_OK(network_disconnect(found(core, "n"), c, false, NULL));
	ASSERT(!settings(c, "n"));
	core_close(core);
}

TEST(network_connect_a_stopped_container)
{
	world_run(connecting_stopped);
}

static void
modes(void)
{
	static const char shared[] = "container sharing network namespace with another container "
				     "or host cannot be connected "
				     "to any other network";
	static const char host_only[] =
		"container cannot be disconnected from host network or connected to host network";
	struct core *core = world_open();
	struct network *n = made(core, "n", NULL), *host = found(core, "host");
	struct container *plain = running_in(core, "plain", "bridge"),
			 *hosted = world_container(core, "hosted"),
			 *alone = running_in(core, "alone", "none");

	hosted->host_config->network_mode = TEXT("host");
	world_add_endpoint(hosted, "host", NULL);
	world_start(hosted);
	ASSERT_STR(settings(hosted, "host")->network_id, host->id);
	ASSERT_STR(str_or(settings(hosted, "host")->ip_address, ""), "");
	ASSERT_REFUSED(network_connect(host, plain, NULL, &e), -EINVAL, ERROR_INVALID, host_only);
	ASSERT_REFUSED(
		network_disconnect(host, hosted, false, &e), -EINVAL, ERROR_INVALID, host_only);
	ASSERT_REFUSED(network_connect(n, hosted, NULL, &e), -EINVAL, ERROR_INVALID, shared);
	ASSERT_REFUSED(network_connect(n, alone, NULL, &e), -EINVAL, ERROR_INVALID,
		"container cannot be connected to multiple networks with one of the networks in "
		"private (none) mode");
	world_stop(plain);
	world_stop(hosted);
	world_stop(alone);
	core_close(core);
}

TEST(network_host_and_none_stand_alone)
{
	world_run(modes);
}

static void
missing(void)
{
	struct core *core = world_open();
	struct network *n = made(core, "n", NULL);
	struct container *c = world_container(core, "c");

	world_add_endpoint(c, "n", NULL);
	world_add_endpoint(c, "nonesuch", NULL);
	ASSERT_REFUSED(
		network_attach_all(c, &e), -ENOENT, ERROR_NOT_FOUND, "network nonesuch not found");
	ASSERT(list_empty(&n->endpoints)); /* all or none */
	ASSERT_STR(settings(c, "n")->ip_address, "");
	core_close(core);
}

TEST(network_missing_at_the_start)
{
	world_run(missing);
}

static void
by_id(void)
{
	struct core *core = world_open();
	struct network *n = made(core, "n", NULL);
	struct container *c = world_container(core, "c");

	world_add_endpoint(c, n->id, NULL);
	world_start(c);
	ASSERT(settings(c, "n"));
	ASSERT(!settings(c, n->id));
	world_stop(c);
	core_close(core);
}

TEST(network_named_by_its_id_at_create)
{
	world_run(by_id);
}

static void
describing(void)
{
	struct core *core = world_open();
	struct network *n = made(core, "n", "10.10.0.0/24");
	struct container *c = running_in(core, "c", "n"),
			 *stopped = running_in(core, "stopped", "n");
	scoped(arena) *arena = arena_new(0);
	struct network_resource answer;
	const struct endpoint_resource *member;

	world_stop(stopped);
	ASSERT_OK(network_describe(n, arena, &answer));
	ASSERT_EQ(answer.containers.n, 1);
	member = json_map_get(&answer.containers, c->id);
	ASSERT_STR(member->name, "c");
	ASSERT_STR(member->ipv4_address, "10.10.0.2/24");
	ASSERT_STR(member->mac_address, "02:42:0a:0a:00:02");
	ASSERT_STR(member->endpoint_id, settings(c, "n")->endpoint_id);
	world_stop(c);
	core_close(core);
}

TEST(network_shows_running_containers)
{
	world_run(describing);
}

static void
killed(void)
{
	struct core *core = world_open();
	struct container *c = running_in(core, "c", "bridge");

	ASSERT_OK(container_save(c, NULL)); /* and then the daemon was killed */
	world_stop(c);
	core_close(core);
	core = world_open();
	ASSERT_OK(container_find(core, "c", &c, NULL));
	container_unref(c);
	ASSERT_EQ(c->state, CONTAINER_EXITED);
	ASSERT_STR(settings(c, "bridge")->ip_address, "");
	ASSERT_STR(settings(c, "bridge")->mac_address, "");
	core_close(core);
}

TEST(network_addresses_do_not_outlive_a_killed_daemon)
{
	world_run(killed);
}

struct joining {
	struct network *network;
	struct container *container;
	struct error error;
	int result;
};

static void
join(void *arg)
{
	struct joining *j = arg;

	j->result = network_connect(j->network, j->container, NULL, &j->error);
}

static void
removed_meanwhile(void)
{
	struct core *core = world_open();
	struct container *c = running_in(core, "c", "bridge");
	scoped(network) *n = network_ref(made(core, "n", NULL));
	struct joining j = {.network = n, .container = c};
	struct task_group *group = task_group_new();
	struct lease lease = {0};

	ASSERT_OK(lease_take(c, "test", &lease));
	task_spawn(group, "join", join, &j);
	ASSERT_OK(task_yield());
	ASSERT_OK(network_remove(core, n, NULL));
	lease_drop(&lease);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT_EQ(j.result, -ENOENT);
	ASSERT_STR(error_message(&j.error), "network n not found");
	ASSERT(list_empty(&n->endpoints));
	error_clear(&j.error);
	task_group_end(group);
	world_stop(c);
	core_close(core);
}

TEST(network_removed_while_a_container_waits_to_join)
{
	world_run(removed_meanwhile);
}
