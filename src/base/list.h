/* list.h: an intrusive doubly linked ring. A head and a node are the same struct; an unlinked node points at itself. */
#pragma once

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next, *prev;
};

static inline void
list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool
list_empty(const struct list *l)
{
	return l->next == l;
}

/* Adds node at the tail of head; with a node as head: just before it. */
static inline void
list_add(struct list *head, struct list *node)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

/* Unlinks; may be called on an unlinked node that was list_init'ed. */
static inline void
list_del(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

#define list_entry(node, type, member) container_of(node, type, member)
#define list_each(head, it) for (struct list *it = (head)->next; it != (head); it = it->next)
#define list_each_safe(head, it)                                                  \
	for (struct list *it = (head)->next, *next_##it = it->next; it != (head); \
		it = next_##it, next_##it = it->next)
