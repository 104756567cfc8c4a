#include "docker/host_types.h"

#define T struct weight_device
static const struct json_field weight_device_fields[] = {
	JSON_FIELD(T, "Path", JSON_STRING, path, 0),
	JSON_FIELD(T, "Weight", JSON_UINT, weight, 0),
	JSON_END,
};
#undef T
const struct json_type weight_device_type = {
	"WeightDevice", sizeof(struct weight_device), weight_device_fields};

#define T struct throttle_device
static const struct json_field throttle_device_fields[] = {
	JSON_FIELD(T, "Path", JSON_STRING, path, 0),
	JSON_FIELD(T, "Rate", JSON_UINT, rate, 0),
	JSON_END,
};
#undef T
const struct json_type throttle_device_type = {
	"ThrottleDevice", sizeof(struct throttle_device), throttle_device_fields};

#define T struct device_mapping
static const struct json_field device_mapping_fields[] = {
	JSON_FIELD(T, "PathOnHost", JSON_STRING, path_on_host, 0),
	JSON_FIELD(T, "PathInContainer", JSON_STRING, path_in_container, 0),
	JSON_FIELD(T, "CgroupPermissions", JSON_STRING, cgroup_permissions, 0),
	JSON_END,
};
#undef T
const struct json_type device_mapping_type = {
	"DeviceMapping", sizeof(struct device_mapping), device_mapping_fields};

#define T struct device_request
static const struct json_field device_request_fields[] = {
	JSON_FIELD(T, "Driver", JSON_STRING, driver, 0),
	JSON_FIELD(T, "Count", JSON_INT, count, 0),
	JSON_FIELD(T, "DeviceIDs", JSON_STRINGS, device_ids, 0),
	JSON_FIELD(T, "Capabilities", JSON_STRING_ROWS, capabilities, 0),
	JSON_FIELD(T, "Options", JSON_STRING_MAP, options, 0),
	JSON_END,
};
#undef T
const struct json_type device_request_type = {
	"DeviceRequest", sizeof(struct device_request), device_request_fields};

#define T struct ulimit_config
static const struct json_field ulimit_config_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "Hard", JSON_INT, hard, 0),
	JSON_FIELD(T, "Soft", JSON_INT, soft, 0),
	JSON_END,
};
#undef T
const struct json_type ulimit_config_type = {
	"Ulimit", sizeof(struct ulimit_config), ulimit_config_fields};

#define T struct resources
static const struct json_field resources_fields[] = {
	JSON_FIELD(T, "CpuShares", JSON_INT, cpu_shares, 0),
	JSON_FIELD(T, "Memory", JSON_INT, memory, 0),
	JSON_FIELD(T, "NanoCpus", JSON_INT, nano_cpus, 0),
	JSON_FIELD(T, "CgroupParent", JSON_STRING, cgroup_parent, 0),
	JSON_FIELD(T, "BlkioWeight", JSON_UINT, blkio_weight, 0),
	JSON_FIELD_OF(
		T, "BlkioWeightDevice", JSON_LIST, blkio_weight_device, 0, weight_device_type),
	JSON_FIELD_OF(
		T, "BlkioDeviceReadBps", JSON_LIST, blkio_device_read_bps, 0, throttle_device_type),
	JSON_FIELD_OF(T, "BlkioDeviceWriteBps", JSON_LIST, blkio_device_write_bps, 0,
		throttle_device_type),
	JSON_FIELD_OF(T, "BlkioDeviceReadIOps", JSON_LIST, blkio_device_read_iops, 0,
		throttle_device_type),
	JSON_FIELD_OF(T, "BlkioDeviceWriteIOps", JSON_LIST, blkio_device_write_iops, 0,
		throttle_device_type),
	JSON_FIELD(T, "CpuPeriod", JSON_INT, cpu_period, 0),
	JSON_FIELD(T, "CpuQuota", JSON_INT, cpu_quota, 0),
	JSON_FIELD(T, "CpuRealtimePeriod", JSON_INT, cpu_realtime_period, 0),
	JSON_FIELD(T, "CpuRealtimeRuntime", JSON_INT, cpu_realtime_runtime, 0),
	JSON_FIELD(T, "CpusetCpus", JSON_STRING, cpuset_cpus, 0),
	JSON_FIELD(T, "CpusetMems", JSON_STRING, cpuset_mems, 0),
	JSON_FIELD_OF(T, "Devices", JSON_LIST, devices, 0, device_mapping_type),
	JSON_FIELD(T, "DeviceCgroupRules", JSON_STRINGS, device_cgroup_rules, 0),
	JSON_FIELD_OF(T, "DeviceRequests", JSON_LIST, device_requests, 0, device_request_type),
	JSON_FIELD(T, "KernelMemory", JSON_INT, kernel_memory, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "KernelMemoryTCP", JSON_INT, kernel_memory_tcp, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "MemoryReservation", JSON_INT, memory_reservation, 0),
	JSON_FIELD(T, "MemorySwap", JSON_INT, memory_swap, 0),
	JSON_FIELD(T, "MemorySwappiness", JSON_INT_PTR, memory_swappiness, 0),
	JSON_FIELD(T, "OomKillDisable", JSON_BOOL_PTR, oom_kill_disable, 0),
	JSON_FIELD(T, "PidsLimit", JSON_INT_PTR, pids_limit, 0),
	JSON_FIELD_OF(T, "Ulimits", JSON_LIST, ulimits, 0, ulimit_config_type),
	JSON_FIELD(T, "CpuCount", JSON_INT, cpu_count, 0),
	JSON_FIELD(T, "CpuPercent", JSON_INT, cpu_percent, 0),
	JSON_FIELD(T, "IOMaximumIOps", JSON_UINT, io_maximum_iops, 0),
	JSON_FIELD(T, "IOMaximumBandwidth", JSON_UINT, io_maximum_bandwidth, 0),
	JSON_END,
};
#undef T
const struct json_type resources_type = {"Resources", sizeof(struct resources), resources_fields};

