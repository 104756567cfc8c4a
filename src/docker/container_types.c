#include "docker/container_types.h"

#define T struct container_create_request
static const struct json_field container_create_request_fields[] = {
	JSON_FIELDS_OF(T, config, container_config_type),
	JSON_FIELD_OF(T, "HostConfig", JSON_OBJECT_PTR, host_config, 0, host_config_type),
	JSON_FIELD_OF(T, "NetworkingConfig", JSON_OBJECT_PTR, networking_config, 0,
		networking_config_type),
	JSON_END,
};
#undef T
const struct json_type container_create_request_type = {"ContainerCreateRequest",
	sizeof(struct container_create_request), container_create_request_fields};

#define T struct container_create_answer
static const struct json_field container_create_answer_fields[] = {
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "Warnings", JSON_STRINGS, warnings, JSON_EMPTY_LIST),
	JSON_END,
};
#undef T
const struct json_type container_create_answer_type = {"ContainerCreateResponse",
	sizeof(struct container_create_answer), container_create_answer_fields};

#define T struct health_result
static const struct json_field health_result_fields[] = {
	JSON_FIELD(T, "Start", JSON_TIME, start, 0),
	JSON_FIELD(T, "End", JSON_TIME, end, 0),
	JSON_FIELD(T, "ExitCode", JSON_INT, exit_code, 0),
	JSON_FIELD(T, "Output", JSON_STRING, output, 0),
	JSON_END,
};
#undef T
const struct json_type health_result_type = {
	"HealthcheckResult", sizeof(struct health_result), health_result_fields};

#define T struct container_health
static const struct json_field container_health_fields[] = {
	JSON_FIELD(T, "Status", JSON_STRING, status, 0),
	JSON_FIELD(T, "FailingStreak", JSON_INT, failing_streak, 0),
	JSON_FIELD_OF(T, "Log", JSON_LIST, log, 0, health_result_type),
	JSON_END,
};
#undef T
const struct json_type container_health_type = {
	"Health", sizeof(struct container_health), container_health_fields};

#define T struct container_state_answer
static const struct json_field container_state_answer_fields[] = {
	JSON_FIELD(T, "Status", JSON_STRING, status, 0),
	JSON_FIELD(T, "Running", JSON_BOOL, running, 0),
	JSON_FIELD(T, "Paused", JSON_BOOL, paused, 0),
	JSON_FIELD(T, "Restarting", JSON_BOOL, restarting, 0),
	JSON_FIELD(T, "OOMKilled", JSON_BOOL, oom_killed, 0),
	JSON_FIELD(T, "Dead", JSON_BOOL, dead, 0),
	JSON_FIELD(T, "Pid", JSON_INT, pid, 0),
	JSON_FIELD(T, "ExitCode", JSON_INT, exit_code, 0),
	JSON_FIELD(T, "Error", JSON_STRING, error, 0),
	JSON_FIELD(T, "StartedAt", JSON_TIME, started_at, 0),
	JSON_FIELD(T, "FinishedAt", JSON_TIME, finished_at, 0),
	JSON_FIELD_OF(T, "Health", JSON_OBJECT_PTR, health, JSON_OMIT_EMPTY, container_health_type),
	JSON_END,
};
#undef T
const struct json_type container_state_answer_type = {
	"ContainerState", sizeof(struct container_state_answer), container_state_answer_fields};

#define T struct graph_driver
static const struct json_field graph_driver_fields[] = {
	JSON_FIELD(T, "Data", JSON_STRING_MAP, data, 0),
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_END,
};
#undef T
const struct json_type graph_driver_type = {
	"DriverData", sizeof(struct graph_driver), graph_driver_fields};

