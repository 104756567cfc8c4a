#include "base/map.h"

#include "base/alloc.h"
#include "base/str.h"
#include "test.h"

#define MANY 5000

static char one[] = "one", two[] = "two", three[] = "three";

TEST(map_set_get_remove)
{
	scoped(map) *map = map_new(NULL);

	ASSERT(map_get(map, "a") == NULL && !map_has(map, "a") && !map_remove(map, "a"));
	map_set(map, "a", one);
	map_set(map, "", two);
	map_set(map, "nothing", NULL);
	ASSERT_EQ(map_len(map), 3);
	ASSERT(map_get(map, "a") == one && map_get(map, "") == two);
	ASSERT(map_has(map, "nothing") && map_get(map, "nothing") == NULL);
	ASSERT(map_remove(map, "a"));
	ASSERT(!map_has(map, "a"));
	ASSERT_EQ(map_len(map), 2);
}

TEST(map_copies_keys)
{
	scoped(map) *map = map_new(NULL);
	char key[] = "key";

	map_set(map, key, one);
	key[0] = 'x';
	ASSERT(map_get(map, "key") == one);
	ASSERT_STR(map_first(map)->key, "key");
}

static void
assert_keys(const struct map *map, const char *expected)
{
	char keys[64] = "";
	size_t n = 0;

	map_each (map, entry)
		keys[n++] = entry->key[0];
	ASSERT_STR(keys, expected);
}

TEST(map_keeps_insertion_order)
{
	scoped(map) *map = map_new(NULL);

	for (const char *key = "qwertzuiopasdfghjkl"; *key; key++)
		map_set(map, (char[]){*key, '\0'}, one);
	assert_keys(map, "qwertzuiopasdfghjkl");
	map_set(map, "w", two);
	assert_keys(map, "qwertzuiopasdfghjkl");
	map_remove(map, "q");
	map_remove(map, "l");
	map_remove(map, "a");
	map_set(map, "q", three);
	assert_keys(map, "wertzuiopsdfghjkq");
}

TEST(map_allows_removing_the_current_entry)
{
	scoped(map) *map = map_new(NULL);

	for (const char *key = "abcdef"; *key; key++)
		map_set(map, (char[]){*key, '\0'}, one);
	map_each (map, entry)
		if (strchr("adf", entry->key[0]))
			map_remove(map, entry->key);
	assert_keys(map, "bce");
	map_each (map, entry)
		map_remove(map, entry->key);
	ASSERT_EQ(map_len(map), 0);
	ASSERT(map_first(map) == NULL);
	map_set(map, "z", one);
	assert_keys(map, "z");
}

TEST(map_holds_many)
{
	scoped(map) *map = map_new(free);
	char key[32];

	for (int i = 0; i < MANY; i++) {
		int *value = xmalloc(sizeof(*value));

		*value = i;
		str_format(key, sizeof(key), "container-%d", i);
		map_set(map, key, value);
	}
	for (int i = 0; i < MANY; i += 2) {
		str_format(key, sizeof(key), "container-%d", i);
		ASSERT(map_remove(map, key));
	}
	ASSERT_EQ(map_len(map), MANY / 2);
	for (int i = 0; i < MANY; i++) {
		const int *value;

		str_format(key, sizeof(key), "container-%d", i);
		value = map_get(map, key);
		ASSERT_EQ(value != NULL, i % 2);
		if (value)
			ASSERT_EQ(*value, i);
	}
}

static int freed;

static void
count_free(void *value)
{
	(void)value;
	freed++;
}

TEST(map_frees_what_it_owns_once)
{
	struct map *map = map_new(count_free);

	freed = 0;
	map_set(map, "a", one);
	map_set(map, "a", one); /* the same again: still held */
	ASSERT_EQ(freed, 0);
	map_set(map, "a", two);
	ASSERT_EQ(freed, 1);
	map_set(map, "b", one);
	ASSERT(map_take(map, "b") == one);
	ASSERT(map_take(map, "b") == NULL);
	ASSERT_EQ(freed, 1);
	map_set(map, "c", three);
	map_remove(map, "c");
	ASSERT_EQ(freed, 2);
	map_set(map, "d", NULL);
	map_free(map);
	ASSERT_EQ(freed, 3);
}
