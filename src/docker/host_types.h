/*
 * host_types.h: how a container meets its host: limits, mounts, ports, name spaces (Docker Engine API v1.44, schemas
 * HostConfig, Resources, Mount and what they refer to).  What was created is what inspect shows, so every field is kept
 * whether a back end can honour it or not.
 */
#pragma once

#include "json/field.h"

struct weight_device {
	char *path;
	uint64_t weight;
};
extern const struct json_type weight_device_type;

struct throttle_device {
	char *path;
	uint64_t rate;
};
extern const struct json_type throttle_device_type;

struct device_mapping {
	char *path_on_host;
	char *path_in_container;
	char *cgroup_permissions;
};
extern const struct json_type device_mapping_type;

struct device_request {
	char *driver;
	int64_t count;
	char **device_ids;
	char ***capabilities;
	struct json_map options;
};
extern const struct json_type device_request_type;

struct ulimit_config {
	char *name;
	int64_t hard; /* -1: unlimited */
	int64_t soft;
};
extern const struct json_type ulimit_config_type;

/* The limits that can be changed by an update. */
struct resources {
	int64_t cpu_shares;
	int64_t memory; /* bytes; 0: no limit */
	int64_t nano_cpus;
	char *cgroup_parent;
	uint64_t blkio_weight;
	struct json_list blkio_weight_device;     /* of struct weight_device */
	struct json_list blkio_device_read_bps;   /* of struct throttle_device */
	struct json_list blkio_device_write_bps;  /* of struct throttle_device */
	struct json_list blkio_device_read_iops;  /* of struct throttle_device */
	struct json_list blkio_device_write_iops; /* of struct throttle_device */
	int64_t cpu_period;
	int64_t cpu_quota;
	int64_t cpu_realtime_period;
	int64_t cpu_realtime_runtime;
	char *cpuset_cpus;
	char *cpuset_mems;
	struct json_list devices; /* of struct device_mapping */
	char **device_cgroup_rules;
	struct json_list device_requests; /* of struct device_request */
	int64_t kernel_memory;
	int64_t kernel_memory_tcp;
	int64_t memory_reservation;
	int64_t memory_swap; /* memory and swap together; -1: no limit */
	int64_t *memory_swappiness;
	bool *oom_kill_disable;
	int64_t *pids_limit;      /* NULL, 0 and -1: no limit */
	struct json_list ulimits; /* of struct ulimit_config */
	int64_t cpu_count;
	int64_t cpu_percent;
	uint64_t io_maximum_iops;
	uint64_t io_maximum_bandwidth;
};
extern const struct json_type resources_type;

struct log_config {
	char *type;
	struct json_map config;
};
extern const struct json_type log_config_type;

struct restart_policy {
	char *name; /* "", no, always, unless-stopped, on-failure */
	int64_t maximum_retry_count;
};
extern const struct json_type restart_policy_type;

struct port_binding {
	char *host_ip;
	char *host_port; /* "", a port or a range */
};
extern const struct json_type port_binding_type;

struct bind_options {
	char *propagation;
	bool non_recursive;
	bool create_mountpoint;
	bool read_only_non_recursive;
	bool read_only_force_recursive;
};
extern const struct json_type bind_options_type;

struct volume_driver {
	char *name;
	struct json_map options;
};
extern const struct json_type volume_driver_type;

struct volume_options {
	bool no_copy;
	struct json_map labels;
	char *subpath; /* of API 1.45; read so that it can be refused */
	struct volume_driver *driver_config;
};
extern const struct json_type volume_options_type;

struct tmpfs_options {
	int64_t size_bytes;
	uint64_t mode;
};
extern const struct json_type tmpfs_options_type;

struct mount_config {
	char *type; /* bind, volume, tmpfs, npipe, cluster */
	char *source;
	char *target;
	bool read_only;
	char *consistency;
	struct bind_options *bind_options;
	struct volume_options *volume_options;
	struct tmpfs_options *tmpfs_options;
	char *cluster_options;
};
extern const struct json_type mount_config_type;

struct host_config {
	char **binds; /* "source:destination[:options]" */
	char *container_id_file;
	struct log_config log_config;
	char *network_mode;
	struct json_map port_bindings; /* by "80/tcp"; lists of struct port_binding */
	struct restart_policy restart_policy;
	bool auto_remove;
	char *volume_driver;
	char **volumes_from;
	uint64_t console_size[2]; /* rows, columns */
	struct json_map annotations;
	char **cap_add;
	char **cap_drop;
	char *cgroupns_mode;
	char **dns;
	char **dns_options;
	char **dns_search;
	char **extra_hosts;
	char **group_add;
	char *ipc_mode;
	char *cgroup;
	char **links;
	int64_t oom_score_adj;
	char *pid_mode;
	bool privileged;
	bool publish_all_ports;
	bool readonly_rootfs;
	char **security_opt;
	struct json_map storage_opt;
	struct json_map tmpfs; /* path → mount options */
	char *uts_mode;
	char *userns_mode;
	int64_t shm_size; /* bytes */
	struct json_map sysctls;
	char *runtime;
	char *isolation;
	struct resources resources;
	struct json_list mounts; /* of struct mount_config */
	char **masked_paths;
	char **readonly_paths;
	bool *init;
};
extern const struct json_type host_config_type;
