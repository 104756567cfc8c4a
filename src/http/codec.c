#include "http/codec.h"

#include "base/str.h"

#include <errno.h>

#define MAX_NOISE (16 * 1024) /* chunk extensions or trailers between two pieces of payload */

static struct codec *
codec_of(llhttp_t *parser)
{
	return container_of(parser, struct codec, parser);
}

static int
fail(struct codec *c, int failure, const char *reason)
{
	c->failure = failure;
	c->reason = reason;
	return HPE_USER;
}

static int
fail_large(struct codec *c)
{
	return fail(c, -EMSGSIZE, "header too large");
}

/* -- llhttp's callbacks: the head -------------------------------------------------------------- */

static int
add_text(struct codec *c, const char *at, size_t n)
{
	c->piece_end = at + n;
	return buf_append(&c->text, at, n) < 0 ? fail_large(c) : HPE_OK;
}

static int
on_target(llhttp_t *p, const char *at, size_t n)
{
	return add_text(codec_of(p), at, n);
}

static int
add_noise(llhttp_t *p, const char *at UNUSED, size_t n)
{
	struct codec *c = codec_of(p);

	if (n > MAX_NOISE - c->noise)
		return fail(c, -EPROTO, "too many chunk extensions or trailers");
	c->noise += (uint32_t)n;
	return HPE_OK;
}

static int
on_name(llhttp_t *p, const char *at, size_t n)
{
	struct codec *c = codec_of(p);

	return c->head_done ? add_noise(p, at, n) : add_text(c, at, n);
}

/* A value comes in one piece per feed.  Two pieces that do not touch are a folded line (RFC 9112
 * 5.2). */
static int
on_value(llhttp_t *p, const char *at, size_t n)
{
	struct codec *c = codec_of(p);

	if (c->head_done)
		return add_noise(p, at, n);
	if (c->in_value && at != c->piece_end)
		return fail(c, -EPROTO, "folded header line");
	c->in_value = true;
	return add_text(c, at, n);
}

