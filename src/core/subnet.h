/*
 * subnet.h: IPv4 addresses and subnets as numbers and as text, and what the Engine says about the
 * subnets of a request. No state, no I/O.
 */
#pragma once

#include "base/error.h"
#include "docker/network_types.h"

#include <stdbool.h>
#include <stdint.h>

/* Host order. Nothing in `address` lies outside the mask. */
struct subnet {
	uint32_t address, mask;
};

#define IPV4_TEXT_SIZE 16
#define SUBNET_TEXT_SIZE 19
#define MAC_TEXT_SIZE 18

int ipv4_parse(const char *text, uint32_t *ret); /* -EINVAL */
void ipv4_format(uint32_t address, char out[IPV4_TEXT_SIZE]);
/* The hardware address that belongs to an address: 02:42 and its four bytes, as the Engine's. */
void ipv4_mac(uint32_t address, char out[MAC_TEXT_SIZE]);

/* "10.0.0.0/24": -EINVAL, or -EAFNOSUPPORT for an IPv6 subnet. */
int subnet_parse(const char *text, struct subnet *ret);
void subnet_format(const struct subnet *s, char out[SUBNET_TEXT_SIZE]);
int subnet_length(const struct subnet *s); /* 24 */
bool subnet_has(const struct subnet *s, uint32_t address);
bool subnet_overlaps(const struct subnet *a, const struct subnet *b);
/* Neither the subnet's own address nor its broadcast address. */
bool subnet_is_host(const struct subnet *s, uint32_t address);

/* Whether the pools make sense in themselves. IPv6 pools are passed over. */
int subnet_check_ipam(const struct ipam *ipam, struct error *e);
