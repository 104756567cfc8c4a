#include "base/id.h"

#include "base/str.h"
#include "test.h"

#include <ctype.h>

TEST(id_is_64_hex_digits_and_new)
{
	char a[ID_SIZE], b[ID_SIZE];

	id_generate(a);
	id_generate(b);
	ASSERT_EQ(strlen(a), 64);
	ASSERT(id_valid_hex(a));
	ASSERT(!str_eq(a, b));
}

TEST(id_is_never_taken_for_a_number)
{
	char id[ID_SIZE];

	/* Untreated, 1 in 281 begins with twelve digits. */
	for (int i = 0; i < 5000; i++) {
		id_generate(id);
		ASSERT(strspn(id, "0123456789") < 12);
	}
}

TEST(id_valid_hex_rules)
{
	ASSERT(id_valid_hex("a") && id_valid_hex("0123456789abcdef"));
	ASSERT(!id_valid_hex("") && !id_valid_hex("A") && !id_valid_hex("g") &&
		!id_valid_hex("a "));
	ASSERT(!id_valid_hex("00000000000000000000000000000000000000000000000000000000000000000"));
}

TEST(id_names_are_valid_and_varied)
{
	char first[ID_NAME_SIZE], name[ID_NAME_SIZE];
	int same = 0;

	id_generate_name(first, 0);
	for (int i = 0; i < 100; i++) {
		id_generate_name(name, 0);
		ASSERT(id_valid_name(name));
		ASSERT(strchr(name, '_') && !isdigit((unsigned char)name[strlen(name) - 1]));
		same += str_eq(first, name);
	}
	ASSERT(same < 10);
	id_generate_name(name, 4294967295u);
	ASSERT(str_ends(name, "4294967295") && id_valid_name(name));
}

TEST(id_valid_name_rules)
{
	static const char *const good[] = {"ab", "a1", "0a", "A_b.c-d", "a-"};
	static const char *const bad[] = {
		"", "a", "_a", ".a", "-a", "a b", "a/b", "/a", "a\n", "\xc3\xa4z"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ASSERT(id_valid_name(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ASSERT(!id_valid_name(bad[i]));
}
