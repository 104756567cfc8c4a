#include "core/events.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "core/container.h"
#include "core/core.h"
#include "task/clock.h"
#include "task/cond.h"

#include <errno.h>
#include <string.h>

#define REMEMBERED 256 /* as the Engine */

/* An event is made once and shared by the ring and whoever has not read it yet. */
struct event {
	int refs;
	struct arena *arena;
	struct event_message message;
};

struct events {
	struct event *ring[REMEMBERED];
	unsigned long count; /* of all events ever: the next one's number */
	struct cond emitted;
	unsigned listeners;
};

struct events_listener {
	struct events *events;
	const struct filters *filters;
	int64_t since_ns, until_ns;
	unsigned long next; /* number of the event to look at next */
	struct event *current;
};

static void
event_unref(struct event *ev)
{
	if (!ev || --ev->refs > 0)
		return;
	arena_free(ev->arena);
	free(ev);
}

struct events *
events_new(void)
{
	struct events *ev = NEW(events);

	cond_init(&ev->emitted);
	return ev;
}

void
events_free(struct events *ev)
{
	bug_if(ev->listeners > 0);
	for (size_t i = 0; i < REMEMBERED; i++)
		event_unref(ev->ring[i]);
	free(ev);
}

unsigned
events_listeners(const struct events *ev)
{
	return ev->listeners;
}

/* -- emitting -------------------------------------------------------------------------------------- */

static struct event *
event_new(const char *type, const char *action, const char *actor)
{
	struct event *ev = NEW(event);
	int64_t now = clock_wall_ns();

	ev->refs = 1;
	ev->arena = arena_new(0);
	ev->message.type = arena_strdup(ev->arena, type);
	ev->message.action = arena_strdup(ev->arena, action);
	ev->message.actor.id = arena_strdup(ev->arena, actor);
	ev->message.actor.attributes.present = true;
	ev->message.scope = arena_strdup(ev->arena, "local");
	ev->message.time = now / NSEC_PER_SEC;
	ev->message.time_nano = now;
	return ev;
}

static void
add_attribute(struct event *ev, const char *key, const char *value)
{
	struct json_map *map = &ev->message.actor.attributes;

	map->items[map->n].key = arena_strdup(ev->arena, key);
	map->items[map->n++].value = arena_strdup(ev->arena, str_or(value, ""));
}

static size_t
count_pairs(const char *const *pairs)
{
	size_t n = 0;

	while (pairs && pairs[2 * n])
		n++;
	return n;
}

static void
add_pairs(struct event *ev, const char *const *pairs)
{
	for (; pairs && *pairs; pairs += 2)
		add_attribute(ev, pairs[0], pairs[1]);
}

static void
remember(struct events *events, struct event *ev)
{
	struct event **slot = &events->ring[events->count++ % REMEMBERED];

	event_unref(*slot);
	*slot = ev;
	cond_broadcast(&events->emitted);
}

void
events_emit(struct events *events, const char *type, const char *action, const char *actor,
	const char *const *attributes)
{
	struct event *ev = event_new(type, action, actor);

	ev->message.actor.attributes.items = ARENA_ARRAY(
		ev->arena, struct json_member, count_pairs(attributes) + 1);
	add_pairs(ev, attributes);
	/* What old clients read. */
	if (str_eq(type, "image") || str_eq(type, "container")) {
		ev->message.status = ev->message.action;
		ev->message.id = ev->message.actor.id;
	}
	remember(events, ev);
}

void
events_prune(struct events *events, const char *type, int64_t reclaimed)
{
	char bytes[32];

	str_format(bytes, sizeof(bytes), "%lld", (long long)reclaimed);
	events_emit(events, type, "prune", "", (const char *[]){"reclaimed", bytes, NULL});
}

void
events_container(struct container *c, const char *action, const char *const *more)
{
	struct event *ev = event_new("container", action, c->id);
	const struct json_map *labels = &c->config->labels;

	ev->message.actor.attributes.items = ARENA_ARRAY(
		ev->arena, struct json_member, count_pairs(more) + labels->n + 2);
	add_pairs(ev, more);
	add_attribute(ev, "image", c->config->image);
	add_attribute(ev, "name", c->name);
	for (size_t i = 0; i < labels->n; i++)
		add_attribute(ev, labels->items[i].key, labels->items[i].value);
	ev->message.status = ev->message.action;
	ev->message.id = ev->message.actor.id;
	ev->message.from = arena_strdup(ev->arena, str_or(c->config->image, ""));
	remember(c->core->events, ev);
}