#define T struct log_config
static const struct json_field log_config_fields[] = {
	JSON_FIELD(T, "Type", JSON_STRING, type, 0),
	JSON_FIELD(T, "Config", JSON_STRING_MAP, config, JSON_EMPTY_LIST),
	JSON_END,
};
#undef T
const struct json_type log_config_type = {
	"LogConfig", sizeof(struct log_config), log_config_fields};

#define T struct restart_policy
static const struct json_field restart_policy_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, 0),
	JSON_FIELD(T, "MaximumRetryCount", JSON_INT, maximum_retry_count, 0),
	JSON_END,
};
#undef T
const struct json_type restart_policy_type = {
	"RestartPolicy", sizeof(struct restart_policy), restart_policy_fields};

#define T struct port_binding
static const struct json_field port_binding_fields[] = {
	JSON_FIELD(T, "HostIp", JSON_STRING, host_ip, 0),
	JSON_FIELD(T, "HostPort", JSON_STRING, host_port, JSON_OR_NUMBER),
	JSON_END,
};
#undef T
const struct json_type port_binding_type = {
	"PortBinding", sizeof(struct port_binding), port_binding_fields};

#define T struct bind_options
static const struct json_field bind_options_fields[] = {
	JSON_FIELD(T, "Propagation", JSON_STRING, propagation, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "NonRecursive", JSON_BOOL, non_recursive, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "CreateMountpoint", JSON_BOOL, create_mountpoint, JSON_OMIT_EMPTY),
	JSON_FIELD_SINCE(T, "ReadOnlyNonRecursive", JSON_BOOL, read_only_non_recursive,
		JSON_OMIT_EMPTY, 144, 0),
	JSON_FIELD_SINCE(T, "ReadOnlyForceRecursive", JSON_BOOL, read_only_force_recursive,
		JSON_OMIT_EMPTY, 144, 0),
	JSON_END,
};
#undef T
const struct json_type bind_options_type = {
	"BindOptions", sizeof(struct bind_options), bind_options_fields};

