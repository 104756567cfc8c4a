/*
 * exec_types.h: running another program in a container (Docker Engine API v1.44, tag Exec).
 */
#pragma once

#include "json/field.h"

/* POST /containers/{id}/exec */
struct exec_config {
	char *user;
	bool privileged;
	bool tty;
	uint64_t console_size[2]; /* rows, columns */
	bool attach_stdin;
	bool attach_stderr;
	bool attach_stdout;
	bool detach;
	char *detach_keys;
	char **env;
	char *working_dir;
	char **cmd;
};
extern const struct json_type exec_config_type;

struct exec_create_answer {
	char *id;
};
extern const struct json_type exec_create_answer_type;

/* POST /exec/{id}/start */
struct exec_start_config {
	bool detach;
	bool tty;
	uint64_t console_size[2];
};
extern const struct json_type exec_start_config_type;

struct exec_process_config {
	bool tty;
	char *entrypoint;
	char **arguments;
	bool *privileged;
	char *user;
};
extern const struct json_type exec_process_config_type;

/* GET /exec/{id}/json */
struct exec_inspect {
	char *id;
	bool running;
	int64_t *exit_code; /* NULL until it ended */
	struct exec_process_config process_config;
	bool open_stdin;
	bool open_stderr;
	bool open_stdout;
	bool can_remove;
	char *container_id;
	char *detach_keys; /* base64 */
	int64_t pid;
};
extern const struct json_type exec_inspect_type;
