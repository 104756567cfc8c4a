/*
 * A small fast heap for programs with one thread that live for moments: BusyBox.
 *
 * Requests are rounded up to size classes, eight to a power of two (so at most an eighth is lost).
 * Each class has a list of free chunks, last in, first out. What no list has is cut from the top
 * of the heap, which grows by brk; a chunk that ends at the top also grows, shrinks and goes back
 * there. When the top would have to grow, a bigger free chunk is split instead. Free neighbours
 * are not joined. From LARGE on a chunk is a mapping of its own and goes back to the system.
 *
 * The word before a payload says what it is; free() and realloc() crash on anything that they have
 * not handed out.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "atomic.h"
#include "dynlink.h"
#include "syscall.h"

#define LARGE (128u << 10)
#define GROWTH (64u << 10)
#define PAGE 4096u
#define ALIGNMENT 8u

enum state { IN_USE = 0x5ac4a110, FREE = 0x0f4eedea, MAPPED = 0x3a99edca };

struct chunk {
	uint32_t size; /* of the payload */
	uint32_t state;
	struct chunk *next[]; /* in the payload: the next free one of this class */
};

#define HEADER ((uint32_t)sizeof(struct chunk))
#define FINE 16u /* the step of the classes up to FINE_MAX */
#define FINE_MAX 128u
#define CLASSES (FINE_MAX / FINE + (17 - 7) * 8)

static struct chunk *free_chunks[CLASSES];
static unsigned char *top, *limit; /* the unused end of the heap */

static unsigned
log2_floor(uint32_t n)
{
	return 31u - (unsigned)a_clz_32(n);
}

/* The class that a request of `size` is served from. */
static unsigned
class_for(uint32_t size)
{
	unsigned bits;

	if (size <= FINE_MAX)
		return size ? (size - 1) / FINE : 0;
	bits = log2_floor(size - 1);
	return FINE_MAX / FINE + (bits - 7) * 8 + ((size - 1) >> (bits - 3) & 7);
}

static uint32_t
class_size(unsigned class)
{
	if (class < FINE_MAX / FINE)
		return (class + 1) * FINE;
	class -= FINE_MAX / FINE;
	return (class % 8 + 9) << (class / 8 + 4);
}

static struct chunk *
chunk_of(void *payload)
{
	struct chunk *c = (struct chunk *)((unsigned char *)payload - HEADER);

	if (c->state != IN_USE && c->state != MAPPED)
		a_crash();
	return c;
}

static unsigned char *
payload_of(struct chunk *c)
{
	return (unsigned char *)c + HEADER;
}

static int
at_top(struct chunk *c)
{
	return payload_of(c) + c->size == top;
}

/* A free chunk belongs to the biggest class whose requests it can serve. */
static void
put(struct chunk *c)
{
	unsigned class = class_for(c->size);

	if (class_size(class) > c->size) {
		if (class == 0)
			return;
		class --;
	}
	c->state = FREE;
	c->next[0] = free_chunks[class];
	free_chunks[class] = c;
}

/* Cuts c to `size` and keeps the rest, if that is worth a chunk. */
static void
split(struct chunk *c, uint32_t size)
{
	struct chunk *rest = (struct chunk *)(payload_of(c) + size);

	if (c->size < size + HEADER + FINE)
		return;
	rest->size = c->size - size - HEADER;
	c->size = size;
	put(rest);
}

static struct chunk *
take_free(unsigned class)
{
	struct chunk *c = free_chunks[class];

	if (c) {
		free_chunks[class] = c->next[0];
		c->state = IN_USE;
	}
	return c;
}