#define T struct volume_driver
static const struct json_field volume_driver_fields[] = {
	JSON_FIELD(T, "Name", JSON_STRING, name, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Options", JSON_STRING_MAP, options, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type volume_driver_type = {
	"Driver", sizeof(struct volume_driver), volume_driver_fields};

#define T struct volume_options
static const struct json_field volume_options_fields[] = {
	JSON_FIELD(T, "NoCopy", JSON_BOOL, no_copy, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Subpath", JSON_STRING, subpath, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "DriverConfig", JSON_OBJECT_PTR, driver_config, JSON_OMIT_EMPTY,
		volume_driver_type),
	JSON_END,
};
#undef T
const struct json_type volume_options_type = {
	"VolumeOptions", sizeof(struct volume_options), volume_options_fields};

#define T struct tmpfs_options
static const struct json_field tmpfs_options_fields[] = {
	JSON_FIELD(T, "SizeBytes", JSON_INT, size_bytes, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Mode", JSON_UINT, mode, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type tmpfs_options_type = {
	"TmpfsOptions", sizeof(struct tmpfs_options), tmpfs_options_fields};

#define T struct mount_config
static const struct json_field mount_config_fields[] = {
	JSON_FIELD(T, "Type", JSON_STRING, type, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Source", JSON_STRING, source, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Target", JSON_STRING, target, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "ReadOnly", JSON_BOOL, read_only, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Consistency", JSON_STRING, consistency, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "BindOptions", JSON_OBJECT_PTR, bind_options, JSON_OMIT_EMPTY,
		bind_options_type),
	JSON_FIELD_OF(T, "VolumeOptions", JSON_OBJECT_PTR, volume_options, JSON_OMIT_EMPTY,
		volume_options_type),
	JSON_FIELD_OF(T, "TmpfsOptions", JSON_OBJECT_PTR, tmpfs_options, JSON_OMIT_EMPTY,
		tmpfs_options_type),
	JSON_FIELD(T, "ClusterOptions", JSON_RAW, cluster_options, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type mount_config_type = {
	"Mount", sizeof(struct mount_config), mount_config_fields};

#define T struct host_config
static const struct json_field host_config_fields[] = {
	JSON_FIELD(T, "Binds", JSON_STRINGS, binds, 0),
	JSON_FIELD(T, "ContainerIDFile", JSON_STRING, container_id_file, 0),
	JSON_FIELD_OF(T, "LogConfig", JSON_OBJECT, log_config, 0, log_config_type),
	JSON_FIELD(T, "NetworkMode", JSON_STRING, network_mode, 0),
	JSON_FIELD_OF(T, "PortBindings", JSON_LIST_MAP, port_bindings, 0, port_binding_type),
	JSON_FIELD_OF(T, "RestartPolicy", JSON_OBJECT, restart_policy, 0, restart_policy_type),
	JSON_FIELD(T, "AutoRemove", JSON_BOOL, auto_remove, 0),
	JSON_FIELD(T, "VolumeDriver", JSON_STRING, volume_driver, 0),
	JSON_FIELD(T, "VolumesFrom", JSON_STRINGS, volumes_from, 0),
	JSON_FIELD(T, "ConsoleSize", JSON_UINT_PAIR, console_size, 0),
	JSON_FIELD_SINCE(T, "Annotations", JSON_STRING_MAP, annotations, JSON_OMIT_EMPTY, 143, 0),
	JSON_FIELD(T, "CapAdd", JSON_STRINGS, cap_add, JSON_OR_STRING),
	JSON_FIELD(T, "CapDrop", JSON_STRINGS, cap_drop, JSON_OR_STRING),
	JSON_FIELD(T, "CgroupnsMode", JSON_STRING, cgroupns_mode, 0),
	JSON_FIELD(T, "Dns", JSON_STRINGS, dns, 0),
	JSON_FIELD(T, "DnsOptions", JSON_STRINGS, dns_options, 0),
	JSON_FIELD(T, "DnsSearch", JSON_STRINGS, dns_search, 0),
	JSON_FIELD(T, "ExtraHosts", JSON_STRINGS, extra_hosts, 0),
	JSON_FIELD(T, "GroupAdd", JSON_STRINGS, group_add, 0),
	JSON_FIELD(T, "IpcMode", JSON_STRING, ipc_mode, 0),
	JSON_FIELD(T, "Cgroup", JSON_STRING, cgroup, 0),
	JSON_FIELD(T, "Links", JSON_STRINGS, links, 0),
	JSON_FIELD(T, "OomScoreAdj", JSON_INT, oom_score_adj, 0),
	JSON_FIELD(T, "PidMode", JSON_STRING, pid_mode, 0),
	JSON_FIELD(T, "Privileged", JSON_BOOL, privileged, 0),
	JSON_FIELD(T, "PublishAllPorts", JSON_BOOL, publish_all_ports, 0),
	JSON_FIELD(T, "ReadonlyRootfs", JSON_BOOL, readonly_rootfs, 0),
	JSON_FIELD(T, "SecurityOpt", JSON_STRINGS, security_opt, 0),
	JSON_FIELD(T, "StorageOpt", JSON_STRING_MAP, storage_opt, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Tmpfs", JSON_STRING_MAP, tmpfs, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "UTSMode", JSON_STRING, uts_mode, 0),
	JSON_FIELD(T, "UsernsMode", JSON_STRING, userns_mode, 0),
	JSON_FIELD(T, "ShmSize", JSON_INT, shm_size, 0),
	JSON_FIELD(T, "Sysctls", JSON_STRING_MAP, sysctls, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Runtime", JSON_STRING, runtime, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Isolation", JSON_STRING, isolation, 0),
	JSON_FIELDS_OF(T, resources, resources_type),
	JSON_FIELD_OF(T, "Mounts", JSON_LIST, mounts, JSON_OMIT_EMPTY, mount_config_type),
	JSON_FIELD(T, "MaskedPaths", JSON_STRINGS, masked_paths, 0),
	JSON_FIELD(T, "ReadonlyPaths", JSON_STRINGS, readonly_paths, 0),
	JSON_FIELD(T, "Init", JSON_BOOL_PTR, init, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type host_config_type = {
	"HostConfig", sizeof(struct host_config), host_config_fields};
