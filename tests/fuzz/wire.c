/* A packet from the other end of the sandbox's channel: first as a whole message, then as the payload of a good one. */
#include "base/error.h"
#include "base/scope.h"
#include "base/str.h"
#include "wire/sandbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Vectors and strings by turns, until something is refused or nothing is left. */
static void
read_all(struct sandbox_reader *r)
{
	const char *before, *text;

	do {
		scoped_free char **v = NULL;

		before = r->at;
		if (sandbox_message_next_strings(r, &v) == 0)
			bug_if(strv_len(v) > (size_t)(r->at - before));
		if (sandbox_message_next(r, &text) < 0)
			return;
		bug_if(text + strlen(text) + 1 != r->at || r->at > r->end);
	} while (r->at < r->end);
}

static void
read_array(const struct sandbox_reader *r)
{
	const void *items;
	ssize_t n = sandbox_message_array(r, sizeof(struct sandbox_process), &items);

	if (n >= 0)
		bug_if((const struct sandbox_process *)items + n != (const void *)r->end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct sandbox_reader r;
	scoped_buf out;

	buf_init(&out, SANDBOX_MESSAGE_MAX);
	if (sandbox_message_open(data, n, &r) == 0) {
		read_array(&r);
		read_all(&r);
	}
	sandbox_message_begin(&out, SANDBOX_RUN, SANDBOX_INIT, 1, 0, 0);
	sandbox_message_bytes(&out, data, n);
	if (sandbox_message_end(&out) < 0)
		return 0;
	bug_if(sandbox_message_open(out.data, out.len, &r) < 0);
	bug_if(r.header.payload != n);
	read_array(&r);
	read_all(&r);
	return 0;
}
