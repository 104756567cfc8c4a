/* deadline.h: the points in time something waits for, earliest first; equals in the order they
 * came. Internal to task/. */
#pragma once

#include "base/time.h"

#include <stdbool.h>

struct deadline {
	usec_t at;
	uint64_t order;
	size_t slot; /* in the heap, from 1; 0: not in it */
};

void deadline_add(struct deadline *d, usec_t at);
void deadline_remove(struct deadline *d); /* may be called when it is not in */
struct deadline *deadline_first(void);    /* NULL: none */
void deadline_trim(void);                 /* gives the heap's memory back; it must be empty */
