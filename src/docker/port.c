#include "docker/port.h"

#include "base/str.h"
#include "docker/host_types.h"

#include <ctype.h>
#include <errno.h>

static int
invalid(struct error *e, const char *text)
{
	return error_set(e, ERROR_INVALID, -EINVAL, "invalid port specification: \"%.200s\"", text);
}

/* "80" or "8000-8010", up to `n` characters. */
static int
parse_range(const char *text, size_t n, struct port *ret)
{
	char copy[16], *dash;
	int first, last;

	if (n >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, n);
	copy[n] = '\0';
	dash = strchr(copy, '-');
	if (dash)
		*dash++ = '\0';
	if (str_to_int(copy, 0, UINT16_MAX, &first) < 0)
		return -EINVAL;
	last = first;
	if (dash && (str_to_int(dash, 0, UINT16_MAX, &last) < 0 || last < first))
		return -EINVAL;
	ret->first = (uint16_t)first;
	ret->last = (uint16_t)last;
	return 0;
}

static int
parse_protocol(const char *text, struct port *ret)
{
	static const char *const known[] = {"tcp", "udp", "sctp", NULL};

	for (size_t i = 0; known[i]; i++)
		if (str_ieq(text, known[i]))
			return str_format(ret->protocol, sizeof(ret->protocol), "%s", known[i]);
	return -EINVAL;
}

int
port_parse(const char *text, struct port *ret, struct error *e)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	struct port p = {.protocol = "tcp"};

	if (n == 0 || parse_range(text, n, &p) < 0)
		return invalid(e, text);
	if (slash && slash[1] && parse_protocol(slash + 1, &p) < 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid proto: %.200s", slash + 1);
	*ret = p;
	return 0;
}

void
port_format(const struct port *p, char out[PORT_TEXT_SIZE])
{
	if (p->first == p->last)
		snprintf(out, PORT_TEXT_SIZE, "%u/%s", p->first, p->protocol);
	else
		snprintf(out, PORT_TEXT_SIZE, "%u-%u/%s", p->first, p->last, p->protocol);
}

int
port_check_exposed(const struct json_map *exposed, struct error *e)
{
	for (size_t i = 0; i < exposed->n; i++) {
		struct port p;
		int r = port_parse(exposed->items[i].key, &p, e);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The Engine names what is before the slash in its message. */
static int
check_key(const char *key, struct error *e)
{
	size_t n = strcspn(key, "/");
	char port[64];
	struct port p;

	snprintf(port, sizeof(port), "%.*s", (int)(n < sizeof(port) ? n : sizeof(port) - 1), key);
	if (parse_range(key, n, &p) < 0 || p.first != p.last || strchr(port, '-'))
		return invalid(e, port);
	return port_parse(key, &p, e);
}

int
port_check_bindings(const struct json_map *bindings, struct error *e)
{
	for (size_t i = 0; i < bindings->n; i++) {
		const struct json_list *list = bindings->items[i].value;
		const struct port_binding *items = list ? list->items : NULL;
		int r = check_key(bindings->items[i].key, e);

		if (r < 0)
			return r;
		for (size_t j = 0; list && j < list->n; j++) {
			struct port p;

			if (!str_empty(items[j].host_port) &&
				port_parse(items[j].host_port, &p, NULL) < 0)
				return invalid(e, items[j].host_port);
		}
	}
	return 0;
}
