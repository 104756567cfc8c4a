#include "task/deadline.h"

#include "test.h"

enum { N = 500 };

TEST(deadlines_come_out_in_order_whatever_is_removed)
{
	struct deadline all[N] = {0};
	uint32_t seed = 1;
	usec_t last = 0;
	int left = 0;

	for (int i = 0; i < N; i++) {
		seed = seed * 1664525u + 1013904223u;
		deadline_add(&all[i], (seed >> 8) % 100);
	}
	for (int i = 0; i < N; i += 3)
		deadline_remove(&all[i]);
	for (struct deadline *d; (d = deadline_first()); left++) {
		ASSERT(d->at >= last);
		ASSERT((d - all) % 3 != 0);
		last = d->at;
		deadline_remove(d);
	}
	ASSERT_EQ(left, N - (N + 2) / 3);
	deadline_trim();
}

TEST(equal_deadlines_keep_the_order_they_came_in)
{
	struct deadline all[N] = {0};

	for (int i = 0; i < N; i++)
		deadline_add(&all[i], 5);
	for (int i = 0; i < N; i++) {
		ASSERT(deadline_first() == &all[i]);
		deadline_remove(&all[i]);
	}
	deadline_trim();
}
