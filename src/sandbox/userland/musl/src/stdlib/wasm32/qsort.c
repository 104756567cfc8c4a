/*
 * Merge sort: the fewest comparisons, which is what costs when each is a call through a table.
 * Without memory for it, heap sort.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "libc.h"

typedef int (*compare_fn)(const void *, const void *, void *);

#define INLINE static inline __attribute__((always_inline))

/* Sorts n elements into `to`; `from` has the same elements and is scratch. */
INLINE void
merge(unsigned char *to, const unsigned char *from, size_t left, size_t n, size_t width,
	compare_fn compare, void *arg)
{
	const unsigned char *a = from, *a_end = from + left * width;
	const unsigned char *b = a_end, *b_end = from + n * width;

	while (a < a_end && b < b_end) {
		/* Of equals the left one first: the sort is stable. */
		const unsigned char **least = compare(a, b, arg) <= 0 ? &a : &b;

		memcpy(to, *least, width);
		*least += width;
		to += width;
	}
	memcpy(to, a < a_end ? a : b, (size_t)((a_end - a) + (b_end - b)));
}

static void sort_words(unsigned char *, unsigned char *, size_t, compare_fn, void *);
static void sort_any(unsigned char *, unsigned char *, size_t, size_t, compare_fn, void *);

static void
sort_words(unsigned char *to, unsigned char *from, size_t n, compare_fn compare, void *arg)
{
	size_t left = n / 2;

	if (n < 2)
		return;
	sort_words(from, to, left, compare, arg);
	sort_words(from + left * 4, to + left * 4, n - left, compare, arg);
	merge(to, from, left, n, 4, compare, arg);
}

static void
sort_any(unsigned char *to, unsigned char *from, size_t n, size_t width, compare_fn compare,
	void *arg)
{
	size_t left = n / 2;

	if (n < 2)
		return;
	sort_any(from, to, left, width, compare, arg);
	sort_any(from + left * width, to + left * width, n - left, width, compare, arg);
	merge(to, from, left, n, width, compare, arg);
}

static void
swap(unsigned char *a, unsigned char *b, size_t width)
{
	while (width--) {
		unsigned char c = *a;

		*a++ = *b;
		*b++ = c;
	}
}

static void
sift_down(unsigned char *base, size_t root, size_t n, size_t width, compare_fn compare, void *arg)
{
	size_t child;

	while ((child = 2 * root + 1) < n) {
		if (child + 1 < n &&
			compare(base + child * width, base + (child + 1) * width, arg) < 0)
			child++;
		if (compare(base + root * width, base + child * width, arg) >= 0)
			return;
		swap(base + root * width, base + child * width, width);
		root = child;
	}
}

static void
heap_sort(unsigned char *base, size_t n, size_t width, compare_fn compare, void *arg)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(base, i, n, width, compare, arg);
	for (size_t i = n; i-- > 1;) {
		swap(base, base + i * width, width);
		sift_down(base, 0, i, width, compare, arg);
	}
}

void
__qsort_r(void *base, size_t n, size_t width, compare_fn compare, void *arg)
{
	unsigned char *scratch = n <= SIZE_MAX / 2 / (width ? width : 1) ? malloc(n * width) : NULL;

	if (!scratch) {
		heap_sort(base, n, width, compare, arg);
		return;
	}
	memcpy(scratch, base, n * width);
	if (width == 4)
		sort_words(base, scratch, n, compare, arg);
	else
		sort_any(base, scratch, n, width, compare, arg);
	free(scratch);
}

weak_alias(__qsort_r, qsort_r);
