#include "daemon/options.h"

#include "base/alloc.h"
#include "daemon/tls.h"

static const struct option_spec shared[] = {
	{"insecure", "SOCKERLESS_INSECURE", NULL, "false",
		"allow plain TCP, without TLS, on addresses that are not loopback", false},
	{"log-level", "SOCKERLESS_LOG_LEVEL", "LEVEL", "info", "debug, info, warn or error", false},
	{"log-format", "SOCKERLESS_LOG_FORMAT", "FORMAT", "text", "text or json", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

/* Appends to a table that ends with an empty entry. */
static struct option_spec *
append(struct option_spec *all, size_t *n, const struct option_spec *specs)
{
	for (; specs->flag; specs++) {
		all = xrealloc(all, (*n + 2) * sizeof(*all));
		all[(*n)++] = *specs;
		all[*n] = (struct option_spec){0};
	}
	return all;
}

struct option_spec *
daemon_options(const struct option_spec *const *own, const char *address)
{
	const struct option_spec first[] = {
		{"addr", "SOCKERLESS_ADDR", "ADDR", address,
			"listen on unix:///path, tcp://host:port or :port; may be repeated", true},
		{NULL, NULL, NULL, NULL, NULL, false},
	};
	size_t n = 0;
	struct option_spec *all = append(NULL, &n, first);

	for (; *own; own++)
		all = append(all, &n, *own);
	all = append(all, &n, daemon_tls_options);
	return append(all, &n, shared);
}
