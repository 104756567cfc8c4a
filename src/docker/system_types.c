#include "docker/system_types.h"

#define T struct version_platform
static const struct json_field version_platform_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_END,
};
#undef T
const struct json_type version_platform_type = {
	"Platform", sizeof(struct version_platform), version_platform_fields};

#define T struct version_component
static const struct json_field version_component_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "Version", JSON_STRING, version, 0),
	JSON_FIELD(T, "Details", JSON_STRING_MAP, details, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type version_component_type = {
	"Component", sizeof(struct version_component), version_component_fields};

#define T struct version_answer
static const struct json_field version_answer_fields[] = {
	JSON_FIELD_OF(T, "Platform", JSON_OBJECT, platform, 0, version_platform_type),
	JSON_FIELD_OF(
		T, "Components", JSON_LIST, components, JSON_OMIT_EMPTY, version_component_type),
	JSON_FIELD(T, "Version", JSON_STRING, version, 0),
	JSON_FIELD(T, "ApiVersion", JSON_STRING, api_version, 0),
	JSON_FIELD(T, "MinAPIVersion", JSON_STRING, min_api_version, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "GitCommit", JSON_STRING, git_commit, 0),
	JSON_FIELD(T, "GoVersion", JSON_STRING, go_version, 0),
	JSON_FIELD(T, "Os", JSON_STRING, os, 0),
	JSON_FIELD(T, "Arch", JSON_STRING, arch, 0),
	JSON_FIELD(T, "KernelVersion", JSON_STRING, kernel_version, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Experimental", JSON_BOOL, experimental, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "BuildTime", JSON_STRING, build_time, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type version_answer_type = {
	"SystemVersion", sizeof(struct version_answer), version_answer_fields};

#define T struct info_plugins
static const struct json_field info_plugins_fields[] = {
	JSON_FIELD(T, "Volume", JSON_STRINGS, volume, 0),
	JSON_FIELD(T, "Network", JSON_STRINGS, network, 0),
	JSON_FIELD(T, "Authorization", JSON_STRINGS, authorization, 0),
	JSON_FIELD(T, "Log", JSON_STRINGS, log, 0),
	JSON_END,
};
#undef T
const struct json_type info_plugins_type = {
	"PluginsInfo", sizeof(struct info_plugins), info_plugins_fields};

#define T struct index_info
static const struct json_field index_info_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "Mirrors", JSON_STRINGS, mirrors, JSON_EMPTY_LIST),
	JSON_FIELD(T, "Secure", JSON_BOOL, secure, 0),
	JSON_FIELD(T, "Official", JSON_BOOL, official, 0),
	JSON_END,
};
#undef T
const struct json_type index_info_type = {
	"IndexInfo", sizeof(struct index_info), index_info_fields};

#define T struct registry_config
static const struct json_field registry_config_fields[] = {
	JSON_FIELD(T, "AllowNondistributableArtifactsCIDRs", JSON_STRINGS,
		allow_nondistributable_artifacts_cidrs, 0),
	JSON_FIELD(T, "AllowNondistributableArtifactsHostnames", JSON_STRINGS,
		allow_nondistributable_artifacts_hostnames, 0),
	JSON_FIELD(
		T, "InsecureRegistryCIDRs", JSON_STRINGS, insecure_registry_cidrs, JSON_EMPTY_LIST),
	JSON_FIELD_OF(T, "IndexConfigs", JSON_OBJECT_MAP, index_configs, JSON_EMPTY_LIST,
		index_info_type),
	JSON_FIELD(T, "Mirrors", JSON_STRINGS, mirrors, 0),
	JSON_END,
};
#undef T
const struct json_type registry_config_type = {
	"RegistryServiceConfig", sizeof(struct registry_config), registry_config_fields};

