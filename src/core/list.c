#include "core/list.h"

#include "base/alloc.h"
#include "base/str.h"
#include "core/core.h"
#include "core/image.h"
#include "core/network.h"
#include "docker/port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const allowed[] = {"ancestor", "before", "exited", "id", "isolation", "label",
	"name", "status", "health", "since", "volume", "network", "is-task", "publish", "expose",
	NULL};
static const char *const states[] = {
	"created", "running", "paused", "restarting", "removing", "exited", "dead", NULL};
static const char *const healths[] = {"starting", "healthy", "unhealthy", "none", NULL};

/* -- resolving ---------------------------------------------------------------------------------------------- */

static int
check_exited(const struct filters *f, struct error *e)
{
	for (char **v = filters_values(f, "exited"); *v; v++) {
		int64_t number;

		if (str_to_i64(*v, &number) < 0)
			return error_set(e, ERROR_INVALID, -EINVAL,
				"invalid filter 'exited=%s': strconv.Atoi: parsing \"%s\": invalid "
				"syntax",
				*v, *v);
	}
	return 0;
}

static int
check_ports(const struct filters *f, const char *key, struct error *e)
{
	for (char **v = filters_values(f, key); *v; v++) {
		struct port port;
		int r = port_parse(*v, &port, e);

		if (r < 0)
			return error_wrap(e, r, "error while looking up for %s %s", key, *v);
	}
	return 0;
}

static int
resolve_container(struct core *core, const struct filters *f, const char *key,
	const struct container **ret, struct error *e)
{
	for (char **v = filters_values(f, key); *v; v++) {
		scoped(container) *c = NULL;
		int r = container_find(core, *v, &c, e);

		if (r < 0)
			return r;
		*ret = c; /* the registry keeps it; it is only compared with */
	}
	return 0;
}

/* Images that do not exist fit nothing, without a complaint, as in the Engine. */
static char **
resolve_images(struct core *core, struct arena *arena, const struct filters *f)
{
	char **values = filters_values(f, "ancestor");
	char **ids = ARENA_ARRAY(arena, char *, strv_len(values) + 1);
	size_t n = 0;

	for (char **v = values; *v; v++) {
		scoped(image) *image = NULL;

		if (image_find(core, *v, &image, NULL) == 0)
			ids[n++] = arena_strdup(arena, image->id);
	}
	return ids;
}

int
container_query_resolve(
	struct core *core, struct arena *arena, struct container_query *q, struct error *e)
{
	const struct filters *f = &q->filters;
	bool task;
	int r = filters_check(f, allowed, e);

	if (r >= 0)
		r = filters_check_values(f, "status", states, e);
	if (r >= 0)
		r = filters_check_values(f, "health", healths, e);
	if (r >= 0)
		r = filters_bool(f, "is-task", false, &task, e);
	if (r >= 0)
		r = check_exited(f, e);
	if (r >= 0)
		r = check_ports(f, "publish", e);
	if (r >= 0)
		r = check_ports(f, "expose", e);
	if (r >= 0)
		r = resolve_container(core, f, "before", &q->before, e);
	if (r >= 0)
		r = resolve_container(core, f, "since", &q->since, e);
	if (r < 0)
		return r;
	if (filters_have(f, "ancestor"))
		q->images = resolve_images(core, arena, f);
	if (filters_have(f, "status"))
		q->all = true;
	return 0;
}

/* -- matching ----------------------------------------------------------------------------------------------- */

static bool
fits_exited(const struct container *c, const struct filters *f)
{
	char code[16];

	if (!filters_have(f, "exited"))
		return true;
	str_format(code, sizeof(code), "%d", c->exit_code);
	return !container_running(c) && c->started_ns && filters_exact(f, "exited", code);
}

/* The name counts with its slash and without. */
static bool
fits_name(const struct container *c, const struct filters *f)
{
	char slashed[1024];

	if (!filters_have(f, "name") || filters_regexp(f, "name", c->name))
		return true;
	return str_format(slashed, sizeof(slashed), "/%s", c->name) == 0 &&
	       filters_regexp(f, "name", slashed);
}

static bool
fits_volume(const struct container *c, const struct filters *f)
{
	const struct container_mount *mounts = c->mounts.items;

	if (!filters_have(f, "volume"))
		return true;
	for (size_t i = 0; i < c->mounts.n; i++) {
		if (filters_exact(f, "volume", mounts[i].destination) ||
			(!str_empty(mounts[i].name) && filters_exact(f, "volume", mounts[i].name)))
			return true;
	}
	return false;
}

static bool
fits_network(const struct container *c, const struct filters *f)
{
	const struct json_map *endpoints = &c->networking->endpoints_config;

	if (!filters_have(f, "network"))
		return true;
	for (size_t i = 0; i < endpoints->n; i++) {
		const struct endpoint_settings *settings = endpoints->items[i].value;

		if (filters_exact(f, "network", endpoints->items[i].key) ||
			(settings && !str_empty(settings->network_id) &&
				filters_prefix(f, "network", settings->network_id)))
			return true;
	}
	return false;
}

static bool
port_in(const struct json_map *map, const struct port *wanted)
{
	for (size_t i = 0; i < map->n; i++) {
		struct port port;

		if (port_parse(map->items[i].key, &port, NULL) == 0 &&
			port.first >= wanted->first && port.last <= wanted->last &&
			str_eq(port.protocol, wanted->protocol))
			return true;
	}
	return false;
}

static bool
fits_ports(const struct filters *f, const char *key, const struct json_map *map)
{
	if (!filters_have(f, key))
		return true;
	for (char **v = filters_values(f, key); *v; v++) {
		struct port wanted;

		if (port_parse(*v, &wanted, NULL) == 0 && port_in(map, &wanted))
			return true;
	}
	return false;
}

static bool
fits_filters(const struct container *c, const struct container_query *q)
{
	const struct filters *f = &q->filters;
	bool task = false;

	(void)filters_bool(f, "is-task", false, &task, NULL);
	return !task && filters_prefix(f, "id", c->id) && fits_name(c, f) &&
	       filters_labels(f, &c->config->labels) && fits_exited(c, f) &&
	       filters_exact(f, "status", container_state_name(c->state)) &&
	       filters_exact(f, "health", "none") &&
	       (!q->images || strv_has(q->images, c->image_id)) && fits_volume(c, f) &&
	       fits_network(c, f) && fits_ports(f, "expose", &c->config->exposed_ports) &&
	       !filters_have(f, "publish"); /* nothing is published: see describe.c */
}

static bool
fits(const struct container *c, const struct container_query *q)
{
	if (!container_running(c) && !q->all && q->limit <= 0)
		return false;
	return fits_filters(c, q);
}

static size_t
registered(const struct core *core)
{
	return map_len(core->containers_by_id);
}

struct container **
container_query_run(struct core *core, const struct container_query *q, size_t *ret_n)
{
	struct container **list = xcalloc(registered(core) + 1, sizeof(*list));
	bool in_range = q->before == NULL;
	size_t n = 0;

	/* The registry is in order of creation; answers are newest first. */
	for (struct list *it = core->containers.prev; it != &core->containers; it = it->prev) {
		struct container *c = list_entry(it, struct container, link);

		if (c == q->since || (q->limit > 0 && n == (size_t)q->limit))
			break;
		if (!in_range)
			in_range = c == q->before;
		else if (fits(c, q))
			list[n++] = container_ref(c);
	}
	*ret_n = n;
	return list;
}

void
container_list_free(struct container **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		container_unref(list[i]);
	free(list);
}
