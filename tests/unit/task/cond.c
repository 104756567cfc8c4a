#include "task/cond.h"

#include "task/clock.h"
#include "task/task.h"
#include "test.h"

#include <errno.h>

struct room {
	struct cond cond;
	int order[4], n;
	struct task *tasks[3];
};

struct guest {
	struct room *room;
	int number, result;
	usec_t until;
};

static void
wait_once(void *arg)
{
	struct guest *g = arg;

	g->result = cond_wait(&g->room->cond, g->until);
	if (g->result == 0)
		g->room->order[g->room->n++] = g->number;
}

static void
seat(struct room *room, struct task_group *group, struct guest guests[3])
{
	cond_init(&room->cond);
	for (int i = 0; i < 3; i++) {
		guests[i].room = room;
		guests[i].number = i;
		if (guests[i].until == 0)
			guests[i].until = USEC_INFINITY;
		room->tasks[i] = task_spawn(group, "guest", wait_once, &guests[i]);
	}
	task_yield();
}

static int
signal_and_broadcast(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct guest guests[3] = {0};
	struct room room = {0};

	(void)arg;
	seat(&room, group, guests);
	cond_signal(&room.cond);
	task_yield();
	ASSERT_EQ(room.n, 1);
	ASSERT_EQ(room.order[0], 0);
	cond_broadcast(&room.cond);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	ASSERT_EQ(room.n, 3);
	ASSERT_EQ(room.order[1], 1);
	ASSERT_EQ(room.order[2], 2);
	return 0;
}

TEST(cond_wakes_in_the_order_of_waiting)
{
	ASSERT_OK(task_run(signal_and_broadcast, NULL));
}

static int
signal_after_cancel(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct guest guests[3] = {0};
	struct room room = {0};

	(void)arg;
	seat(&room, group, guests);
	task_cancel(room.tasks[0]);
	cond_signal(&room.cond);
	task_yield();
	ASSERT_EQ(guests[0].result, -ECANCELED);
	ASSERT_EQ(room.n, 1);
	ASSERT_EQ(room.order[0], 1);
	return 0;
}

TEST(a_signal_is_not_lost_on_a_cancelled_waiter)
{
	ASSERT_OK(task_run(signal_after_cancel, NULL));
}

static int
two_signals_at_once(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct guest guests[3] = {0};
	struct room room = {0};

	(void)arg;
	seat(&room, group, guests);
	cond_signal(&room.cond);
	cond_signal(&room.cond);
	task_yield();
	ASSERT_EQ(room.n, 2);
	return 0;
}

TEST(two_signals_wake_two)
{
	ASSERT_OK(task_run(two_signals_at_once, NULL));
}

static int
time_out(void *arg)
{
	scoped(task_group) *group = task_group_new();
	usec_t began = clock_now();
	struct guest guests[3] = {{.until = began + 300}, {.until = began + 200}, {.until = began}};
	struct room room = {0};

	(void)arg;
	seat(&room, group, guests);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(guests[i].result, -ETIMEDOUT);
	ASSERT_EQ(clock_now(), began + 300);
	return 0;
}

TEST(cond_times_out)
{
	ASSERT_OK(task_run_virtual(time_out, NULL));
}

/* Queues */

enum { ITEMS = 1000, CAPACITY = 4 };

struct line {
	struct queue *queue;
	int items[ITEMS];
	int put, got, most;
};

static void
produce(void *arg)
{
	struct line *line = arg;

	for (int i = 0; i < ITEMS; i++) {
		ASSERT_OK(queue_put(line->queue, &line->items[i], USEC_INFINITY));
		line->put++;
		if (line->put - line->got > line->most)
			line->most = line->put - line->got;
	}
	queue_close(line->queue);
}

static int
consume(void *arg)
{
	scoped(task_group) *group = task_group_new();
	struct line *line = arg;
	void *item;
	int r;

	line->queue = queue_new(CAPACITY);
	task_spawn(group, "producer", produce, line);
	while ((r = queue_get(line->queue, &item, USEC_INFINITY)) == 0) {
		ASSERT(item == &line->items[line->got]);
		line->got++;
		if (line->got % 100 == 0)
			task_sleep(USEC_PER_SEC);
	}
	ASSERT_EQ(r, -EPIPE);
	ASSERT_OK(task_group_join(group, USEC_INFINITY));
	queue_free(line->queue);
	return 0;
}

TEST(a_full_queue_holds_the_producer_back)
{
	static struct line line;

	ASSERT_OK(task_run_virtual(consume, &line));
	ASSERT_EQ(line.got, ITEMS);
	ASSERT(line.most <= CAPACITY + 1); /* one was taken, but not yet counted */
}

static int
queue_limits(void *arg)
{
	scoped(queue) *q = queue_new(1);
	void *item = NULL;

	ASSERT_EQ(queue_get(q, &item, clock_after(5)), -ETIMEDOUT);
	ASSERT_OK(queue_put(q, arg, clock_after(5)));
	ASSERT_EQ(queue_put(q, arg, clock_after(5)), -ETIMEDOUT);
	queue_close(q);
	ASSERT_EQ(queue_put(q, arg, clock_after(5)), -EPIPE);
	ASSERT_OK(queue_get(q, &item, clock_after(5)));
	ASSERT(item == arg);
	ASSERT_EQ(queue_get(q, &item, clock_after(5)), -EPIPE);
	return 0;
}

TEST(a_queue_times_out_and_gives_what_it_has_after_close)
{
	int x = 0;

	ASSERT_OK(task_run_virtual(queue_limits, &x));
}
