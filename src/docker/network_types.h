/*
 * network_types.h: networks and the endpoints that containers have in them (Docker Engine API v1.44, tag Network and
 * schemas EndpointSettings, EndpointIPAMConfig, IPAM).
 */
#pragma once

#include "json/field.h"

struct endpoint_ipam_config {
	char *ipv4_address;
	char *ipv6_address;
	char **link_local_ips;
};
extern const struct json_type endpoint_ipam_config_type;

struct endpoint_settings {
	struct endpoint_ipam_config *ipam_config;
	char **links;
	char **aliases;
	char *mac_address;
	char *network_id;
	char *endpoint_id;
	char *gateway;
	char *ip_address;
	int64_t ip_prefix_len;
	char *ipv6_gateway;
	char *global_ipv6_address;
	int64_t global_ipv6_prefix_len;
	struct json_map driver_opts;
	char **dns_names;
};
extern const struct json_type endpoint_settings_type;

struct networking_config {
	struct json_map
		endpoints_config; /* of struct endpoint_settings (NULL: defaults), by network name */
};
extern const struct json_type networking_config_type;

struct ipam_pool {
	char *subnet;
	char *ip_range;
	char *gateway;
	struct json_map auxiliary_addresses;
};
extern const struct json_type ipam_pool_type;

struct ipam {
	char *driver;
	struct json_map options;
	struct json_list config; /* of struct ipam_pool */
};
extern const struct json_type ipam_type;

struct config_reference {
	char *network;
};
extern const struct json_type config_reference_type;

struct endpoint_resource {
	char *name;
	char *endpoint_id;
	char *mac_address;
	char *ipv4_address; /* "172.17.0.2/16" */
	char *ipv6_address;
};
extern const struct json_type endpoint_resource_type;

/* GET /networks, GET /networks/{id} */
struct network_resource {
	char *name;
	char *id;
	int64_t created;
	char *scope;
	char *driver;
	bool enable_ipv6;
	struct ipam ipam;
	bool internal;
	bool attachable;
	bool ingress;
	struct config_reference config_from;
	bool config_only;
	struct json_map containers; /* of struct endpoint_resource, by container id */
	struct json_map options;
	struct json_map labels;
};
extern const struct json_type network_resource_type;

/* POST /networks/create */
struct network_create_request {
	bool check_duplicate;
	char *driver;
	char *scope;
	bool enable_ipv6;
	struct ipam *ipam;
	bool internal;
	bool attachable;
	bool ingress;
	bool config_only;
	struct config_reference *config_from;
	struct json_map options;
	struct json_map labels;
	char *name;
};
extern const struct json_type network_create_request_type;

struct network_create_answer {
	char *id;
	char *warning;
};
extern const struct json_type network_create_answer_type;

/* POST /networks/{id}/connect */
struct network_connect_request {
	char *container;
	struct endpoint_settings *endpoint_config;
};
extern const struct json_type network_connect_request_type;

/* POST /networks/{id}/disconnect */
struct network_disconnect_request {
	char *container;
	bool force;
};
extern const struct json_type network_disconnect_request_type;

/* POST /networks/prune */
struct network_prune_answer {
	char **networks_deleted;
};
extern const struct json_type network_prune_answer_type;
