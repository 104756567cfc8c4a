#include "base/url.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>

static int
parse_unix(const char *text, const char *path, struct address *ret, struct error *e)
{
	*ret = (struct address){.kind = ADDRESS_UNIX};
	if (path[0] != '/' || path[1] == '\0')
		return error_set(e, ERROR_INVALID, -EINVAL,
			"invalid address \"%s\": a socket's path must be absolute", text);
	if (str_format(ret->path, sizeof(ret->path), "%s", path) < 0)
		return error_set(e, ERROR_INVALID, -ENAMETOOLONG,
			"invalid address \"%s\": a socket's path has at most %zu bytes", text,
			sizeof(ret->path) - 1);
	return 0;
}

/* An IPv6 address stands in brackets, which are not part of the host. */
static bool
host_is_well_formed(const char *host, size_t n, bool bracketed)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
	struct in6_addr ignored;
	char text[INET6_ADDRSTRLEN];

	if (!bracketed)
		return strspn(host, plain) >= n;
	return str_format(text, sizeof(text), "%.*s", (int)n, host) == 0 &&
	       inet_pton(AF_INET6, text, &ignored) == 1;
}

/* host:port, without the slash that a URL may end with. */
static int
parse_tcp(const char *text, const char *host, struct address *ret, struct error *e)
{
	bool bracketed = *host == '[';
	size_t n, port_length;
	const char *colon;
	char digits[8];
	int port;

	*ret = (struct address){.kind = ADDRESS_TCP};
	host += bracketed;
	n = strcspn(host, bracketed ? "]" : ":");
	colon = host + n + (bracketed && host[n] == ']');
	if (*colon != ':')
		return error_set(
			e, ERROR_INVALID, -EINVAL, "invalid address \"%s\": it has no port", text);
	if (n >= sizeof(ret->host) || !host_is_well_formed(host, n, bracketed))
		return error_set(
			e, ERROR_INVALID, -EINVAL, "invalid address \"%s\": bad host", text);
	port_length = strcspn(colon + 1, "/");
	if (str_format(digits, sizeof(digits), "%.*s", (int)port_length, colon + 1) < 0 ||
		!(str_eq(colon + 1 + port_length, "") || str_eq(colon + 1 + port_length, "/")) ||
		str_to_int(digits, 0, UINT16_MAX, &port) < 0)
		return error_set(
			e, ERROR_INVALID, -EINVAL, "invalid address \"%s\": bad port", text);
	memcpy(ret->host, host, n);
	ret->port = (uint16_t)port;
	return 0;
}

int
address_parse(const char *text, struct address *ret, struct error *e)
{
	struct address parsed;
	const char *rest = text;
	bool is_unix = *text == '/';
	int r;

	if (str_starts(text, "unix://")) {
		rest += strlen("unix://");
		is_unix = true;
	} else if (str_starts(text, "tcp://")) {
		rest += strlen("tcp://");
	} else if (str_starts(text, "http://")) {
		rest += strlen("http://");
	} else if (str_starts(text, "https://")) {
		rest += strlen("https://");
	}
	r = is_unix ? parse_unix(text, rest, &parsed, e) : parse_tcp(text, rest, &parsed, e);
	if (r < 0)
		return r;
	*ret = parsed;
	ret->tls = str_starts(text, "https://");
	return 0;
}

bool
address_is_local(const struct address *a)
{
	struct in_addr four;
	struct in6_addr six;

	if (a->kind == ADDRESS_UNIX || str_ieq(a->host, "localhost"))
		return true;
	if (inet_pton(AF_INET, a->host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, a->host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

void
address_format(const struct address *a, char *out, size_t size)
{
	const char *scheme = a->tls ? "https" : "tcp";

	if (a->kind == ADDRESS_UNIX)
		str_format(out, size, "unix://%s", a->path);
	else
		str_format(out, size, strchr(a->host, ':') ? "%s://[%s]:%u" : "%s://%s:%u", scheme,
			a->host, (unsigned)a->port);
}
