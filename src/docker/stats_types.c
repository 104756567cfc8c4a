#include "docker/stats_types.h"

#define T struct pids_stats
static const struct json_field pids_stats_fields[] = {
	JSON_FIELD(T, "current", JSON_UINT, current, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "limit", JSON_UINT, limit, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type pids_stats_type = {
	"PidsStats", sizeof(struct pids_stats), pids_stats_fields};

#define T struct blkio_entry
static const struct json_field blkio_entry_fields[] = {
	JSON_FIELD(T, "major", JSON_UINT, major, 0),
	JSON_FIELD(T, "minor", JSON_UINT, minor, 0),
	JSON_FIELD(T, "op", JSON_STRING, op, 0),
	JSON_FIELD(T, "value", JSON_UINT, value, 0),
	JSON_END,
};
#undef T
const struct json_type blkio_entry_type = {
	"BlkioStatEntry", sizeof(struct blkio_entry), blkio_entry_fields};

#define T struct blkio_stats
static const struct json_field blkio_stats_fields[] = {
	JSON_FIELD_OF(T, "io_service_bytes_recursive", JSON_LIST, io_service_bytes_recursive, 0,
		blkio_entry_type),
	JSON_FIELD_OF(
		T, "io_serviced_recursive", JSON_LIST, io_serviced_recursive, 0, blkio_entry_type),
	JSON_FIELD_OF(T, "io_queue_recursive", JSON_LIST, io_queue_recursive, 0, blkio_entry_type),
	JSON_FIELD_OF(T, "io_service_time_recursive", JSON_LIST, io_service_time_recursive, 0,
		blkio_entry_type),
	JSON_FIELD_OF(T, "io_wait_time_recursive", JSON_LIST, io_wait_time_recursive, 0,
		blkio_entry_type),
	JSON_FIELD_OF(
		T, "io_merged_recursive", JSON_LIST, io_merged_recursive, 0, blkio_entry_type),
	JSON_FIELD_OF(T, "io_time_recursive", JSON_LIST, io_time_recursive, 0, blkio_entry_type),
	JSON_FIELD_OF(T, "sectors_recursive", JSON_LIST, sectors_recursive, 0, blkio_entry_type),
	JSON_END,
};
#undef T
const struct json_type blkio_stats_type = {
	"BlkioStats", sizeof(struct blkio_stats), blkio_stats_fields};

#define T struct storage_stats
static const struct json_field storage_stats_fields[] = {
	JSON_FIELD(T, "read_count_normalized", JSON_UINT, read_count_normalized, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "read_size_bytes", JSON_UINT, read_size_bytes, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "write_count_normalized", JSON_UINT, write_count_normalized, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "write_size_bytes", JSON_UINT, write_size_bytes, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type storage_stats_type = {
	"StorageStats", sizeof(struct storage_stats), storage_stats_fields};

#define T struct cpu_usage
static const struct json_field cpu_usage_fields[] = {
	JSON_FIELD(T, "total_usage", JSON_UINT, total_usage, 0),
	JSON_FIELD(T, "percpu_usage", JSON_UINT_LIST, percpu_usage, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "usage_in_kernelmode", JSON_UINT, usage_in_kernelmode, 0),
	JSON_FIELD(T, "usage_in_usermode", JSON_UINT, usage_in_usermode, 0),
	JSON_END,
};
#undef T
const struct json_type cpu_usage_type = {"CPUUsage", sizeof(struct cpu_usage), cpu_usage_fields};

#define T struct throttling_data
static const struct json_field throttling_data_fields[] = {
	JSON_FIELD(T, "periods", JSON_UINT, periods, 0),
	JSON_FIELD(T, "throttled_periods", JSON_UINT, throttled_periods, 0),
	JSON_FIELD(T, "throttled_time", JSON_UINT, throttled_time, 0),
	JSON_END,
};
#undef T
const struct json_type throttling_data_type = {
	"ThrottlingData", sizeof(struct throttling_data), throttling_data_fields};

#define T struct cpu_stats
static const struct json_field cpu_stats_fields[] = {
	JSON_FIELD_OF(T, "cpu_usage", JSON_OBJECT, cpu_usage, 0, cpu_usage_type),
	JSON_FIELD(T, "system_cpu_usage", JSON_UINT, system_cpu_usage, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "online_cpus", JSON_UINT, online_cpus, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(T, "throttling_data", JSON_OBJECT, throttling_data, 0, throttling_data_type),
	JSON_END,
};
#undef T
const struct json_type cpu_stats_type = {"CPUStats", sizeof(struct cpu_stats), cpu_stats_fields};

#define T struct memory_stats
static const struct json_field memory_stats_fields[] = {
	JSON_FIELD(T, "usage", JSON_UINT, usage, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "max_usage", JSON_UINT, max_usage, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "stats", JSON_UINT_MAP, stats, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "failcnt", JSON_UINT, failcnt, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "limit", JSON_UINT, limit, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "commitbytes", JSON_UINT, commitbytes, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "commitpeakbytes", JSON_UINT, commitpeakbytes, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "privateworkingset", JSON_UINT, privateworkingset, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type memory_stats_type = {
	"MemoryStats", sizeof(struct memory_stats), memory_stats_fields};

#define T struct network_stats
static const struct json_field network_stats_fields[] = {
	JSON_FIELD(T, "rx_bytes", JSON_UINT, rx_bytes, 0),
	JSON_FIELD(T, "rx_packets", JSON_UINT, rx_packets, 0),
	JSON_FIELD(T, "rx_errors", JSON_UINT, rx_errors, 0),
	JSON_FIELD(T, "rx_dropped", JSON_UINT, rx_dropped, 0),
	JSON_FIELD(T, "tx_bytes", JSON_UINT, tx_bytes, 0),
	JSON_FIELD(T, "tx_packets", JSON_UINT, tx_packets, 0),
	JSON_FIELD(T, "tx_errors", JSON_UINT, tx_errors, 0),
	JSON_FIELD(T, "tx_dropped", JSON_UINT, tx_dropped, 0),
	JSON_FIELD(T, "endpoint_id", JSON_STRING, endpoint_id, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "instance_id", JSON_STRING, instance_id, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type network_stats_type = {
	"NetworkStats", sizeof(struct network_stats), network_stats_fields};

#define T struct container_stats
static const struct json_field container_stats_fields[] = {
	JSON_FIELD(T, "read", JSON_TIME, read, 0),
	JSON_FIELD(T, "preread", JSON_TIME, preread, 0),
	JSON_FIELD_OF(T, "pids_stats", JSON_OBJECT, pids_stats, 0, pids_stats_type),
	JSON_FIELD_OF(T, "blkio_stats", JSON_OBJECT, blkio_stats, 0, blkio_stats_type),
	JSON_FIELD(T, "num_procs", JSON_UINT, num_procs, 0),
	JSON_FIELD_OF(T, "storage_stats", JSON_OBJECT, storage_stats, 0, storage_stats_type),
	JSON_FIELD_OF(T, "cpu_stats", JSON_OBJECT, cpu_stats, 0, cpu_stats_type),
	JSON_FIELD_OF(T, "precpu_stats", JSON_OBJECT, precpu_stats, 0, cpu_stats_type),
	JSON_FIELD_OF(T, "memory_stats", JSON_OBJECT, memory_stats, 0, memory_stats_type),
	JSON_FIELD(T, "name", JSON_STRING, name, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "id", JSON_STRING, id, JSON_OMIT_EMPTY),
	JSON_FIELD_OF(
		T, "networks", JSON_OBJECT_MAP, networks, JSON_OMIT_EMPTY, network_stats_type),
	JSON_END,
};
#undef T
const struct json_type container_stats_type = {
	"ContainerStats", sizeof(struct container_stats), container_stats_fields};
