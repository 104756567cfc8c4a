#include "wire/sandbox.h"

#include "base/alloc.h"
#include "base/attr.h"
#include "base/scope.h"
#include "base/str.h"
#include "test.h"

#include <errno.h>

#define HEADER sizeof(struct sandbox_header)

static void
begin(struct buf *out)
{
	buf_init(out, SANDBOX_MESSAGE_MAX);
	sandbox_message_begin(out, SANDBOX_RUN, 2, 7, 1, 24u << 16 | 80u);
}

TEST(sandbox_message_round_trip)
{
	char *argv[] = {"sh", "-c", "", NULL};
	scoped_free char **got = NULL;
	struct sandbox_reader r;
	const char *text;
	scoped_buf out;

	begin(&out);
	sandbox_message_string(&out, "/root");
	sandbox_message_strings(&out, argv);
	sandbox_message_strings(&out, NULL);
	sandbox_message_string(&out, "");
	ASSERT_OK(sandbox_message_end(&out));

	ASSERT_OK(sandbox_message_open(out.data, out.len, &r));
	ASSERT_EQ(r.header.type, SANDBOX_RUN);
	ASSERT_EQ(r.header.process, 2);
	ASSERT_EQ(r.header.serial, 7);
	ASSERT_EQ(r.header.a, 1);
	ASSERT_EQ(r.header.b, 24u << 16 | 80u);
	ASSERT_OK(sandbox_message_next(&r, &text));
	ASSERT_STR(text, "/root");
	ASSERT_OK(sandbox_message_next_strings(&r, &got));
	ASSERT_EQ(strv_len(got), 3);
	ASSERT_STR(got[1], "-c");
	ASSERT_STR(got[2], "");
	free(got);
	ASSERT_OK(sandbox_message_next_strings(&r, &got));
	ASSERT_EQ(strv_len(got), 0);
	ASSERT_OK(sandbox_message_next(&r, &text));
	ASSERT_STR(text, "");
	ASSERT_EQ(sandbox_message_next(&r, &text), -EPROTO);
}

TEST(sandbox_message_begin_drops_the_last_message)
{
	struct sandbox_reader r;
	scoped_buf out;

	begin(&out);
	sandbox_message_string(&out, "old");
	sandbox_message_begin(&out, SANDBOX_EMPTY, 0, 0, 0, 0);
	ASSERT_OK(sandbox_message_end(&out));
	ASSERT_OK(sandbox_message_open(out.data, out.len, &r));
	ASSERT_EQ(r.header.type, SANDBOX_EMPTY);
	ASSERT_EQ(r.header.payload, 0);
	ASSERT(r.at == r.end);
}

TEST(sandbox_message_has_a_maximum)
{
	scoped_free char *big = xcalloc(1, SANDBOX_MESSAGE_MAX);
	scoped_buf out;

	memset(big, 'x', SANDBOX_MESSAGE_MAX - 1);
	begin(&out);
	sandbox_message_string(&out, big);
	ASSERT_EQ(sandbox_message_end(&out), -EMSGSIZE);
	buf_free(&out);
	begin(&out);
	sandbox_message_string(&out, big + HEADER);
	ASSERT_OK(sandbox_message_end(&out));
	ASSERT_EQ(out.len, SANDBOX_MESSAGE_MAX);
}

TEST(sandbox_message_maximum_holds_for_larger_buffers)
{
	scoped_free char *big = xcalloc(1, SANDBOX_MESSAGE_MAX);
	scoped_buf out;

	memset(big, 'x', SANDBOX_MESSAGE_MAX - 1);
	buf_init(&out, 2 * SANDBOX_MESSAGE_MAX);
	sandbox_message_begin(&out, SANDBOX_FATAL, 0, 0, 0, 0);
	sandbox_message_string(&out, big);
	ASSERT_EQ(sandbox_message_end(&out), -EMSGSIZE);
}

TEST(sandbox_message_open_checks_lengths)
{
	struct sandbox_reader r;
	scoped_buf out;

	begin(&out);
	sandbox_message_string(&out, "x");
	ASSERT_OK(sandbox_message_end(&out));
	for (size_t n = 0; n < out.len; n++)
		ASSERT_EQ(sandbox_message_open(out.data, n, &r), -EPROTO);
	ASSERT_OK(sandbox_message_open(out.data, out.len, &r));
	buf_putc(&out, 'y');
	ASSERT_EQ(sandbox_message_open(out.data, out.len, &r), -EPROTO);
}

/* A packet that says so and holds these bytes after its header. */
static void
open_payload(struct buf *out, const char *payload, size_t n, struct sandbox_reader *ret)
{
	begin(out);
	sandbox_message_bytes(out, payload, n);
	ASSERT_OK(sandbox_message_end(out));
	ASSERT_OK(sandbox_message_open(out->data, out->len, ret));
}

TEST(sandbox_message_refuses_unterminated_strings)
{
	struct sandbox_reader r;
	const char *text;
	scoped_buf out;

	open_payload(&out, "ab\0cd", 5, &r);
	ASSERT_OK(sandbox_message_next(&r, &text));
	ASSERT_STR(text, "ab");
	ASSERT_EQ(sandbox_message_next(&r, &text), -EPROTO);
}

TEST(sandbox_message_refuses_bad_counts)
{
	static const struct {
		const char *payload;
		size_t n;
	} cases[] = {
		{"", 0},
		{"1", 1},
		{"1\0", 2},
		{"2\0a\0", 4},
		{"2\0a\0b", 5},
		{"-1\0", 3},
		{"x\0a\0", 4},
		{"18446744073709551615\0a\0", 23},
		{"65537\0a\0", 8},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sandbox_reader r;
		char **got = NULL;
		scoped_buf out;

		open_payload(&out, cases[i].payload, cases[i].n, &r);
		ASSERT_EQ(sandbox_message_next_strings(&r, &got), -EPROTO);
		ASSERT(got == NULL);
	}
}

TEST(sandbox_message_counts_at_most_65536_strings)
{
	scoped_free char *many = xcalloc(1, 70000);
	scoped_free char **got = NULL;
	struct sandbox_reader r;
	scoped_buf out;

	memcpy(many, "65536", 5);
	open_payload(&out, many, 70000, &r);
	ASSERT_OK(sandbox_message_next_strings(&r, &got));
	ASSERT_EQ(strv_len(got), 65536);
	buf_free(&out);
	memcpy(many, "65537", 5);
	open_payload(&out, many, 70000, &r);
	ASSERT_EQ(sandbox_message_next_strings(&r, &(char **){NULL}), -EPROTO);
}

TEST(sandbox_message_arrays)
{
	struct sandbox_process processes[3] = {
		{.pid = 1}, {.pid = 2}, {.pid = 3, .command = "sleep 1"}};
	const struct sandbox_process *got;
	struct sandbox_reader r;
	const void *items;
	scoped_buf out;

	open_payload(&out, (const char *)processes, sizeof(processes), &r);
	ASSERT_EQ(sandbox_message_array(&r, sizeof(processes[0]), &items), 3);
	got = items;
	ASSERT_EQ(got[2].pid, 3);
	ASSERT_STR(got[2].command, "sleep 1");
	ASSERT_EQ(sandbox_message_array(&r, sizeof(processes[0]) - 8, &items), -EPROTO);
	buf_free(&out);
	open_payload(&out, "", 0, &r);
	ASSERT_EQ(sandbox_message_array(&r, sizeof(processes[0]), &items), 0);
}
