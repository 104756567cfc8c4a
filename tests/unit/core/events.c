#include "core/events.h"

#include "base/alloc.h"
#include "base/str.h"
#include "task/clock.h"
#include "world.h"

#include <errno.h>

#define SECOND NSEC_PER_SEC

static void
emit(struct events *ev, const char *type, const char *action, const char *actor)
{
	events_emit(ev, type, action, actor, (const char *const[]){"name", "n", NULL});
}

/* The actions of what a listener gets up to `until`, separated by blanks. */
static const char *
heard(struct events *ev, const char *filters, int64_t since_ns, int64_t until_ns)
{
	static char text[1024];
	scoped(arena) *arena = arena_new(0);
	struct filters f;
	scoped(events_listener) *l = NULL;
	const struct event_message *m;
	size_t n = 0;

	ASSERT_OK(filters_parse(arena, filters, &f, NULL));
	l = events_listen(ev, &f, since_ns, until_ns);
	*text = '\0';
	for (;;) {
		ASSERT_OK(events_next(l, &m));
		if (!m)
			return text;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? " " : "", m->action);
	}
}

/* What is remembered. */
static const char *
remembered(struct events *ev, const char *filters)
{
	return heard(ev, filters, 1, clock_wall_ns());
}

static void
replay(void)
{
	struct events *ev = events_new();
	int64_t middle;

	emit(ev, "network", "one", "id");
	task_sleep(USEC_PER_SEC);
	middle = clock_wall_ns();
	emit(ev, "network", "two", "id");
	task_sleep(USEC_PER_SEC);
	emit(ev, "network", "three", "id");
	ASSERT_STR(remembered(ev, NULL), "one two three");
	ASSERT_STR(heard(ev, NULL, middle, clock_wall_ns()), "two three");
	ASSERT_STR(heard(ev, NULL, 1, middle), "one two");
	ASSERT_STR(heard(ev, NULL, 0, clock_wall_ns()), ""); /* without since: from now on */
	events_free(ev);
}

TEST(events_since_and_until)
{
	world_run_virtual(replay);
}

static void
emit_later(void *arg)
{
	task_sleep(2 * USEC_PER_SEC);
	emit(arg, "network", "late", "id");
}

static void
live(void)
{
	struct events *ev = events_new();
	struct task_group *group = task_group_new();
	int64_t until = clock_wall_ns() + 5 * SECOND;

	emit(ev, "network", "early", "id");
	task_spawn(group, "later", emit_later, ev);
	ASSERT_STR(heard(ev, NULL, 0, until), "late");
	ASSERT(clock_wall_ns() >= until);
	ASSERT(clock_wall_ns() < until + SECOND);
	ASSERT_EQ(events_listeners(ev), 0);
	task_group_end(group);
	events_free(ev);
}

TEST(events_live_up_to_until)
{
	world_run_virtual(live);
}

static void
ring(void)
{
	struct events *ev = events_new();
	scoped(events_listener) *slow = NULL, *quick = NULL;
	struct filters none = {0};
	const struct event_message *m;

	slow = events_listen(ev, &none, 0, 0);
	quick = events_listen(ev, &none, 0, 0);
	for (int i = 0; i < 256; i++) {
		emit(ev, "network", world_text("%d", i), "id");
		ASSERT_OK(events_next(quick, &m));
		ASSERT_STR(m->action, world_text("%d", i));
	}
	ASSERT_OK(events_next(slow, &m)); /* the ring still has all of them */
	ASSERT_STR(m->action, "0");
	for (int i = 256; i < 258; i++)
		emit(ev, "network", world_text("%d", i), "id");
	ASSERT_STR(m->action, "0"); /* valid until the next call, though out of the ring */
	ASSERT_EQ(events_next(slow, &m), -EOVERFLOW);
	ASSERT_OK(events_next(quick, &m));
	ASSERT_STR(m->action, "256");
	ASSERT_EQ(strncmp(remembered(ev, NULL), "2 3 4 ", 6), 0);
	events_listener_free(take_ptr(slow));
	events_listener_free(take_ptr(quick));
	events_free(ev);
}

TEST(events_slow_listener_is_cut_off)
{
	world_run_virtual(ring);
}