/* Makes room for n bytes at the top. */
static int
grow(uint32_t n)
{
	uintptr_t end = __syscall(SYS_brk, 0);
	uint32_t step = (n + GROWTH - 1) & -GROWTH;

	if ((uintptr_t)limit == end || !top) {
		if (__syscall(SYS_brk, end + step) == (long)(end + step)) {
			if (!top)
				top = (unsigned char *)((end + ALIGNMENT - 1) & -ALIGNMENT);
			limit = (unsigned char *)(end + step);
			return 1;
		}
	}
	/* Somebody else moved the end of the heap, or it is full: go on elsewhere. */
	void *area = mmap(0, step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		return 0;
	top = area;
	limit = top + step;
	return 1;
}

static struct chunk *
take_top(uint32_t size)
{
	struct chunk *c;

	if ((uint32_t)(limit - top) < size + HEADER && !grow(size + HEADER))
		return NULL;
	c = (struct chunk *)top;
	c->size = size;
	c->state = IN_USE;
	top += size + HEADER;
	return c;
}

static struct chunk *
take_bigger(unsigned class)
{
	uint32_t size = class_size(class);
	struct chunk *c = NULL;

	while (!c && ++class < CLASSES)
		c = take_free(class);
	if (c)
		split(c, size);
	return c;
}

/* The pages that a mapped chunk lies in: it starts in the first of them. */
static unsigned char *
mapping_start(struct chunk *c)
{
	return (unsigned char *)((uintptr_t)c & -PAGE);
}

static size_t
mapping_length(struct chunk *c, uint32_t size)
{
	return (size_t)(payload_of(c) + size - mapping_start(c) + PAGE - 1) & -PAGE;
}

static struct chunk *
map(uint32_t size)
{
	struct chunk *c;
	void *area;

	if (size > PTRDIFF_MAX - PAGE)
		return NULL;
	area = mmap(0, (size + HEADER + PAGE - 1) & -PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		return NULL;
	c = area;
	c->size = size;
	c->state = MAPPED;
	return c;
}

void *
__libc_malloc_impl(size_t n)
{
	struct chunk *c;

	if (n >= LARGE) {
		c = map(n);
	} else {
		unsigned class = class_for(n);
		uint32_t size = class_size(class);

		c = take_free(class);
		if (!c && (uint32_t)(limit - top) < size + HEADER)
			c = take_bigger(class);
		if (!c)
			c = take_top(size);
	}
	if (!c) {
		errno = ENOMEM;
		return NULL;
	}
	return payload_of(c);
}

void
__libc_free(void *payload)
{
	struct chunk *c;

	if (!payload)
		return;
	c = chunk_of(payload);
	if (c->state == MAPPED) {
		int saved = errno;

		munmap(mapping_start(c), mapping_length(c, c->size));
		errno = saved;
	} else if (at_top(c)) {
		c->state = FREE;
		top = (unsigned char *)c;
	} else {
		put(c);
	}
}

/* Changes the size where the chunk is; says whether that was possible. */
static int
resize_in_place(struct chunk *c, size_t n)
{
	uint32_t size;

	if (n >= LARGE)
		return c->state == MAPPED && mapping_length(c, n) == mapping_length(c, c->size);
	if (c->state == MAPPED)
		return 0;
	size = class_size(class_for(n));
	if (at_top(c) && payload_of(c) + size <= limit) {
		c->size = size;
		top = payload_of(c) + size;
		return 1;
	}
	/* What became much smaller moves, and makes room for its like. */
	return size <= c->size && size > c->size / 2;
}

void *
__libc_realloc(void *payload, size_t n)
{
	struct chunk *c;
	void *moved;

	if (!payload)
		return __libc_malloc_impl(n);
	c = chunk_of(payload);
	if (resize_in_place(c, n)) {
		if (c->state == MAPPED)
			c->size = n;
		return payload;
	}
	moved = __libc_malloc_impl(n);
	if (!moved)
		return NULL;
	memcpy(moved, payload, n < c->size ? n : c->size);
	__libc_free(payload);
	return moved;
}

void *
aligned_alloc(size_t alignment, size_t n)
{
	unsigned char *payload, *aligned;
	struct chunk *c, *inner;

	if (alignment & (alignment - 1) || n > SIZE_MAX - alignment) {
		errno = EINVAL;
		return NULL;
	}
	if (alignment <= ALIGNMENT)
		return __libc_malloc_impl(n);
	payload = __libc_malloc_impl(n + alignment);
	if (!payload)
		return NULL;
	aligned = (unsigned char *)(((uintptr_t)payload + alignment - 1) & -alignment);
	if (aligned == payload)
		return payload;
	c = chunk_of(payload);
	inner = (struct chunk *)(aligned - HEADER);
	inner->size = (uint32_t)(payload + c->size - aligned);
	inner->state = c->state;
	if (c->state == MAPPED) {
		if (mapping_start(inner) > mapping_start(c))
			munmap(c, (size_t)(mapping_start(inner) - mapping_start(c)));
	} else {
		c->size = (uint32_t)(aligned - payload) - HEADER;
		put(c);
	}
	return aligned;
}

size_t
malloc_usable_size(void *payload)
{
	return payload ? chunk_of(payload)->size : 0;
}

/* calloc need not clear what comes from the system. */
int
__malloc_allzerop(void *payload)
{
	return chunk_of(payload)->state == MAPPED;
}
