/*
 * container_types.h: containers: what is asked of create and update, and what list, inspect, wait, top, changes and prune
 * answer (Docker Engine API v1.44, tag Container).
 */
#pragma once

#include "docker/config_types.h"
#include "docker/host_types.h"
#include "docker/network_types.h"
#include "json/field.h"

/* POST /containers/create */
struct container_create_request {
	struct container_config config;
	struct host_config *host_config;
	struct networking_config *networking_config;
};
extern const struct json_type container_create_request_type;

struct container_create_answer {
	char *id;
	char **warnings;
};
extern const struct json_type container_create_answer_type;

struct health_result {
	int64_t start;
	int64_t end;
	int64_t exit_code;
	char *output;
};
extern const struct json_type health_result_type;

struct container_health {
	char *status; /* none, starting, healthy, unhealthy */
	int64_t failing_streak;
	struct json_list log; /* the last five, of struct health_result */
};
extern const struct json_type container_health_type;

struct container_state_answer {
	char *status;
	bool running; /* also while paused or restarting */
	bool paused;
	bool restarting;
	bool oom_killed;
	bool dead;
	int64_t pid;
	int64_t exit_code;
	char *error;
	int64_t started_at;
	int64_t finished_at;
	struct container_health *health;
};
extern const struct json_type container_state_answer_type;

struct graph_driver {
	struct json_map data;
	char *name;
};
extern const struct json_type graph_driver_type;

struct mount_point {
	char *type;
	char *name;
	char *source;
	char *destination;
	char *driver;
	char *mode;
	bool rw;
	char *propagation;
};
extern const struct json_type mount_point_type;

struct network_address {
	char *addr;
	int64_t prefix_len;
};
extern const struct json_type network_address_type;

struct network_settings {
	char *bridge;
	char *sandbox_id;
	char *sandbox_key;
	struct json_map
		ports; /* by "80/tcp"; lists of struct port_binding, NULL if not published */
	bool hairpin_mode;
	char *link_local_ipv6_address;
	int64_t link_local_ipv6_prefix_len;
	struct json_list secondary_ip_addresses;   /* of struct network_address */
	struct json_list secondary_ipv6_addresses; /* of struct network_address */
	char *endpoint_id; /* this and the next seven repeat the endpoint in the default bridge network */
	char *gateway;
	char *global_ipv6_address;
	int64_t global_ipv6_prefix_len;
	char *ip_address;
	int64_t ip_prefix_len;
	char *ipv6_gateway;
	char *mac_address;
	struct json_map networks; /* of struct endpoint_settings, by network name */
};
extern const struct json_type network_settings_type;

/* GET /containers/{id}/json */
struct container_inspect {
	char *id;
	int64_t created;
	char *path;
	char **args;
	struct container_state_answer state;
	char *image; /* its id */
	char *resolv_conf_path;
	char *hostname_path;
	char *hosts_path;
	char *log_path;
	char *name; /* with the slash */
	int64_t restart_count;
	char *driver;
	char *platform;
	char *mount_label;
	char *process_label;
	char *app_armor_profile;
	char **exec_ids;
	struct host_config *host_config;
	struct graph_driver graph_driver;
	int64_t *size_rw;
	int64_t *size_root_fs;
	struct json_list mounts; /* of struct mount_point */
	struct container_config *config;
	struct network_settings network_settings;
};
extern const struct json_type container_inspect_type;

struct port_summary {
	char *ip;
	int64_t private_port;
	int64_t public_port;
	char *type;
};
extern const struct json_type port_summary_type;

struct summary_host_config {
	char *network_mode;
};
extern const struct json_type summary_host_config_type;

struct summary_networks {
	struct json_map networks; /* of struct endpoint_settings, by network name */
};
extern const struct json_type summary_networks_type;

/* GET /containers/json */
struct container_summary {
	char *id;
	char **names;
	char *image;
	char *image_id;
	char *command;
	int64_t created;        /* seconds since the epoch */
	struct json_list ports; /* of struct port_summary */
	int64_t size_rw;
	int64_t size_root_fs;
	struct json_map labels;
	char *state;
	char *status;
	struct summary_host_config host_config;
	struct summary_networks network_settings;
	struct json_list mounts; /* of struct mount_point */
};
extern const struct json_type container_summary_type;

struct wait_error {
	char *message;
};
extern const struct json_type wait_error_type;

/* POST /containers/{id}/wait */
struct wait_answer {
	int64_t status_code;
	struct wait_error *error;
};
extern const struct json_type wait_answer_type;

/* GET /containers/{id}/top */
struct top_answer {
	char ***processes;
	char **titles;
};
extern const struct json_type top_answer_type;

/* POST /containers/{id}/update; zero values leave things as they are */
struct container_update_request {
	struct resources resources;
	struct restart_policy restart_policy;
};
extern const struct json_type container_update_request_type;

struct container_update_answer {
	char **warnings;
};
extern const struct json_type container_update_answer_type;

/* POST /containers/prune */
struct container_prune_answer {
	char **containers_deleted;
	int64_t space_reclaimed;
};
extern const struct json_type container_prune_answer_type;

/* GET /containers/{id}/changes */
struct change_item {
	char *path;
	int64_t kind; /* 0 modified, 1 added, 2 deleted */
};
extern const struct json_type change_item_type;

/* the header X-Docker-Container-Path-Stat of /containers/{id}/archive */
struct container_path_stat {
	char *name;
	int64_t size;
	uint64_t mode; /* Go's os.FileMode bits: see file_mode.h */
	int64_t mtime;
	char *link_target;
};
extern const struct json_type container_path_stat_type;