/* -- listening ------------------------------------------------------------------------------------- */

struct events_listener *
events_listen(
	struct events *events, const struct filters *filters, int64_t since_ns, int64_t until_ns)
{
	struct events_listener *l = NEW(events_listener);

	l->events = events;
	l->filters = filters;
	l->since_ns = since_ns;
	l->until_ns = until_ns;
	l->next = events->count;
	if (since_ns)
		l->next = events->count > REMEMBERED ? events->count - REMEMBERED : 0;
	events->listeners++;
	return l;
}

void
events_listener_free(struct events_listener *l)
{
	event_unref(l->current);
	l->events->listeners--;
	free(l);
}

static const char *
attribute(const struct event_message *m, const char *name)
{
	return str_or(json_map_get(&m->actor.attributes, name), "");
}

/* A filter named after a type of object fits events of that type whose id or name is given. */
static bool
fits_object(const struct filters *f, const struct event_message *m, const char *type)
{
	if (!filters_have(f, type))
		return true;
	if (!str_eq(m->type, type))
		return false;
	return filters_prefix(f, type, m->actor.id) || filters_exact(f, type, attribute(m, "name"));
}

/* "alpine" fits "alpine:latest", too. */
static bool
fits_image(const struct filters *f, const struct event_message *m)
{
	const char *image = str_eq(m->type, "image") ? m->actor.id : attribute(m, "image");
	scoped_free char *bare = NULL;

	if (!filters_have(f, "image"))
		return true;
	if (filters_exact(f, "image", image) || filters_exact(f, "image", attribute(m, "name")))
		return true;
	bare = xstrndup(image, strcspn(image, ":@"));
	return filters_exact(f, "image", bare);
}

/* "exec_start: sh -c …" is asked for as exec_start. */
static bool
fits_action(const struct filters *f, const struct event_message *m)
{
	scoped_free char *verb = xstrndup(m->action, strcspn(m->action, ":"));

	return filters_exact(f, "event", m->action) || filters_exact(f, "event", verb);
}

static bool
fits(const struct events_listener *l, const struct event_message *m)
{
	const struct filters *f = l->filters;

	return m->time_nano >= l->since_ns && filters_exact(f, "type", m->type) &&
	       fits_action(f, m) && filters_exact(f, "scope", m->scope) &&
	       fits_object(f, m, "container") && fits_object(f, m, "network") &&
	       fits_object(f, m, "volume") && fits_object(f, m, "daemon") &&
	       fits_object(f, m, "plugin") && fits_image(f, m) &&
	       filters_labels(f, &m->actor.attributes);
}

/* The clock that `until` is given in is the wall's; the wait is on the other one. */
static usec_t
until_deadline(const struct events_listener *l)
{
	int64_t left = l->until_ns - clock_wall_ns();

	if (!l->until_ns)
		return USEC_INFINITY;
	return clock_after(left > 0 ? (usec_t)(left / 1000) + 1 : 0);
}

static bool
past_until(const struct events_listener *l)
{
	return l->until_ns && clock_wall_ns() >= l->until_ns;
}

int
events_next(struct events_listener *l, const struct event_message **ret)
{
	struct events *events = l->events;

	for (;;) {
		struct event *ev;
		int r;

		while (l->next == events->count && !past_until(l)) {
			r = cond_wait(&events->emitted, until_deadline(l));
			if (r < 0 && r != -ETIMEDOUT)
				return r;
		}
		*ret = NULL;
		if (l->next == events->count)
			return 0;
		if (events->count - l->next > REMEMBERED)
			return -EOVERFLOW;
		ev = events->ring[l->next++ % REMEMBERED];
		if (l->until_ns && ev->message.time_nano > l->until_ns)
			return 0;
		if (!fits(l, &ev->message))
			continue;
		event_unref(l->current);
		l->current = ev;
		ev->refs++;
		*ret = &ev->message;
		return 0;
	}
}
