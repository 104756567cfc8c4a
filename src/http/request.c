#include "http/request.h"

#include "base/str.h"

#include <errno.h>
#include <strings.h>

static size_t
count(const struct http_headers *headers, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < headers->n; i++)
		n += str_ieq(headers->items[i].name, name);
	return n;
}

static bool
is_http10(const struct http_head *head)
{
	return head->minor == 0;
}

struct refusal
request_refusal(const struct http_head *head)
{
	const char *encoding = http_headers_get(&head->headers, "Transfer-Encoding");
	const char *expect = http_headers_get(&head->headers, "Expect");
	size_t hosts = count(&head->headers, "Host");

	if (head->major != 1 || head->minor > 1)
		return (struct refusal){505, "unsupported protocol version"};
	if (hosts > 1)
		return (struct refusal){400, "too many Host headers"};
	if (hosts == 0 && !is_http10(head))
		return (struct refusal){400, "missing required Host header"};
	if (encoding && is_http10(head)) /* RFC 9112 6.1: faulty framing */
		return (struct refusal){400, "Transfer-Encoding in HTTP/1.0"};
	if (encoding && !str_ieq(encoding, "chunked"))
		return (struct refusal){501, "unsupported transfer encoding"};
	if (expect && !is_http10(head) && !str_ieq(expect, "100-continue"))
		return (struct refusal){417, "unknown expectation"};
	return (struct refusal){0};
}

bool
request_expects_continue(const struct http_head *head)
{
	const char *expect = http_headers_get(&head->headers, "Expect");

	return !is_http10(head) && str_ieq(str_or(expect, ""), "100-continue");
}

bool
http_has_word(const char *value, const char *word)
{
	size_t n = strlen(word);

	while (*value) {
		value += strspn(value, ", \t");
		if (strncasecmp(value, word, n) == 0 && strchr(", \t", value[n]))
			return true;
		value += strcspn(value, ",");
	}
	return false;
}

static const char *
wanted_upgrade(const struct http_headers *headers)
{
	for (size_t i = 0; i < headers->n; i++)
		if (str_ieq(headers->items[i].name, "Connection") &&
			http_has_word(headers->items[i].value, "upgrade"))
			return http_headers_get(headers, "Upgrade");
	return NULL;
}

/* The part after scheme and authority of an absolute-form target; the target itself in origin-form
 * (RFC 9112 3.2). */
static const char *
skip_authority(const char *target)
{
	const char *scheme_end = strstr(target, "://");
	const char *path;

	if (*target == '/' || !scheme_end)
		return target;
	path = strpbrk(scheme_end + 3, "/?");
	return path ? path : "/";
}

static int
split_target(struct call *call, struct error *e)
{
	struct http_request *q = &call->request;
	const char *from = skip_authority(q->target);
	const char *question = strchr(from, '?');
	size_t n = question ? (size_t)(question - from) : strlen(from);

	for (const char *p = q->target; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == '#')
			return error_set(
				e, ERROR_INVALID, -EINVAL, "invalid character in request target");
	if (*from != '/' && *from != '?' && !str_eq(from, "*"))
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid request target");
	q->path = n ? arena_strndup(call->arena, from, n) : "/";
	if (!q->path)
		return error_set(e, ERROR_TOO_LARGE, -ENOBUFS, "the URL is too long");
	if (!url_decode(call->arena, q->path, strlen(q->path), false, e))
		return -EINVAL;
	q->query_text = question ? question + 1 : "";
	return query_parse(call->arena, q->query_text, &q->query, e);
}

int
request_take(struct call *call, const struct http_head *head, struct error *e)
{
	call->request = (struct http_request){
		.method = head->method,
		.target = head->target,
		.path = "",
		.query_text = "",
		.headers = head->headers,
		.http10 = is_http10(head),
		.has_body = head->chunked || head->content_length > 0,
		.content_length = head->content_length,
		.upgrade = wanted_upgrade(&head->headers),
	};
	return split_target(call, e);
}
