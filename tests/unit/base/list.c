#include "base/list.h"

#include "test.h"

struct item {
	int value;
	struct list link;
};

static void
assert_order(const struct list *head, const int *values, size_t n)
{
	size_t i = 0;

	list_each (head, at) {
		ASSERT(i < n);
		ASSERT_EQ(list_entry(at, struct item, link)->value, values[i++]);
	}
	ASSERT_EQ(i, n);
}

TEST(list_keeps_order_and_inserts_before_a_node)
{
	struct item a = {.value = 1}, b = {.value = 2}, c = {.value = 3};
	struct list head;

	list_init(&head);
	ASSERT(list_empty(&head));
	list_add(&head, &a.link);
	list_add(&head, &c.link);
	list_add(&c.link, &b.link);
	assert_order(&head, (int[]){1, 2, 3}, 3);
	list_del(&b.link);
	list_del(&b.link);
	assert_order(&head, (int[]){1, 3}, 2);
	list_del(&a.link);
	list_del(&c.link);
	ASSERT(list_empty(&head));
}

TEST(list_each_safe_allows_removal)
{
	struct item items[4];
	struct list head;

	list_init(&head);
	for (int i = 0; i < 4; i++) {
		items[i].value = i;
		list_add(&head, &items[i].link);
	}
	list_each_safe (&head, at)
		if (list_entry(at, struct item, link)->value % 2)
			list_del(at);
	assert_order(&head, (int[]){0, 2}, 2);
}
