#include "base/map.h"

#include "base/alloc.h"
#include "base/id.h"

#include <stdint.h>
#include <threads.h>

#define FIRST_BUCKETS 16

/* What map_entry points into: the entry as the caller sees it, and its places in the order and in
 * its bucket. */
struct node {
	struct map_entry entry;
	struct node *before; /* in insertion order */
	struct node *chain;
	uint64_t hash;
	char key[];
};

struct map {
	struct node **buckets;
	size_t n_buckets; /* a power of two */
	size_t len;
	struct node *first, *last;
	void (*free_value)(void *);
};

static uint64_t hash_key[2];
static once_flag hash_key_once = ONCE_FLAG_INIT;

static void
choose_hash_key(void)
{
	random_bytes(hash_key, sizeof(hash_key));
}

static inline uint64_t
rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"), in host byte order. */
static uint64_t
hash(const char *s)
{
	uint64_t v[4] = {
		hash_key[0] ^ 0x736f6d6570736575,
		hash_key[1] ^ 0x646f72616e646f6d,
		hash_key[0] ^ 0x6c7967656e657261,
		hash_key[1] ^ 0x7465646279746573,
	};
	size_t n = strlen(s);
	uint64_t word, last = (uint64_t)n << 56;

	for (; n >= sizeof(word); n -= sizeof(word), s += sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	for (size_t i = 0; i < n; i++)
		last |= (uint64_t)(unsigned char)s[i] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct map *
map_new(void (*free_value)(void *))
{
	struct map *map = NEW(map);

	call_once(&hash_key_once, choose_hash_key);
	map->free_value = free_value;
	map->n_buckets = FIRST_BUCKETS;
	map->buckets = xcalloc(map->n_buckets, sizeof(struct node *));
	return map;
}

static void
drop_value(const struct map *map, void *value)
{
	if (map->free_value && value)
		map->free_value(value);
}

static struct node *
after(const struct node *node)
{
	return (struct node *)node->entry.next; /* entry is a node's first member */
}

void
map_free(struct map *map)
{
	struct node *next;

	if (!map)
		return;
	for (struct node *node = map->first; node; node = next) {
		next = after(node);
		drop_value(map, node->entry.value);
		free(node);
	}
	free(map->buckets);
	free(map);
}

size_t
map_len(const struct map *map)
{
	return map->len;
}

static struct node **
bucket_of(const struct map *map, uint64_t h)
{
	return &map->buckets[h & (map->n_buckets - 1)];
}

/* The link that points at key's node, or at the NULL where its chain ends. */
static struct node **
link_to(const struct map *map, const char *key, uint64_t h)
{
	struct node **link = bucket_of(map, h);

	while (*link && ((*link)->hash != h || strcmp((*link)->key, key) != 0))
		link = &(*link)->chain;
	return link;
}

void *
map_get(const struct map *map, const char *key)
{
	const struct node *node = *link_to(map, key, hash(key));

	return node ? node->entry.value : NULL;
}

bool
map_has(const struct map *map, const char *key)
{
	return *link_to(map, key, hash(key)) != NULL;
}

static void
double_buckets(struct map *map)
{
	free(map->buckets);
	map->n_buckets *= 2;
	map->buckets = xcalloc(map->n_buckets, sizeof(struct node *));
	for (struct node *node = map->first; node; node = after(node)) {
		struct node **bucket = bucket_of(map, node->hash);

		node->chain = *bucket;
		*bucket = node;
	}
}

static struct node *
new_node(const char *key, uint64_t h)
{
	size_t size = strlen(key) + 1;
	struct node *node = xcalloc(1, sizeof(*node) + size);

	memcpy(node->key, key, size);
	node->entry.key = node->key;
	node->hash = h;
	return node;
}

static void
append(struct map *map, struct node *node)
{
	node->before = map->last;
	if (map->last)
		map->last->entry.next = &node->entry;
	else
		map->first = node;
	map->last = node;
	map->len++;
}

void
map_set(struct map *map, const char *key, void *value)
{
	uint64_t h = hash(key);
	struct node *node = *link_to(map, key, h);
	struct node **bucket;

	if (node) {
		if (node->entry.value != value)
			drop_value(map, node->entry.value);
		node->entry.value = value;
		return;
	}
	if (map->len >= map->n_buckets)
		double_buckets(map);
	node = new_node(key, h);
	node->entry.value = value;
	bucket = bucket_of(map, h);
	node->chain = *bucket;
	*bucket = node;
	append(map, node);
}

/* Takes key's node out of the map; the caller frees it. NULL when absent. */
static struct node *
unlink_node(struct map *map, const char *key)
{
	struct node **link = link_to(map, key, hash(key));
	struct node *node = *link;

	if (!node)
		return NULL;
	*link = node->chain;
	if (node->before)
		node->before->entry.next = node->entry.next;
	else
		map->first = after(node);
	if (node->entry.next)
		after(node)->before = node->before;
	else
		map->last = node->before;
	map->len--;
	return node;
}

bool
map_remove(struct map *map, const char *key)
{
	struct node *node = unlink_node(map, key);

	if (!node)
		return false;
	drop_value(map, node->entry.value);
	free(node);
	return true;
}

void *
map_take(struct map *map, const char *key)
{
	struct node *node = unlink_node(map, key);
	void *value = node ? node->entry.value : NULL;

	free(node);
	return value;
}

struct map_entry *
map_first(const struct map *map)
{
	return map->first ? &map->first->entry : NULL;
}