#define T struct mount_point
static const struct json_field mount_point_fields[] = {
	JSON_FIELD(T, "Type", JSON_STRING, type, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Name", JSON_STRING, name, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Source", JSON_STRING, source, 0),
	JSON_FIELD(T, "Destination", JSON_STRING, destination, 0),
	JSON_FIELD(T, "Driver", JSON_STRING, driver, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Mode", JSON_STRING, mode, 0),
	JSON_FIELD(T, "RW", JSON_BOOL, rw, 0),
	JSON_FIELD(T, "Propagation", JSON_STRING, propagation, 0),
	JSON_END,
};
#undef T
const struct json_type mount_point_type = {
	"MountPoint", sizeof(struct mount_point), mount_point_fields};

#define T struct network_address
static const struct json_field network_address_fields[] = {
	JSON_FIELD(T, "Addr", JSON_STRING, addr, 0),
	JSON_FIELD(T, "PrefixLen", JSON_INT, prefix_len, 0),
	JSON_END,
};
#undef T
const struct json_type network_address_type = {
	"Address", sizeof(struct network_address), network_address_fields};

#define T struct network_settings
static const struct json_field network_settings_fields[] = {
	JSON_FIELD(T, "Bridge", JSON_STRING, bridge, 0),
	JSON_FIELD(T, "SandboxID", JSON_STRING, sandbox_id, 0),
	JSON_FIELD(T, "SandboxKey", JSON_STRING, sandbox_key, 0),
	JSON_FIELD_OF(T, "Ports", JSON_LIST_MAP, ports, JSON_EMPTY_LIST, port_binding_type),
	JSON_FIELD(T, "HairpinMode", JSON_BOOL, hairpin_mode, 0),
	JSON_FIELD(T, "LinkLocalIPv6Address", JSON_STRING, link_local_ipv6_address, 0),
	JSON_FIELD(T, "LinkLocalIPv6PrefixLen", JSON_INT, link_local_ipv6_prefix_len, 0),
	JSON_FIELD_OF(T, "SecondaryIPAddresses", JSON_LIST, secondary_ip_addresses, 0,
		network_address_type),
	JSON_FIELD_OF(T, "SecondaryIPv6Addresses", JSON_LIST, secondary_ipv6_addresses, 0,
		network_address_type),
	JSON_FIELD(T, "EndpointID", JSON_STRING, endpoint_id, 0),
	JSON_FIELD(T, "Gateway", JSON_STRING, gateway, 0),
	JSON_FIELD(T, "GlobalIPv6Address", JSON_STRING, global_ipv6_address, 0),
	JSON_FIELD(T, "GlobalIPv6PrefixLen", JSON_INT, global_ipv6_prefix_len, 0),
	JSON_FIELD(T, "IPAddress", JSON_STRING, ip_address, 0),
	JSON_FIELD(T, "IPPrefixLen", JSON_INT, ip_prefix_len, 0),
	JSON_FIELD(T, "IPv6Gateway", JSON_STRING, ipv6_gateway, 0),
	JSON_FIELD(T, "MacAddress", JSON_STRING, mac_address, 0),
	JSON_FIELD_OF(
		T, "Networks", JSON_OBJECT_MAP, networks, JSON_EMPTY_LIST, endpoint_settings_type),
	JSON_END,
};
#undef T
const struct json_type network_settings_type = {
	"NetworkSettings", sizeof(struct network_settings), network_settings_fields};

#define T struct container_inspect
static const struct json_field container_inspect_fields[] = {
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "Created", JSON_TIME, created, 0),
	JSON_FIELD(T, "Path", JSON_STRING, path, 0),
	JSON_FIELD(T, "Args", JSON_STRINGS, args, JSON_EMPTY_LIST),
	JSON_FIELD_OF(T, "State", JSON_OBJECT, state, 0, container_state_answer_type),
	JSON_FIELD(T, "Image", JSON_STRING, image, 0),
	JSON_FIELD(T, "ResolvConfPath", JSON_STRING, resolv_conf_path, 0),
	JSON_FIELD(T, "HostnamePath", JSON_STRING, hostname_path, 0),
	JSON_FIELD(T, "HostsPath", JSON_STRING, hosts_path, 0),
	JSON_FIELD(T, "LogPath", JSON_STRING, log_path, 0),
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "RestartCount", JSON_INT, restart_count, 0),
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "Platform", JSON_STRING, platform, 0),
	JSON_FIELD(T, "MountLabel", JSON_STRING, mount_label, 0),
	JSON_FIELD(T, "ProcessLabel", JSON_STRING, process_label, 0),
	JSON_FIELD(T, "AppArmorProfile", JSON_STRING, app_armor_profile, 0),
	JSON_FIELD(T, "ExecIDs", JSON_STRINGS, exec_ids, 0),
	JSON_FIELD_OF(T, "HostConfig", JSON_OBJECT_PTR, host_config, 0, host_config_type),
	JSON_FIELD_OF(T, "GraphDriver", JSON_OBJECT, graph_driver, 0, graph_driver_type),
	JSON_FIELD(T, "SizeRw", JSON_INT_PTR, size_rw, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "SizeRootFs", JSON_INT_PTR, size_root_fs, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "Mounts", JSON_LIST, mounts, JSON_EMPTY_LIST, mount_point_type),
	JSON_FIELD_OF(T, "Config", JSON_OBJECT_PTR, config, 0, container_config_type),
	JSON_FIELD_OF(
		T, "NetworkSettings", JSON_OBJECT, network_settings, 0, network_settings_type),
	JSON_END,
};
#undef T
const struct json_type container_inspect_type = {
	"ContainerInspectResponse", sizeof(struct container_inspect), container_inspect_fields};