#define T struct info_runtime
static const struct json_field info_runtime_fields[] = {
	JSON_FIELD(T, "path", JSON_STRING, path, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "runtimeArgs", JSON_STRINGS, runtime_args, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "status", JSON_STRING_MAP, status, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type info_runtime_type = {
	"Runtime", sizeof(struct info_runtime), info_runtime_fields};

#define T struct peer_node
static const struct json_field peer_node_fields[] = {
	JSON_FIELD(T, "NodeID", JSON_STRING, node_id, 0),
	JSON_FIELD(T, "Addr", JSON_STRING, addr, 0),
	JSON_END,
};
#undef T
const struct json_type peer_node_type = {"PeerNode", sizeof(struct peer_node), peer_node_fields};

#define T struct swarm_info
static const struct json_field swarm_info_fields[] = {
	JSON_FIELD(T, "NodeID", JSON_STRING, node_id, 0),
	JSON_FIELD(T, "NodeAddr", JSON_STRING, node_addr, 0),
	JSON_FIELD(T, "LocalNodeState", JSON_STRING, local_node_state, 0),
	JSON_FIELD(T, "ControlAvailable", JSON_BOOL, control_available, 0),
	JSON_FIELD(T, "Error", JSON_STRING, error, 0),
	JSON_FIELD_OF(T, "RemoteManagers", JSON_LIST, remote_managers, 0, peer_node_type),
	JSON_FIELD(T, "Nodes", JSON_INT, nodes, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Managers", JSON_INT, managers, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Cluster", JSON_RAW, cluster, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type swarm_info_type = {
	"SwarmInfo", sizeof(struct swarm_info), swarm_info_fields};

#define T struct commit_info
static const struct json_field commit_info_fields[] = {
	JSON_FIELD(T, "ID", JSON_STRING, id, 0),
	JSON_FIELD(T, "Expected", JSON_STRING, expected, 0),
	JSON_END,
};
#undef T
const struct json_type commit_info_type = {
	"Commit", sizeof(struct commit_info), commit_info_fields};

#define T struct address_pool
static const struct json_field address_pool_fields[] = {
	JSON_FIELD(T, "Base", JSON_STRING, base, 0),
	JSON_FIELD(T, "Size", JSON_INT, size, 0),
	JSON_END,
};
#undef T
const struct json_type address_pool_type = {
	"AddressPool", sizeof(struct address_pool), address_pool_fields};

#define T struct system_info
static const struct json_field system_info_fields[] = {
	JSON_FIELD(T, "ID", JSON_STRING, id, 0),
	JSON_FIELD(T, "Containers", JSON_INT, containers, 0),
	JSON_FIELD(T, "ContainersRunning", JSON_INT, containers_running, 0),
	JSON_FIELD(T, "ContainersPaused", JSON_INT, containers_paused, 0),
	JSON_FIELD(T, "ContainersStopped", JSON_INT, containers_stopped, 0),
	JSON_FIELD(T, "Images", JSON_INT, images, 0),
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "DriverStatus", JSON_STRING_ROWS, driver_status, 0),
	JSON_FIELD(T, "SystemStatus", JSON_STRING_ROWS, system_status, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "Plugins", JSON_OBJECT, plugins, 0, info_plugins_type),
	JSON_FIELD(T, "MemoryLimit", JSON_BOOL, memory_limit, 0),
	JSON_FIELD(T, "SwapLimit", JSON_BOOL, swap_limit, 0),
	JSON_FIELD(T, "KernelMemory", JSON_BOOL, kernel_memory, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "KernelMemoryTCP", JSON_BOOL, kernel_memory_tcp, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "CpuCfsPeriod", JSON_BOOL, cpu_cfs_period, 0),
	JSON_FIELD(T, "CpuCfsQuota", JSON_BOOL, cpu_cfs_quota, 0),
	JSON_FIELD(T, "CPUShares", JSON_BOOL, cpu_shares, 0),
	JSON_FIELD(T, "CPUSet", JSON_BOOL, cpu_set, 0),
	JSON_FIELD(T, "PidsLimit", JSON_BOOL, pids_limit, 0),
	JSON_FIELD(T, "IPv4Forwarding", JSON_BOOL, ipv4_forwarding, 0),
	JSON_FIELD(T, "BridgeNfIptables", JSON_BOOL, bridge_nf_iptables, 0),
	JSON_FIELD(T, "BridgeNfIp6tables", JSON_BOOL, bridge_nf_ip6tables, 0),
	JSON_FIELD(T, "Debug", JSON_BOOL, debug, 0),
	JSON_FIELD(T, "NFd", JSON_INT, nfd, 0),
	JSON_FIELD(T, "OomKillDisable", JSON_BOOL, oom_kill_disable, 0),
	JSON_FIELD(T, "NGoroutines", JSON_INT, ngoroutines, 0),
	JSON_FIELD(T, "SystemTime", JSON_TIME, system_time, 0),
	JSON_FIELD(T, "LoggingDriver", JSON_STRING, logging_driver, 0),
	JSON_FIELD(T, "CgroupDriver", JSON_STRING, cgroup_driver, 0),
	JSON_FIELD(T, "CgroupVersion", JSON_STRING, cgroup_version, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "NEventsListener", JSON_INT, n_events_listener, 0),
	JSON_FIELD(T, "KernelVersion", JSON_STRING, kernel_version, 0),
	JSON_FIELD(T, "OperatingSystem", JSON_STRING, operating_system, 0),
	JSON_FIELD(T, "OSVersion", JSON_STRING, os_version, 0),
	JSON_FIELD(T, "OSType", JSON_STRING, os_type, 0),
	JSON_FIELD(T, "Architecture", JSON_STRING, architecture, 0),
	JSON_FIELD(T, "IndexServerAddress", JSON_STRING, index_server_address, 0),
	JSON_FIELD_OF(T, "RegistryConfig", JSON_OBJECT, registry_config, 0, registry_config_type),
	JSON_FIELD(T, "NCPU", JSON_INT, ncpu, 0),
	JSON_FIELD(T, "MemTotal", JSON_INT, mem_total, 0),
	JSON_FIELD(T, "GenericResources", JSON_RAW, generic_resources, 0),
	JSON_FIELD(T, "DockerRootDir", JSON_STRING, docker_root_dir, 0),
	JSON_FIELD(T, "HttpProxy", JSON_STRING, http_proxy, 0),
	JSON_FIELD(T, "HttpsProxy", JSON_STRING, https_proxy, 0),
	JSON_FIELD(T, "NoProxy", JSON_STRING, no_proxy, 0),
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "Labels", JSON_STRINGS, labels, JSON_EMPTY_LIST),
	JSON_FIELD(T, "ExperimentalBuild", JSON_BOOL, experimental_build, 0),
	JSON_FIELD(T, "ServerVersion", JSON_STRING, server_version, 0),
	JSON_FIELD_OF(T, "Runtimes", JSON_OBJECT_MAP, runtimes, JSON_EMPTY_LIST, info_runtime_type),
	JSON_FIELD(T, "DefaultRuntime", JSON_STRING, default_runtime, 0),
	JSON_FIELD_OF(T, "Swarm", JSON_OBJECT, swarm, 0, swarm_info_type),
	JSON_FIELD(T, "LiveRestoreEnabled", JSON_BOOL, live_restore_enabled, 0),
	JSON_FIELD(T, "Isolation", JSON_STRING, isolation, 0),
	JSON_FIELD(T, "InitBinary", JSON_STRING, init_binary, 0),
	JSON_FIELD_OF(T, "ContainerdCommit", JSON_OBJECT, containerd_commit, 0, commit_info_type),
	JSON_FIELD_OF(T, "RuncCommit", JSON_OBJECT, runc_commit, 0, commit_info_type),
	JSON_FIELD_OF(T, "InitCommit", JSON_OBJECT, init_commit, 0, commit_info_type),
	JSON_FIELD(T, "SecurityOptions", JSON_STRINGS, security_options, JSON_EMPTY_LIST),
	JSON_FIELD(T, "ProductLicense", JSON_STRING, product_license, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "DefaultAddressPools", JSON_LIST, default_address_pools, JSON_OMIT_EMPTY,
		address_pool_type),
	JSON_FIELD_SINCE(T, "CDISpecDirs", JSON_STRINGS, cdi_spec_dirs, JSON_EMPTY_LIST, 144, 0),
	JSON_FIELD(T, "Warnings", JSON_STRINGS, warnings, 0),
	JSON_END,
};
#undef T
const struct json_type system_info_type = {
	"SystemInfo", sizeof(struct system_info), system_info_fields};

#define T struct build_cache_record
static const struct json_field build_cache_record_fields[] = {
	JSON_FIELD(T, "ID", JSON_STRING, id, 0),
	JSON_FIELD_SINCE(T, "Parent", JSON_STRING, parent, JSON_OMIT_EMPTY, 0, 142),
	JSON_FIELD_SINCE(T, "Parents", JSON_STRINGS, parents, JSON_OMIT_EMPTY, 142, 0),
	JSON_FIELD(T, "Type", JSON_STRING, type, 0),
	JSON_FIELD(T, "Description", JSON_STRING, description, 0),
	JSON_FIELD(T, "InUse", JSON_BOOL, in_use, 0),
	JSON_FIELD(T, "Shared", JSON_BOOL, shared, 0),
	JSON_FIELD(T, "Size", JSON_INT, size, 0),
	JSON_FIELD(T, "CreatedAt", JSON_TIME, created_at, 0),
	JSON_FIELD(T, "LastUsedAt", JSON_TIME, last_used_at, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "UsageCount", JSON_INT, usage_count, 0),
	JSON_END,
};
#undef T
const struct json_type build_cache_record_type = {
	"BuildCache", sizeof(struct build_cache_record), build_cache_record_fields};

#define T struct disk_usage
static const struct json_field disk_usage_fields[] = {
	JSON_FIELD(T, "LayersSize", JSON_INT, layers_size, 0),
	JSON_FIELD_OF(T, "Images", JSON_LIST, images, 0, image_summary_type),
	JSON_FIELD_OF(T, "Containers", JSON_LIST, containers, 0, container_summary_type),
	JSON_FIELD_OF(T, "Volumes", JSON_LIST, volumes, 0, volume_resource_type),
	JSON_FIELD_OF(
		T, "BuildCache", JSON_LIST, build_cache, JSON_EMPTY_LIST, build_cache_record_type),
	JSON_FIELD_SINCE(T, "BuilderSize", JSON_INT, builder_size, 0, 0, 142),
	JSON_END,
};
#undef T
const struct json_type disk_usage_type = {
	"SystemDataUsageResponse", sizeof(struct disk_usage), disk_usage_fields};

#define T struct error_answer
static const struct json_field error_answer_fields[] = {
	JSON_FIELD(T, "message", JSON_STRING, message, 0),
	JSON_END,
};
#undef T
const struct json_type error_answer_type = {
	"ErrorResponse", sizeof(struct error_answer), error_answer_fields};

#define T struct auth_config
static const struct json_field auth_config_fields[] = {
	JSON_FIELD(T, "username", JSON_STRING, username, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "password", JSON_STRING, password, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "auth", JSON_STRING, auth, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "email", JSON_STRING, email, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "serveraddress", JSON_STRING, server_address, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "identitytoken", JSON_STRING, identity_token, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "registrytoken", JSON_STRING, registry_token, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type auth_config_type = {
	"AuthConfig", sizeof(struct auth_config), auth_config_fields};

#define T struct auth_answer
static const struct json_field auth_answer_fields[] = {
	JSON_FIELD(T, "IdentityToken", JSON_STRING, identity_token, 0),
	JSON_FIELD(T, "Status", JSON_STRING, status, 0),
	JSON_END,
};
#undef T
const struct json_type auth_answer_type = {
	"AuthResponse", sizeof(struct auth_answer), auth_answer_fields};
