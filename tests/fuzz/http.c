/*
 * HTTP framing: the first byte chooses requests or responses and how the rest is split.  What a
 * codec makes of the bytes must not depend on the split, no byte may be used twice or skipped, and
 * a request's head goes on to target and query.
 */
#include "http/request.h"

#include "base/error.h"

#include <stdint.h>

#define MAX_MESSAGES 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct trace {
	struct buf text; /* heads and payload, one after another */
	int last;        /* what ended it */
	size_t used;
};

static void
note_head(struct trace *t, struct codec *c, enum codec_kind kind)
{
	scoped(arena) *arena = arena_new(1 << 20);
	struct call call = {.arena = arena};
	struct http_head head;
	scoped_error e = {0};

	bug_if(codec_head(c, arena, &head) < 0);
	buf_printf(&t->text, "%d.%d %d %d %lld %zu|", head.major, head.minor, head.status,
		head.keep_alive, (long long)head.content_length, head.headers.n);
	for (size_t i = 0; i < head.headers.n; i++) {
		bug_if(strpbrk(head.headers.items[i].value, "\r\n"));
		buf_printf(&t->text, "%s=%s|", head.headers.items[i].name,
			head.headers.items[i].value);
	}
	if (kind == CODEC_RESPONSE)
		return;
	bug_if(head.chunked && head.content_length >= 0);
	request_refusal(&head);
	request_expects_continue(&head);
	if (request_take(&call, &head, &e) == 0)
		buf_printf(&t->text, "%s %s %zu|", head.method, call.request.path,
			call.request.query.n);
}

/* One message; false when there is no next one. */
static bool
trace_message(struct trace *t, enum codec_kind kind, const char *data, size_t n, size_t step)
{
	bool again = false;
	struct codec c;

	codec_init(&c);
	codec_begin(&c, kind, false);
	do {
		size_t piece = n - t->used < step ? n - t->used : step, used, out_n;
		scoped_free char *copy = malloc(step), *out = malloc(step);

		if (again)
			piece = 0;
		memcpy(copy, data + t->used, piece);
		t->last = codec_feed(&c, copy, piece, out, &used, &out_n);
		if (t->last < 0)
			break;
		bug_if(used > piece || out_n > used || (t->last == CODEC_MORE && used != piece));
		t->used += used;
		buf_append(&t->text, out, out_n);
		again = t->last == CODEC_HEAD;
		if (again)
			note_head(t, &c, kind);
	} while (t->last != CODEC_END && (again || t->used < n));
	codec_free(&c);
	return t->last == CODEC_END && t->used < n;
}

static struct trace
trace_all(enum codec_kind kind, const char *data, size_t n, size_t step)
{
	struct trace t = {0};

	buf_init(&t.text, 64 << 20);
	for (int i = 0; i < MAX_MESSAGES && trace_message(&t, kind, data, n, step); i++)
		;
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	enum codec_kind kind = n && data[0] & 1 ? CODEC_RESPONSE : CODEC_REQUEST;
	size_t step = n ? 1 + data[0] / 2 : 1;
	struct trace whole, pieces;

	if (n < 2)
		return 0;
	whole = trace_all(kind, (const char *)data + 1, n - 1, n);
	pieces = trace_all(kind, (const char *)data + 1, n - 1, step);
	bug_if(whole.last != pieces.last);
	bug_if(whole.last >= 0 &&
		(whole.used != pieces.used || strcmp(whole.text.data, pieces.text.data) != 0));
	buf_free(&whole.text);
	buf_free(&pieces.text);
	return 0;
}
