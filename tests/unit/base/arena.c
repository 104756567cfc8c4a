#include "base/arena.h"

#include "test.h"

#include <stdint.h>

TEST(arena_pieces_are_zeroed_aligned_and_apart)
{
	scoped(arena) *arena = arena_new(0);
	unsigned char *pieces[200];

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		size_t size = i * 37 % 3000;

		pieces[i] = arena_alloc(arena, size);
		ASSERT_EQ((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < size; j++)
			ASSERT_EQ(pieces[i][j], 0);
		memset(pieces[i], (int)i, size);
	}
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
		for (size_t j = 0; j < i * 37 % 3000; j++)
			ASSERT_EQ(pieces[i][j], i & 0xff);
}

TEST(arena_large_piece_keeps_the_current_chunk)
{
	scoped(arena) *arena = arena_new(0);
	char *before = arena_alloc(arena, 16);
	char *large = arena_alloc(arena, 1 << 20);
	char *next = arena_alloc(arena, 16);

	memset(large, 1, 1 << 20);
	ASSERT(next == before + 16);
}

TEST(arena_stops_at_its_maximum)
{
	scoped(arena) *arena = arena_new(1000);

	ASSERT(arena_alloc(arena, 900));
	ASSERT(arena_alloc(arena, 200) == NULL);
	ASSERT(arena_alloc(arena, SIZE_MAX) == NULL);
	ASSERT(arena_alloc(arena, SIZE_MAX - 20) == NULL);
	ASSERT(arena_alloc(arena, 80));
	ASSERT(arena_strdup(arena, "a text that is longer than what is left") == NULL);
	ASSERT(arena_printf(arena, "%0100d", 1) == NULL);
}

TEST(arena_strings)
{
	scoped(arena) *arena = arena_new(0);
	char *wide = arena_printf(arena, "%05000d", 7);

	ASSERT_STR(arena_strdup(arena, ""), "");
	ASSERT_STR(arena_strdup(arena, "abc"), "abc");
	ASSERT_STR(arena_strndup(arena, "abc", 2), "ab");
	ASSERT_STR(arena_strndup(arena, "a\0c", 3), "a");
	ASSERT_STR(arena_printf(arena, "%s-%d", "x", 3), "x-3");
	ASSERT_EQ(strlen(wide), 5000);
	ASSERT_EQ(wide[4999], '7');
}

TEST(arena_typed)
{
	struct point {
		int x, y;
	};
	scoped(arena) *arena = arena_new(0);
	struct point *one = ARENA_NEW(arena, point);
	struct point *many = ARENA_ARRAY(arena, struct point, 10);

	ASSERT_EQ(one->x, 0);
	ASSERT_EQ(many[9].y, 0);
}