static int
end_text(llhttp_t *p)
{
	struct codec *c = codec_of(p);

	if (c->head_done)
		return HPE_OK;
	return buf_putc(&c->text, '\0') < 0 ? fail_large(c) : HPE_OK;
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

static int
on_value_complete(llhttp_t *p)
{
	struct codec *c = codec_of(p);

	if (c->head_done)
		return HPE_OK;
	if (c->headers == HTTP_MAX_HEADERS)
		return fail(c, -EMSGSIZE, "too many headers");
	c->headers++;
	c->in_value = false;
	while (is_blank(c->text.data[c->text.len - 1])) /* stops at the name's NUL */
		c->text.len--;
	return end_text(p);
}

/* Pauses, so that the caller sees the head before the body.  What comes after an upgrade is not
 * llhttp's to judge. */
static int
on_headers_complete(llhttp_t *p)
{
	struct codec *c = codec_of(p);
	int status = p->status_code;

	c->head_done = true;
	p->upgrade = 0;
	if (p->content_length > INT64_MAX)
		return fail(c, -EPROTO, "Content-Length overflow");
	if (p->type == HTTP_RESPONSE &&
		(c->no_body || status / 100 == 1 || status == 204 || status == 304))
		p->flags |= F_SKIPBODY;
	return HPE_PAUSED;
}

/* -- llhttp's callbacks: the body -------------------------------------------------------------- */

static int
on_body(llhttp_t *p, const char *at, size_t n)
{
	struct codec *c = codec_of(p);

	if (n > 0 && c->out != at)
		memmove(c->out, at, n);
	c->out += n;
	return HPE_OK;
}

static int
on_chunk_header(llhttp_t *p)
{
	codec_of(p)->noise = 0;
	return HPE_OK;
}

static int
on_message_complete(llhttp_t *p UNUSED)
{
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_target,
	.on_url_complete = end_text,
	.on_header_field = on_name,
	.on_header_field_complete = end_text,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_chunk_header = on_chunk_header,
	.on_chunk_extension_name = add_noise,
	.on_chunk_extension_value = add_noise,
	.on_message_complete = on_message_complete,
};

/* -- the codec --------------------------------------------------------------------------------- */

void
codec_init(struct codec *c)
{
	*c = (struct codec){0};
	buf_init(&c->text, HTTP_MAX_HEAD + 2 * HTTP_MAX_HEADERS); /* the NULs come on top */
}

void
codec_free(struct codec *c)
{
	buf_free(&c->text);
	codec_init(c);
}

void
codec_begin(struct codec *c, enum codec_kind kind, bool no_body)
{
	struct buf text = c->text;

	*c = (struct codec){.text = text, .no_body = no_body};
	buf_clear(&c->text);
	buf_reserve(&c->text, 512); /* most heads: no growing in steps */
	llhttp_init(&c->parser, kind == CODEC_REQUEST ? HTTP_REQUEST : HTTP_RESPONSE, &settings);
}

/* While the head is not complete, no more than its limit is looked at. */
static int
feed_head(struct codec *c, const char *data, size_t n, size_t *used)
{
	size_t room = HTTP_MAX_HEAD - c->head_n;
	const char *end = data + (n < room ? n : room);
	int r;

	c->piece_end = c->value_open ? data : NULL;
	r = (int)llhttp_execute(&c->parser, data, (size_t)(end - data));
	if (r == HPE_PAUSED)
		end = llhttp_get_error_pos(&c->parser);
	c->value_open = c->in_value && c->piece_end == end;
	*used = (size_t)(end - data);
	c->head_n += (uint32_t)*used;
	if (r == HPE_OK && c->head_n == HTTP_MAX_HEAD)
		return fail_large(c);
	return r;
}

static int
feed_body(struct codec *c, const char *data, size_t n, size_t *used)
{
	int r = (int)llhttp_execute(&c->parser, data, n);

	*used = n;
	if (r == HPE_PAUSED)
		*used = (size_t)(llhttp_get_error_pos(&c->parser) - data);
	return r;
}

int
codec_feed(struct codec *c, const char *data, size_t n, char *out, size_t *used, size_t *ret_out)
{
	enum codec_event paused = c->head_done ? CODEC_END : CODEC_HEAD;
	int r;

	c->out = out;
	r = c->head_done ? feed_body(c, data, n, used) : feed_head(c, data, n, used);
	*ret_out = (size_t)(c->out - out);
	if (r == HPE_OK)
		return CODEC_MORE;
	if (r != HPE_PAUSED)
		return c->failure ? c->failure : -EPROTO;
	llhttp_resume(&c->parser);
	return (int)paused;
}

int
codec_finish(struct codec *c)
{
	if (llhttp_finish(&c->parser) == HPE_PAUSED)
		return CODEC_END;
	c->reason = "unexpected EOF";
	return -EPROTO;
}

/* The text is cut where its NULs are: target (of requests), then name and value in turn. */
static void
cut_headers(const struct codec *c, char *text, struct http_head *ret)
{
	if (ret->method) {
		ret->target = text;
		text += strlen(text) + 1;
	}
	for (size_t i = 0; i < c->headers; i++) {
		ret->headers.items[i].name = text;
		text += strlen(text) + 1;
		ret->headers.items[i].value = text;
		text += strlen(text) + 1;
	}
}

int
codec_head(struct codec *c, struct arena *arena, struct http_head *ret)
{
	const llhttp_t *p = &c->parser;
	char *text = arena_alloc(arena, c->text.len + 1);
	struct http_header *items = ARENA_ARRAY(arena, struct http_header, c->headers);

	if (!text || !items)
		return -EMSGSIZE;
	memcpy(text, c->text.data, c->text.len + 1);
	*ret = (struct http_head){
		.status = p->status_code,
		.major = p->http_major,
		.minor = p->http_minor,
		.headers = {items, c->headers, c->headers},
		.chunked = p->flags & F_CHUNKED,
		.content_length = p->flags & F_CONTENT_LENGTH ? (int64_t)p->content_length : -1,
		.keep_alive = llhttp_should_keep_alive(p),
	};
	if (p->type == HTTP_REQUEST)
		ret->method = llhttp_method_name((llhttp_method_t)p->method);
	cut_headers(c, text, ret);
	return 0;
}

uint64_t
codec_plain_left(const struct codec *c)
{
	if (!c->head_done || c->parser.flags & (F_CHUNKED | F_SKIPBODY))
		return 0;
	if (c->parser.flags & F_CONTENT_LENGTH)
		return c->parser.content_length;
	return llhttp_message_needs_eof(&c->parser) ? UINT64_MAX : 0;
}

const char *
codec_reason(const struct codec *c)
{
	const char *reason = c->reason ? c->reason : llhttp_get_error_reason(&c->parser);

	return str_or(reason, "malformed message");
}
