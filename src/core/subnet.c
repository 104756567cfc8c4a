#include "core/subnet.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define INVALID_CONFIG "invalid network config: "

int
ipv4_parse(const char *text, uint32_t *ret)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return -EINVAL;
	*ret = ntohl(address.s_addr);
	return 0;
}

void
ipv4_format(uint32_t address, char out[IPV4_TEXT_SIZE])
{
	snprintf(out, IPV4_TEXT_SIZE, "%u.%u.%u.%u", address >> 24, (address >> 16) & 0xff,
		(address >> 8) & 0xff, address & 0xff);
}

void
ipv4_mac(uint32_t address, char out[MAC_TEXT_SIZE])
{
	snprintf(out, MAC_TEXT_SIZE, "02:42:%02x:%02x:%02x:%02x", address >> 24,
		(address >> 16) & 0xff, (address >> 8) & 0xff, address & 0xff);
}

static uint32_t
mask_of(int length)
{
	return length ? UINT32_MAX << (32 - length) : 0;
}

/* Splits "address/length"; the address part fits any family. */
static int
split(const char *text, char *address, size_t size, int *ret_length)
{
	const char *slash = strchr(text, '/');

	if (!slash || str_format(address, size, "%.*s", (int)(slash - text), text) < 0)
		return -EINVAL;
	return str_to_int(slash + 1, 0, 128, ret_length);
}

/* As subnet_parse, but bits beyond the mask are kept. */
static int
parse_with_host(const char *text, struct subnet *ret)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr six;
	int length;

	if (split(text, address, sizeof(address), &length) < 0)
		return -EINVAL;
	if (inet_pton(AF_INET6, address, &six) == 1)
		return -EAFNOSUPPORT;
	if (length > 32 || ipv4_parse(address, &ret->address) < 0)
		return -EINVAL;
	ret->mask = mask_of(length);
	return 0;
}

int
subnet_parse(const char *text, struct subnet *ret)
{
	int r = parse_with_host(text, ret);

	return r < 0 ? r : ret->address & ~ret->mask ? -EINVAL : 0;
}

int
subnet_length(const struct subnet *s)
{
	return __builtin_popcount(s->mask);
}

void
subnet_format(const struct subnet *s, char out[SUBNET_TEXT_SIZE])
{
	char address[IPV4_TEXT_SIZE];

	ipv4_format(s->address, address);
	snprintf(out, SUBNET_TEXT_SIZE, "%s/%d", address, subnet_length(s));
}

bool
subnet_has(const struct subnet *s, uint32_t address)
{
	return (address & s->mask) == s->address;
}

bool
subnet_overlaps(const struct subnet *a, const struct subnet *b)
{
	return subnet_has(a, b->address) || subnet_has(b, a->address);
}

bool
subnet_is_host(const struct subnet *s, uint32_t address)
{
	return subnet_has(s, address) && address != s->address &&
	       address != (s->address | ~s->mask);
}

/* -- what the Engine says ---------------------------------------------------------------------------- */

static int
check_range(const char *range, const struct subnet *parent, struct error *e)
{
	char parent_text[SUBNET_TEXT_SIZE], masked[SUBNET_TEXT_SIZE];
	struct subnet s;
	int r;

	if (str_empty(range))
		return 0;
	subnet_format(parent, parent_text);
	r = parse_with_host(range, &s);
	if (r == -EAFNOSUPPORT)
		return error_set(e, ERROR_INVALID, r,
			INVALID_CONFIG "invalid ip-range %s: parent subnet is an IPv4 block",
			range);
	if (r < 0)
		return error_set(e, ERROR_INVALID, r,
			INVALID_CONFIG "invalid ip-range %s: invalid CIDR block notation", range);
	if (s.mask < parent->mask)
		return error_set(e, ERROR_INVALID, -EINVAL,
			INVALID_CONFIG
			"invalid ip-range %s: CIDR block is bigger than its parent subnet %s",
			range, parent_text);
	if (s.address & ~s.mask) {
		s.address &= s.mask;
		subnet_format(&s, masked);
		return error_set(e, ERROR_INVALID, -EINVAL,
			INVALID_CONFIG "invalid ip-range %s: it should be %s", range, masked);
	}
	if (!subnet_has(parent, s.address))
		return error_set(e, ERROR_INVALID, -EINVAL,
			INVALID_CONFIG
			"invalid ip-range %s: parent subnet %s doesn't contain ip-range",
			range, parent_text);
	return 0;
}

/* `what` is "gateway" or "auxiliary address", `label` what the Engine names it by. */
static int
check_address(const char *what, const char *label, const char *text, const struct subnet *parent,
	struct error *e)
{
	char parent_text[SUBNET_TEXT_SIZE];
	struct in6_addr six;
	uint32_t address;

	if (str_empty(text))
		return 0;
	if (inet_pton(AF_INET6, text, &six) == 1)
		return error_set(e, ERROR_INVALID, -EINVAL,
			INVALID_CONFIG "invalid %s %s: parent subnet is an IPv4 block", what,
			label);
	if (ipv4_parse(text, &address) < 0)
		return error_set(e, ERROR_INVALID, -EINVAL,
			INVALID_CONFIG "invalid %s %s: invalid address", what, label);
	subnet_format(parent, parent_text);
	if (!subnet_has(parent, address))
		return error_set(e, ERROR_INVALID, -EINVAL,
			INVALID_CONFIG
			"invalid %s %s: parent subnet %s doesn't contain this address",
			what, label, parent_text);
	return 0;
}

static int
check_pool(const struct ipam_pool *pool, struct error *e)
{
	const char *text = str_or(pool->subnet, "");
	struct subnet s;
	int r = parse_with_host(text, &s);

	if (r == -EAFNOSUPPORT)
		return 0;
	if (r < 0)
		return error_set(e, ERROR_INVALID, r,
			INVALID_CONFIG "invalid subnet %s: invalid CIDR block notation", text);
	if (s.address & ~s.mask) {
		char masked[SUBNET_TEXT_SIZE];

		s.address &= s.mask;
		subnet_format(&s, masked);
		return error_set(e, ERROR_INVALID, -EINVAL,
			INVALID_CONFIG "invalid subnet %s: it should be %s", text, masked);
	}
	r = check_range(pool->ip_range, &s, e);
	if (r >= 0)
		r = check_address("gateway", pool->gateway, pool->gateway, &s, e);
	for (size_t i = 0; r >= 0 && i < pool->auxiliary_addresses.n; i++) {
		const struct json_member *m = &pool->auxiliary_addresses.items[i];

		r = check_address("auxiliary address", m->key, m->value, &s, e);
	}
	return r;
}

int
subnet_check_ipam(const struct ipam *ipam, struct error *e)
{
	const struct ipam_pool *pools = ipam->config.items;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ipam->config.n; i++)
		r = check_pool(&pools[i], e);
	return r;
}
