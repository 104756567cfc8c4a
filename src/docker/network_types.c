#include "docker/network_types.h"

#define T struct endpoint_ipam_config
static const struct json_field endpoint_ipam_config_fields[] = {
	JSON_FIELD(T, "IPv4Address", JSON_STRING, ipv4_address, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "IPv6Address", JSON_STRING, ipv6_address, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "LinkLocalIPs", JSON_STRINGS, link_local_ips, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type endpoint_ipam_config_type = {
	"EndpointIPAMConfig", sizeof(struct endpoint_ipam_config), endpoint_ipam_config_fields};

#define T struct endpoint_settings
static const struct json_field endpoint_settings_fields[] = {
	JSON_FIELD_OF(T, "IPAMConfig", JSON_OBJECT_PTR, ipam_config, 0, endpoint_ipam_config_type),
	JSON_FIELD(T, "Links", JSON_STRINGS, links, 0),
	JSON_FIELD(T, "Aliases", JSON_STRINGS, aliases, 0),
	JSON_FIELD(T, "MacAddress", JSON_STRING, mac_address, 0),
	JSON_FIELD(T, "NetworkID", JSON_STRING, network_id, 0),
	JSON_FIELD(T, "EndpointID", JSON_STRING, endpoint_id, 0),
	JSON_FIELD(T, "Gateway", JSON_STRING, gateway, 0),
	JSON_FIELD(T, "IPAddress", JSON_STRING, ip_address, 0),
	JSON_FIELD(T, "IPPrefixLen", JSON_INT, ip_prefix_len, 0),
	JSON_FIELD(T, "IPv6Gateway", JSON_STRING, ipv6_gateway, 0),
	JSON_FIELD(T, "GlobalIPv6Address", JSON_STRING, global_ipv6_address, 0),
	JSON_FIELD(T, "GlobalIPv6PrefixLen", JSON_INT, global_ipv6_prefix_len, 0),
	JSON_FIELD(T, "DriverOpts", JSON_STRING_MAP, driver_opts, 0),
	JSON_FIELD_SINCE(T, "DNSNames", JSON_STRINGS, dns_names, 0, 144, 0),
	JSON_END,
};
#undef T
const struct json_type endpoint_settings_type = {
	"EndpointSettings", sizeof(struct endpoint_settings), endpoint_settings_fields};

#define T struct networking_config
static const struct json_field networking_config_fields[] = {
	JSON_FIELD_OF(
		T, "EndpointsConfig", JSON_OBJECT_MAP, endpoints_config, 0, endpoint_settings_type),
	JSON_END,
};
#undef T
const struct json_type networking_config_type = {
	"NetworkingConfig", sizeof(struct networking_config), networking_config_fields};

#define T struct ipam_pool
static const struct json_field ipam_pool_fields[] = {
	JSON_FIELD(T, "Subnet", JSON_STRING, subnet, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "IPRange", JSON_STRING, ip_range, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Gateway", JSON_STRING, gateway, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "AuxiliaryAddresses", JSON_STRING_MAP, auxiliary_addresses, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type ipam_pool_type = {"IPAMConfig", sizeof(struct ipam_pool), ipam_pool_fields};

#define T struct ipam
static const struct json_field ipam_fields[] = {
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "Options", JSON_STRING_MAP, options, 0),
	JSON_FIELD_OF(T, "Config", JSON_LIST, config, 0, ipam_pool_type),
	JSON_END,
};
#undef T
const struct json_type ipam_type = {"IPAM", sizeof(struct ipam), ipam_fields};

#define T struct config_reference
static const struct json_field config_reference_fields[] = {
	JSON_FIELD(T, "Network", JSON_STRING, network, 0),
	JSON_END,
};
#undef T
const struct json_type config_reference_type = {
	"ConfigReference", sizeof(struct config_reference), config_reference_fields};

#define T struct endpoint_resource
static const struct json_field endpoint_resource_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "EndpointID", JSON_STRING, endpoint_id, 0),
	JSON_FIELD(T, "MacAddress", JSON_STRING, mac_address, 0),
	JSON_FIELD(T, "IPv4Address", JSON_STRING, ipv4_address, 0),
	JSON_FIELD(T, "IPv6Address", JSON_STRING, ipv6_address, 0),
	JSON_END,
};
#undef T
const struct json_type endpoint_resource_type = {
	"EndpointResource", sizeof(struct endpoint_resource), endpoint_resource_fields};

#define T struct network_resource
static const struct json_field network_resource_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "Created", JSON_TIME, created, 0),
	JSON_FIELD(T, "Scope", JSON_STRING, scope, 0),
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "EnableIPv6", JSON_BOOL, enable_ipv6, 0),
	JSON_FIELD_OF(T, "IPAM", JSON_OBJECT, ipam, 0, ipam_type),
	JSON_FIELD(T, "Internal", JSON_BOOL, internal, 0),
	JSON_FIELD(T, "Attachable", JSON_BOOL, attachable, 0),
	JSON_FIELD(T, "Ingress", JSON_BOOL, ingress, 0),
	JSON_FIELD_OF(T, "ConfigFrom", JSON_OBJECT, config_from, 0, config_reference_type),
	JSON_FIELD(T, "ConfigOnly", JSON_BOOL, config_only, 0),
	JSON_FIELD_OF(T, "Containers", JSON_OBJECT_MAP, containers, JSON_EMPTY_LIST,
		endpoint_resource_type),
	JSON_FIELD(T, "Options", JSON_STRING_MAP, options, JSON_EMPTY_LIST),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, JSON_EMPTY_LIST),
	JSON_END,
};
#undef T
const struct json_type network_resource_type = {
	"Network", sizeof(struct network_resource), network_resource_fields};

