/*
 * events.h: the event bus: the last 256 events and whoever listens.
 *
 * Emitting never suspends.  A listener that is too slow is cut off (its read answers -EOVERFLOW)
 * rather than growing a queue.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "docker/event_types.h"
#include "docker/filter.h"

#include <stdint.h>

struct events;
struct events_listener;
struct container;
struct core;

struct events *events_new(void);
void events_free(struct events *ev);
unsigned events_listeners(const struct events *ev); /* how many listen now */

/* attributes: NULL-terminated list of key, value, key, value … */
void events_emit(struct events *ev, const char *type, const char *action, const char *actor,
	const char *const *attributes);
/* "prune" of this type of object, with how many bytes became free. */
void events_prune(struct events *ev, const char *type, int64_t reclaimed);
/* With the container's labels, image and name, and more attributes. */
void events_container(struct container *c, const char *action, const char *const *more);

/* since/until in ns, 0: none. With a past `since`, first what is remembered. */
struct events_listener *events_listen(
	struct events *ev, const struct filters *filters, int64_t since_ns, int64_t until_ns);
void events_listener_free(struct events_listener *l);
SCOPED(events_listener, events_listener_free)
/* The next event (valid until the next call); 0 with NULL when `until` has passed. */
int events_next(struct events_listener *l, const struct event_message **ret) SUSPENDS;