static void
filters(void)
{
	struct core *core = world_open();
	struct events *ev = core->events;
	struct container *c = world_container(core, "web");
	struct json_member label = {TEXT("k"), TEXT("v")};

	c->config->labels = (struct json_map){.items = &label, .n = 1};
	c->config->image = TEXT("alpine:3.20");
	emit(ev, "network", "create", "abcd");
	emit(ev, "volume", "mount", "data");
	events_emit(ev, "image", "pull", "busybox:latest", NULL);
	events_container(c, "start", NULL);
	events_container(c, "exec_start: sh -c x", NULL);
	ASSERT_STR(remembered(ev, "{\"type\":[\"network\"]}"), "create");
	ASSERT_STR(remembered(ev, "{\"type\":[\"network\",\"volume\"]}"), "create mount");
	ASSERT_STR(remembered(ev, "{\"container\":[\"web\"],\"event\":[\"start\"]}"), "start");
	ASSERT_STR(remembered(ev, world_text("{\"container\":[\"%.12s\"]}", c->id)),
		"start exec_start: sh -c x");
	ASSERT_STR(remembered(ev, "{\"container\":[\"we\"]}"), "");
	ASSERT_STR(remembered(ev, "{\"event\":[\"exec_start\"]}"), "exec_start: sh -c x");
	ASSERT_STR(remembered(ev, "{\"event\":[\"exec\"]}"), "");
	ASSERT_STR(remembered(ev, "{\"image\":[\"alpine\"]}"), "start exec_start: sh -c x");
	ASSERT_STR(remembered(ev, "{\"image\":[\"alpine:3.20\"]}"), "start exec_start: sh -c x");
	ASSERT_STR(remembered(ev, "{\"image\":[\"busybox\"]}"), "pull");
	ASSERT_STR(remembered(ev, "{\"label\":[\"k\"],\"event\":[\"start\"]}"), "start");
	ASSERT_STR(remembered(ev, "{\"label\":[\"k=w\"]}"), "");
	ASSERT_STR(remembered(ev, "{\"network\":[\"n\"]}"), "create");
	ASSERT_STR(remembered(ev, "{\"volume\":[\"data\"]}"), "mount");
	ASSERT_STR(remembered(ev, "{\"scope\":[\"swarm\"]}"), "");
	ASSERT_STR(remembered(ev, "{\"nonesuch\":[\"x\"],\"type\":[\"volume\"]}"), "mount");
	core_close(core);
}

TEST(events_filters)
{
	world_run(filters);
}

static const struct event_message *
next(struct events_listener *l)
{
	const struct event_message *m;

	ASSERT_OK(events_next(l, &m));
	ASSERT(m);
	return m;
}

static void
legacy(void)
{
	struct core *core = world_open();
	struct container *c = world_container(core, "web");
	struct filters none = {0};
	scoped(events_listener) *l = events_listen(core->events, &none, 0, 0);
	const struct event_message *m;

	events_container(c, "die", (const char *const[]){"exitCode", "3", NULL});
	m = next(l);
	ASSERT_STR(m->status, "die");
	ASSERT_STR(m->id, c->id);
	ASSERT_STR(m->from, "alpine");
	ASSERT_STR(m->scope, "local");
	ASSERT_EQ(m->time_nano / SECOND, m->time);
	ASSERT_STR(json_map_get(&m->actor.attributes, "exitCode"), "3");
	ASSERT_STR(json_map_get(&m->actor.attributes, "name"), "web");
	emit(core->events, "image", "tag", "sha256:1");
	m = next(l);
	ASSERT_STR(m->status, "tag");
	ASSERT_STR(m->id, "sha256:1");
	ASSERT(!m->from);
	emit(core->events, "network", "create", "id");
	m = next(l);
	ASSERT(!m->status && !m->id && !m->from);
	events_listener_free(take_ptr(l));
	core_close(core);
}

TEST(events_what_old_clients_read)
{
	world_run(legacy);
}

struct waiting {
	struct events *events;
	int result;
};

static void
wait_forever(void *arg)
{
	struct waiting *w = arg;
	struct filters none = {0};
	scoped(events_listener) *l = events_listen(w->events, &none, 0, 0);
	const struct event_message *m;

	w->result = events_next(l, &m);
}

static void
cancelled(void)
{
	struct events *ev = events_new();
	struct waiting w = {.events = ev};
	struct task_group *group = task_group_new();

	task_spawn(group, "waiting", wait_forever, &w);
	task_sleep(3600 * USEC_PER_SEC);
	ASSERT_EQ(events_listeners(ev), 1);
	task_group_end(group);
	ASSERT_EQ(w.result, -ECANCELED);
	ASSERT_EQ(events_listeners(ev), 0);
	events_free(ev);
}

TEST(events_listener_that_goes_away)
{
	world_run_virtual(cancelled);
}
