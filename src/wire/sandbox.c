#include "wire/sandbox.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"

#include <errno.h>

#define STRINGS_MAX 65536

void
sandbox_message_begin(struct buf *out, enum sandbox_message_type type, uint32_t process,
	uint32_t serial, uint64_t a, uint64_t b)
{
	struct sandbox_header header = {
		.type = (uint32_t)type,
		.process = process,
		.serial = serial,
		.a = a,
		.b = b,
	};

	buf_clear(out);
	buf_append(out, &header, sizeof(header));
}

void
sandbox_message_bytes(struct buf *out, const void *data, size_t n)
{
	buf_append(out, data, n); /* when it does not fit, sandbox_message_end says so */
}

void
sandbox_message_string(struct buf *out, const char *s)
{
	sandbox_message_bytes(out, s, strlen(s) + 1);
}

void
sandbox_message_strings(struct buf *out, char *const *v)
{
	buf_printf(out, "%zu", strv_len(v));
	buf_putc(out, '\0');
	for (; v && *v; v++)
		sandbox_message_string(out, *v);
}

int
sandbox_message_end(struct buf *out)
{
	uint32_t payload;

	if (out->full || out->len > SANDBOX_MESSAGE_MAX)
		return -EMSGSIZE;
	bug_if(out->len < sizeof(struct sandbox_header));
	payload = (uint32_t)(out->len - sizeof(struct sandbox_header));
	memcpy(out->data + offsetof(struct sandbox_header, payload), &payload, sizeof(payload));
	return 0;
}

int
sandbox_message_open(const void *packet, size_t n, struct sandbox_reader *ret)
{
	struct sandbox_header header;

	if (n < sizeof(header) || n > SANDBOX_MESSAGE_MAX)
		return -EPROTO;
	memcpy(&header, packet, sizeof(header));
	if (header.payload != n - sizeof(header))
		return -EPROTO;
	ret->header = header;
	ret->at = (const char *)packet + sizeof(header);
	ret->end = (const char *)packet + n;
	return 0;
}

static size_t
left(const struct sandbox_reader *r)
{
	return (size_t)(r->end - r->at);
}

int
sandbox_message_next(struct sandbox_reader *r, const char **ret)
{
	const char *nul = memchr(r->at, '\0', left(r));

	if (!nul)
		return -EPROTO;
	*ret = r->at;
	r->at = nul + 1;
	return 0;
}

int
sandbox_message_next_strings(struct sandbox_reader *r, char ***ret)
{
	const char *text;
	uint64_t n;
	char **v;

	/* A string has at least its NUL, so a count that the packet cannot hold costs no memory. */
	if (sandbox_message_next(r, &text) < 0 || str_to_u64(text, &n) < 0 || n > STRINGS_MAX ||
		n > left(r))
		return -EPROTO;
	v = xcalloc(n + 1, sizeof(*v));
	for (size_t i = 0; i < n; i++) {
		if (sandbox_message_next(r, &text) < 0) {
			free(v);
			return -EPROTO;
		}
		v[i] = (char *)text;
	}
	*ret = v;
	return 0;
}

ssize_t
sandbox_message_array(const struct sandbox_reader *r, size_t item, const void **ret)
{
	if (left(r) % item != 0)
		return -EPROTO;
	*ret = r->at;
	return (ssize_t)(left(r) / item);
}