#define T struct port_summary
static const struct json_field port_summary_fields[] = {
	JSON_FIELD(T, "IP", JSON_STRING, ip, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "PrivatePort", JSON_INT, private_port, 0),
	JSON_FIELD(T, "PublicPort", JSON_INT, public_port, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Type", JSON_STRING, type, 0),
	JSON_END,
};
#undef T
const struct json_type port_summary_type = {
	"Port", sizeof(struct port_summary), port_summary_fields};

#define T struct summary_host_config
static const struct json_field summary_host_config_fields[] = {
	JSON_FIELD(T, "NetworkMode", JSON_STRING, network_mode, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type summary_host_config_type = {
	"SummaryHostConfig", sizeof(struct summary_host_config), summary_host_config_fields};

#define T struct summary_networks
static const struct json_field summary_networks_fields[] = {
	JSON_FIELD_OF(T, "Networks", JSON_OBJECT_MAP, networks, 0, endpoint_settings_type),
	JSON_END,
};
#undef T
const struct json_type summary_networks_type = {
	"SummaryNetworkSettings", sizeof(struct summary_networks), summary_networks_fields};

#define T struct container_summary
static const struct json_field container_summary_fields[] = {
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_FIELD(T, "Names", JSON_STRINGS, names, 0),
	JSON_FIELD(T, "Image", JSON_STRING, image, 0),
	JSON_FIELD(T, "ImageID", JSON_STRING, image_id, 0),
	JSON_FIELD(T, "Command", JSON_STRING, command, 0),
	JSON_FIELD(T, "Created", JSON_INT, created, 0),
	JSON_FIELD_OF(T, "Ports", JSON_LIST, ports, JSON_EMPTY_LIST, port_summary_type),
	JSON_FIELD(T, "SizeRw", JSON_INT, size_rw, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "SizeRootFs", JSON_INT, size_root_fs, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, JSON_EMPTY_LIST),
	JSON_FIELD(T, "State", JSON_STRING, state, 0),
	JSON_FIELD(T, "Status", JSON_STRING, status, 0),
	JSON_FIELD_OF(T, "HostConfig", JSON_OBJECT, host_config, 0, summary_host_config_type),
	JSON_FIELD_OF(
		T, "NetworkSettings", JSON_OBJECT, network_settings, 0, summary_networks_type),
	JSON_FIELD_OF(T, "Mounts", JSON_LIST, mounts, JSON_EMPTY_LIST, mount_point_type),
	JSON_END,
};
#undef T
const struct json_type container_summary_type = {
	"ContainerSummary", sizeof(struct container_summary), container_summary_fields};

#define T struct wait_error
static const struct json_field wait_error_fields[] = {
	JSON_FIELD(T, "Message", JSON_STRING, message, 0),
	JSON_END,
};
#undef T
const struct json_type wait_error_type = {
	"WaitError", sizeof(struct wait_error), wait_error_fields};

#define T struct wait_answer
static const struct json_field wait_answer_fields[] = {
	JSON_FIELD(T, "StatusCode", JSON_INT, status_code, 0),
	JSON_FIELD_OF(T, "Error", JSON_OBJECT_PTR, error, JSON_OMIT_EMPTY, wait_error_type),
	JSON_END,
};
#undef T
const struct json_type wait_answer_type = {
	"ContainerWaitResponse", sizeof(struct wait_answer), wait_answer_fields};

#define T struct top_answer
static const struct json_field top_answer_fields[] = {
	JSON_FIELD(T, "Processes", JSON_STRING_ROWS, processes, 0),
	JSON_FIELD(T, "Titles", JSON_STRINGS, titles, 0),
	JSON_END,
};
#undef T
const struct json_type top_answer_type = {
	"ContainerTopResponse", sizeof(struct top_answer), top_answer_fields};

#define T struct container_update_request
static const struct json_field container_update_request_fields[] = {
	JSON_FIELDS_OF(T, resources, resources_type),
	JSON_FIELD_OF(T, "RestartPolicy", JSON_OBJECT, restart_policy, 0, restart_policy_type),
	JSON_END,
};
#undef T
const struct json_type container_update_request_type = {"ContainerUpdateRequest",
	sizeof(struct container_update_request), container_update_request_fields};

#define T struct container_update_answer
static const struct json_field container_update_answer_fields[] = {
	JSON_FIELD(T, "Warnings", JSON_STRINGS, warnings, 0),
	JSON_END,
};
#undef T
const struct json_type container_update_answer_type = {"ContainerUpdateResponse",
	sizeof(struct container_update_answer), container_update_answer_fields};

#define T struct container_prune_answer
static const struct json_field container_prune_answer_fields[] = {
	JSON_FIELD(T, "ContainersDeleted", JSON_STRINGS, containers_deleted, 0),
	JSON_FIELD(T, "SpaceReclaimed", JSON_INT, space_reclaimed, 0),
	JSON_END,
};
#undef T
const struct json_type container_prune_answer_type = {"ContainerPruneResponse",
	sizeof(struct container_prune_answer), container_prune_answer_fields};

#define T struct change_item
static const struct json_field change_item_fields[] = {
	JSON_FIELD(T, "Path", JSON_STRING, path, 0),
	JSON_FIELD(T, "Kind", JSON_INT, kind, 0),
	JSON_END,
};
#undef T
const struct json_type change_item_type = {
	"FilesystemChange", sizeof(struct change_item), change_item_fields};

#define T struct container_path_stat
static const struct json_field container_path_stat_fields[] = {
	JSON_FIELD(T, "name", JSON_STRING, name, 0),
	JSON_FIELD(T, "size", JSON_INT, size, 0),
	JSON_FIELD(T, "mode", JSON_UINT, mode, 0),
	JSON_FIELD(T, "mtime", JSON_TIME, mtime, 0),
	JSON_FIELD(T, "linkTarget", JSON_STRING, link_target, 0),
	JSON_END,
};
#undef T
const struct json_type container_path_stat_type = {
	"ContainerPathStat", sizeof(struct container_path_stat), container_path_stat_fields};
