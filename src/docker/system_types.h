/*
 * system_types.h: the daemon: version, info, disk usage, log-in (Docker Engine API v1.44, tag System).
 */
#pragma once

#include "docker/container_types.h"
#include "docker/image_types.h"
#include "docker/volume_types.h"
#include "json/field.h"

struct version_platform {
	char *name;
};
extern const struct json_type version_platform_type;

struct version_component {
	char *name;
	char *version;
	struct json_map details;
};
extern const struct json_type version_component_type;

/* GET /version */
struct version_answer {
	struct version_platform platform;
	struct json_list components; /* of struct version_component */
	char *version;
	char *api_version;
	char *min_api_version;
	char *git_commit;
	char *go_version;
	char *os;
	char *arch;
	char *kernel_version;
	bool experimental;
	char *build_time;
};
extern const struct json_type version_answer_type;

struct info_plugins {
	char **volume;
	char **network;
	char **authorization;
	char **log;
};
extern const struct json_type info_plugins_type;

struct index_info {
	char *name;
	char **mirrors;
	bool secure;
	bool official;
};
extern const struct json_type index_info_type;

struct registry_config {
	char **allow_nondistributable_artifacts_cidrs;
	char **allow_nondistributable_artifacts_hostnames;
	char **insecure_registry_cidrs;
	struct json_map index_configs; /* of struct index_info */
	char **mirrors;
};
extern const struct json_type registry_config_type;

struct info_runtime {
	char *path;
	char **runtime_args;
	struct json_map status;
};
extern const struct json_type info_runtime_type;

struct peer_node {
	char *node_id;
	char *addr;
};
extern const struct json_type peer_node_type;

struct swarm_info {
	char *node_id;
	char *node_addr;
	char *local_node_state;
	bool control_available;
	char *error;
	struct json_list remote_managers; /* of struct peer_node */
	int64_t nodes;
	int64_t managers;
	char *cluster;
};
extern const struct json_type swarm_info_type;

struct commit_info {
	char *id;
	char *expected;
};
extern const struct json_type commit_info_type;

struct address_pool {
	char *base;
	int64_t size;
};
extern const struct json_type address_pool_type;

/* GET /info */
struct system_info {
	char *id;
	int64_t containers;
	int64_t containers_running;
	int64_t containers_paused;
	int64_t containers_stopped;
	int64_t images;
	char *driver;
	char ***driver_status; /* pairs */
	char ***system_status;
	struct info_plugins plugins;
	bool memory_limit;
	bool swap_limit;
	bool kernel_memory;
	bool kernel_memory_tcp;
	bool cpu_cfs_period;
	bool cpu_cfs_quota;
	bool cpu_shares;
	bool cpu_set;
	bool pids_limit;
	bool ipv4_forwarding;
	bool bridge_nf_iptables;
	bool bridge_nf_ip6tables;
	bool debug;
	int64_t nfd;
	bool oom_kill_disable;
	int64_t ngoroutines;
	int64_t system_time;
	char *logging_driver;
	char *cgroup_driver;
	char *cgroup_version;
	int64_t n_events_listener;
	char *kernel_version;
	char *operating_system;
	char *os_version;
	char *os_type;
	char *architecture;
	char *index_server_address;
	struct registry_config registry_config;
	int64_t ncpu;
	int64_t mem_total;
	char *generic_resources;
	char *docker_root_dir;
	char *http_proxy;
	char *https_proxy;
	char *no_proxy;
	char *name;
	char **labels;
	bool experimental_build;
	char *server_version;
	struct json_map runtimes; /* of struct info_runtime */
	char *default_runtime;
	struct swarm_info swarm;
	bool live_restore_enabled;
	char *isolation;
	char *init_binary;
	struct commit_info containerd_commit;
	struct commit_info runc_commit;
	struct commit_info init_commit;
	char **security_options;
	char *product_license;
	struct json_list default_address_pools; /* of struct address_pool */
	char **cdi_spec_dirs;
	char **warnings;
};
extern const struct json_type system_info_type;

struct build_cache_record {
	char *id;
	char *parent;
	char **parents;
	char *type;
	char *description;
	bool in_use;
	bool shared;
	int64_t size;
	int64_t created_at;
	int64_t last_used_at;
	int64_t usage_count;
};
extern const struct json_type build_cache_record_type;

/* GET /system/df */
struct disk_usage {
	int64_t layers_size;
	struct json_list images;      /* of struct image_summary */
	struct json_list containers;  /* of struct container_summary */
	struct json_list volumes;     /* of struct volume_resource */
	struct json_list build_cache; /* of struct build_cache_record */
	int64_t builder_size;
};
extern const struct json_type disk_usage_type;

/* the body of every answer that is a failure */
struct error_answer {
	char *message;
};
extern const struct json_type error_answer_type;

/* POST /auth, and the header X-Registry-Auth (base64) */
struct auth_config {
	char *username;
	char *password;
	char *auth;
	char *email;
	char *server_address;
	char *identity_token;
	char *registry_token;
};
extern const struct json_type auth_config_type;

struct auth_answer {
	char *identity_token;
	char *status;
};
extern const struct json_type auth_answer_type;
