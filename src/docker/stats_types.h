/*
 * stats_types.h: one sample of GET /containers/{id}/stats (Docker Engine API v1.44, operation ContainerStats).
 */
#pragma once

#include "json/field.h"

struct pids_stats {
	uint64_t current;
	uint64_t limit;
};
extern const struct json_type pids_stats_type;

struct blkio_entry {
	uint64_t major;
	uint64_t minor;
	char *op;
	uint64_t value;
};
extern const struct json_type blkio_entry_type;

struct blkio_stats {
	struct json_list io_service_bytes_recursive; /* of struct blkio_entry */
	struct json_list io_serviced_recursive;      /* of struct blkio_entry */
	struct json_list io_queue_recursive;         /* of struct blkio_entry */
	struct json_list io_service_time_recursive;  /* of struct blkio_entry */
	struct json_list io_wait_time_recursive;     /* of struct blkio_entry */
	struct json_list io_merged_recursive;        /* of struct blkio_entry */
	struct json_list io_time_recursive;          /* of struct blkio_entry */
	struct json_list sectors_recursive;          /* of struct blkio_entry */
};
extern const struct json_type blkio_stats_type;

struct storage_stats {
	uint64_t read_count_normalized;
	uint64_t read_size_bytes;
	uint64_t write_count_normalized;
	uint64_t write_size_bytes;
};
extern const struct json_type storage_stats_type;

struct cpu_usage {
	uint64_t total_usage; /* nanoseconds, as the next three */
	struct json_list percpu_usage;
	uint64_t usage_in_kernelmode;
	uint64_t usage_in_usermode;
};
extern const struct json_type cpu_usage_type;

struct throttling_data {
	uint64_t periods;
	uint64_t throttled_periods;
	uint64_t throttled_time;
};
extern const struct json_type throttling_data_type;

struct cpu_stats {
	struct cpu_usage cpu_usage;
	uint64_t system_cpu_usage; /* nanoseconds of all processors together */
	uint64_t online_cpus;
	struct throttling_data throttling_data;
};
extern const struct json_type cpu_stats_type;

struct memory_stats {
	uint64_t usage; /* bytes */
	uint64_t max_usage;
	struct json_map stats;
	uint64_t failcnt;
	uint64_t limit;
	uint64_t commitbytes;
	uint64_t commitpeakbytes;
	uint64_t privateworkingset;
};
extern const struct json_type memory_stats_type;

struct network_stats {
	uint64_t rx_bytes;
	uint64_t rx_packets;
	uint64_t rx_errors;
	uint64_t rx_dropped;
	uint64_t tx_bytes;
	uint64_t tx_packets;
	uint64_t tx_errors;
	uint64_t tx_dropped;
	char *endpoint_id;
	char *instance_id;
};
extern const struct json_type network_stats_type;

struct container_stats {
	int64_t read;
	int64_t preread;
	struct pids_stats pids_stats;
	struct blkio_stats blkio_stats;
	uint64_t num_procs;
	struct storage_stats storage_stats;
	struct cpu_stats cpu_stats;
	struct cpu_stats precpu_stats;
	struct memory_stats memory_stats;
	char *name;
	char *id;
	struct json_map networks; /* of struct network_stats, by interface */
};
extern const struct json_type container_stats_type;
