/*
 * config_types.h: what is to run: the portable part of a container, which images carry too (Docker Engine API v1.44,
 * schemas ContainerConfig and HealthConfig).
 */
#pragma once

#include "json/field.h"

/* Times are nanoseconds; 0 means: the image's, else the default. */
struct health_config {
	char **test; /* {} inherits, {"NONE"}, {"CMD", …}, {"CMD-SHELL", command} */
	int64_t interval;
	int64_t timeout;
	int64_t start_period;
	int64_t start_interval;
	int64_t retries;
};
extern const struct json_type health_config_type;

struct container_config {
	char *hostname;
	char *domainname;
	char *user;
	bool attach_stdin;
	bool attach_stdout;
	bool attach_stderr;
	struct json_map exposed_ports; /* "80/tcp" */
	bool tty;
	bool open_stdin;
	bool stdin_once; /* close stdin when the one attached client goes */
	char **env;      /* "KEY=value", or "KEY" to remove it */
	char **cmd;      /* NULL: the image's; empty: none */
	struct health_config *healthcheck;
	bool args_escaped;
	char *image;             /* the reference as given */
	struct json_map volumes; /* paths that get an anonymous volume */
	char *working_dir;
	char **entrypoint; /* NULL: the image's; empty or {""}: none */
	bool network_disabled;
	char *mac_address;
	char **on_build;
	struct json_map labels;
	char *stop_signal;
	int64_t *stop_timeout; /* seconds; NULL: 10 */
	char **shell;
};
extern const struct json_type container_config_type;
