#include "base/buf.h"

#include "base/scope.h"
#include "test.h"

#include <errno.h>

TEST(buf_starts_as_empty_string)
{
	scoped_buf b;

	buf_init(&b, 10);
	ASSERT_STR(b.data, "");
	ASSERT_EQ(b.len, 0);
	buf_clear(&b);
	buf_consume(&b, 0);
	ASSERT_STR(b.data, "");
}

TEST(buf_appends_and_terminates)
{
	scoped_buf b;

	buf_init(&b, 10000);
	for (int i = 0; i < 1000; i++)
		ASSERT_OK(buf_append(&b, "0123456789", 10));
	ASSERT_EQ(b.len, 10000);
	ASSERT_EQ(strlen(b.data), 10000);
	ASSERT_EQ(buf_putc(&b, 'x'), -ENOBUFS);
}

TEST(buf_refuses_over_maximum_and_remembers)
{
	scoped_buf b;

	buf_init(&b, 5);
	ASSERT_OK(buf_puts(&b, "abc"));
	ASSERT_EQ(buf_puts(&b, "def"), -ENOBUFS);
	ASSERT_STR(b.data, "abc");
	ASSERT(b.full);
	ASSERT_OK(buf_puts(&b, "de"));
	ASSERT(b.full);
	ASSERT_STR(b.data, "abcde");
	buf_clear(&b);
	ASSERT(!b.full);
	ASSERT_OK(buf_puts(&b, "fghij"));
}

TEST(buf_holds_nothing_when_maximum_is_0)
{
	scoped_buf b;

	buf_init(&b, 0);
	ASSERT_OK(buf_puts(&b, ""));
	ASSERT_EQ(buf_putc(&b, 'x'), -ENOBUFS);
	ASSERT_STR(b.data, "");
}

TEST(buf_printf_grows_and_refuses)
{
	scoped_buf b;

	buf_init(&b, 300);
	ASSERT_OK(buf_printf(&b, "%d:", 1));
	ASSERT_OK(buf_printf(&b, "%0290d", 2));
	ASSERT_EQ(b.len, 292);
	ASSERT_EQ(b.data[291], '2');
	ASSERT_EQ(buf_printf(&b, "%s", "123456789"), -ENOBUFS);
	ASSERT_EQ(strlen(b.data), 292);
	ASSERT_OK(buf_printf(&b, "%s", "12345678"));
	ASSERT_EQ(b.len, 300);
}

TEST(buf_printf_of_nothing)
{
	scoped_buf b;

	buf_init(&b, 8);
	ASSERT_OK(buf_printf(&b, "%s", ""));
	ASSERT_STR(b.data, "");
}

TEST(buf_reserve_and_commit)
{
	scoped_buf b;
	char *at;

	buf_init(&b, 8);
	ASSERT(buf_reserve(&b, 9) == NULL);
	at = buf_reserve(&b, 8);
	memcpy(at, "abcdefgh", 8);
	buf_commit(&b, 3);
	ASSERT_STR(b.data, "abc");
	ASSERT(buf_reserve(&b, 6) == NULL);
	ASSERT(buf_reserve(&b, 5) != NULL);
}

TEST(buf_consume_drops_the_front)
{
	scoped_buf b;

	buf_init(&b, 100);
	buf_puts(&b, "abcdef");
	buf_consume(&b, 2);
	ASSERT_STR(b.data, "cdef");
	buf_consume(&b, 4);
	ASSERT_STR(b.data, "");
	ASSERT_EQ(b.len, 0);
}

TEST(buf_keeps_nul_bytes)
{
	scoped_buf b;

	buf_init(&b, 100);
	buf_append(&b, "a\0b", 3);
	ASSERT_EQ(b.len, 3);
	ASSERT_EQ(b.data[2], 'b');
}

TEST(buf_take_hands_out_and_empties)
{
	scoped_buf b;
	scoped_free char *nothing = NULL, *text = NULL;

	buf_init(&b, 3);
	nothing = buf_take(&b);
	ASSERT_STR(nothing, "");
	buf_puts(&b, "abc");
	text = buf_take(&b);
	ASSERT_STR(text, "abc");
	ASSERT_STR(b.data, "");
	ASSERT_EQ(buf_puts(&b, "abcd"), -ENOBUFS);
	ASSERT_OK(buf_puts(&b, "abc"));
}
