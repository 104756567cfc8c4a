#include "core/subnet.h"

#include "base/str.h"
#include "world.h"

#include <errno.h>

static struct subnet
parsed(const char *text)
{
	struct subnet s;

	ASSERT_OK(subnet_parse(text, &s));
	return s;
}

TEST(subnet_text_round_trip)
{
	static const char *const texts[] = {
		"10.0.0.0/8", "172.17.0.0/16", "192.168.1.4/30", "0.0.0.0/0", "1.2.3.4/32"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct subnet s = parsed(texts[i]);
		char text[SUBNET_TEXT_SIZE];

		subnet_format(&s, text);
		ASSERT_STR(text, texts[i]);
	}
}

TEST(subnet_longest_text_fits)
{
	struct subnet s = {0xffffff00, 0xffffff00};
	char text[SUBNET_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	subnet_format(&s, text);
	ASSERT_STR(text, "255.255.255.0/24");
	ipv4_mac(0x0a4d0002, mac);
	ASSERT_STR(mac, "02:42:0a:4d:00:02");
}

TEST(subnet_nonsense)
{
	static const char *const texts[] = {"", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33",
		"10.0.0.0/-1", "10.0.0.1/24", "10.0.0/24", "10.0.0.0/24 ", "x/24", "10.0.0.0/8/8"};
	struct subnet s;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (subnet_parse(texts[i], &s) != -EINVAL)
			test_fail(__FILE__, __LINE__, "\"%s\" was taken for a subnet", texts[i]);
	}
	ASSERT_EQ(subnet_parse("fd00::/64", &s), -EAFNOSUPPORT);
}

TEST(subnet_overlap_and_hosts)
{
	struct subnet wide = parsed("10.0.0.0/8"), narrow = parsed("10.1.2.0/24"),
		      other = parsed("10.1.3.0/24");

	ASSERT(subnet_overlaps(&wide, &narrow) && subnet_overlaps(&narrow, &wide));
	ASSERT(!subnet_overlaps(&narrow, &other));
	ASSERT(subnet_is_host(&narrow, 0x0a010201) && subnet_is_host(&narrow, 0x0a0102fe));
	ASSERT(!subnet_is_host(&narrow, 0x0a010200) && !subnet_is_host(&narrow, 0x0a0102ff));
	ASSERT(!subnet_is_host(&narrow, 0x0a010301));
}

static int
check(const char *subnet, const char *range, const char *gateway, const char *reserved,
	struct error *e)
{
	struct json_member member = {TEXT("router"), TEXT(reserved)};
	struct ipam_pool pool = {
		.subnet = TEXT(subnet), .ip_range = TEXT(range), .gateway = TEXT(gateway)};
	struct ipam ipam = {.config = {.items = &pool, .n = 1}};

	if (reserved)
		pool.auxiliary_addresses = (struct json_map){.items = &member, .n = 1};
	return subnet_check_ipam(&ipam, e);
}

TEST(subnet_pools_that_make_sense)
{
	ASSERT_OK(check("10.0.0.0/24", NULL, NULL, NULL, NULL));
	ASSERT_OK(check("10.0.0.0/24", "10.0.0.128/25", "10.0.0.254", "10.0.0.3", NULL));
	ASSERT_OK(check("fd00::/64", NULL, NULL, NULL, NULL));
}

#define REFUSED(subnet, range, gateway, reserved, text)                                     \
	ASSERT_REFUSED(check(subnet, range, gateway, reserved, &e), -EINVAL, ERROR_INVALID, \
		"invalid network config: " text)

TEST(subnet_pools_that_do_not)
{
	REFUSED("nonsense", NULL, NULL, NULL,
		"invalid subnet nonsense: invalid CIDR block notation");
	REFUSED(NULL, NULL, NULL, NULL, "invalid subnet : invalid CIDR block notation");
	REFUSED("10.0.0.7/24", NULL, NULL, NULL,
		"invalid subnet 10.0.0.7/24: it should be 10.0.0.0/24");
	REFUSED("10.0.0.0/24", "10.0.0.0/16", NULL, NULL,
		"invalid ip-range 10.0.0.0/16: CIDR block is bigger than its parent subnet "
		"10.0.0.0/24");
	REFUSED("10.0.0.0/24", "10.0.1.0/25", NULL, NULL,
		"invalid ip-range 10.0.1.0/25: parent subnet 10.0.0.0/24 doesn't contain ip-range");
	REFUSED("10.0.0.0/24", "10.0.0.3/25", NULL, NULL,
		"invalid ip-range 10.0.0.3/25: it should be 10.0.0.0/25");
	REFUSED("10.0.0.0/24", "x", NULL, NULL, "invalid ip-range x: invalid CIDR block notation");
	REFUSED("10.0.0.0/24", NULL, "10.0.1.1", NULL,
		"invalid gateway 10.0.1.1: parent subnet 10.0.0.0/24 doesn't contain this address");
	REFUSED("10.0.0.0/24", NULL, "x", NULL, "invalid gateway x: invalid address");
	REFUSED("10.0.0.0/24", NULL, NULL, "10.1.0.1",
		"invalid auxiliary address router: parent subnet 10.0.0.0/24 doesn't contain this "
		"address");
	REFUSED("10.0.0.0/24", NULL, "fd00::1", NULL,
		"invalid gateway fd00::1: parent subnet is an IPv4 block");
}

TEST(subnet_range_of_another_family)
{
	ASSERT_REFUSED(check("10.0.0.0/24", "fd00::/64", NULL, NULL, &e), -EAFNOSUPPORT,
		ERROR_INVALID,
		"invalid network config: invalid ip-range fd00::/64: parent subnet is an IPv4 "
		"block");
}