#define T struct network_create_request
static const struct json_field network_create_request_fields[] = {
	JSON_FIELD(T, "CheckDuplicate", JSON_BOOL, check_duplicate, 0),
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "Scope", JSON_STRING, scope, 0),
	JSON_FIELD(T, "EnableIPv6", JSON_BOOL, enable_ipv6, 0),
	JSON_FIELD_OF(T, "IPAM", JSON_OBJECT_PTR, ipam, 0, ipam_type),
	JSON_FIELD(T, "Internal", JSON_BOOL, internal, 0),
	JSON_FIELD(T, "Attachable", JSON_BOOL, attachable, 0),
	JSON_FIELD(T, "Ingress", JSON_BOOL, ingress, 0),
	JSON_FIELD(T, "ConfigOnly", JSON_BOOL, config_only, 0),
	JSON_FIELD_OF(T, "ConfigFrom", JSON_OBJECT_PTR, config_from, 0, config_reference_type),
	JSON_FIELD(T, "Options", JSON_STRING_MAP, options, 0),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, 0),
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_END,
};
#undef T
const struct json_type network_create_request_type = {"NetworkCreateRequest",
	sizeof(struct network_create_request), network_create_request_fields};

#define T struct network_create_answer
static const struct json_field network_create_answer_fields[] = {
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "Warning", JSON_STRING, warning, 0),
	JSON_END,
};
#undef T
const struct json_type network_create_answer_type = {"NetworkCreateResponse",
	sizeof(struct network_create_answer), network_create_answer_fields};

#define T struct network_connect_request
static const struct json_field network_connect_request_fields[] = {
	JSON_FIELD(T, "Container", JSON_STRING, container, 0),
	JSON_FIELD_OF(T, "EndpointConfig", JSON_OBJECT_PTR, endpoint_config, JSON_OMIT_EMPTY,
		endpoint_settings_type),
	JSON_END,
};
#undef T
const struct json_type network_connect_request_type = {"NetworkConnectRequest",
	sizeof(struct network_connect_request), network_connect_request_fields};

#define T struct network_disconnect_request
static const struct json_field network_disconnect_request_fields[] = {
	JSON_FIELD(T, "Container", JSON_STRING, container, 0),
	JSON_FIELD(T, "Force", JSON_BOOL, force, 0),
	JSON_END,
};
#undef T
const struct json_type network_disconnect_request_type = {"NetworkDisconnectRequest",
	sizeof(struct network_disconnect_request), network_disconnect_request_fields};

#define T struct network_prune_answer
static const struct json_field network_prune_answer_fields[] = {
	JSON_FIELD(T, "NetworksDeleted", JSON_STRINGS, networks_deleted, 0),
	JSON_END,
};
#undef T
const struct json_type network_prune_answer_type = {
	"NetworkPruneResponse", sizeof(struct network_prune_answer), network_prune_answer_fields};
