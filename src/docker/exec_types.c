#include "docker/exec_types.h"

#define T struct exec_config
static const struct json_field exec_config_fields[] = {
	JSON_FIELD(T, "User", JSON_STRING, user, 0),
	JSON_FIELD(T, "Privileged", JSON_BOOL, privileged, 0),
	JSON_FIELD(T, "Tty", JSON_BOOL, tty, 0),
	JSON_FIELD(T, "ConsoleSize", JSON_UINT_PAIR, console_size, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "AttachStdin", JSON_BOOL, attach_stdin, 0),
	JSON_FIELD(T, "AttachStderr", JSON_BOOL, attach_stderr, 0),
	JSON_FIELD(T, "AttachStdout", JSON_BOOL, attach_stdout, 0),
	JSON_FIELD(T, "Detach", JSON_BOOL, detach, 0),
	JSON_FIELD(T, "DetachKeys", JSON_STRING, detach_keys, 0),
	JSON_FIELD(T, "Env", JSON_STRINGS, env, 0),
	JSON_FIELD(T, "WorkingDir", JSON_STRING, working_dir, 0),
	JSON_FIELD(T, "Cmd", JSON_STRINGS, cmd, JSON_OR_STRING),
	JSON_END,
};
#undef T
const struct json_type exec_config_type = {
	"ExecConfig", sizeof(struct exec_config), exec_config_fields};

#define T struct exec_create_answer
static const struct json_field exec_create_answer_fields[] = {
	JSON_FIELD(T, "Id", JSON_STRING, id, 0),
	JSON_END,
};
#undef T
const struct json_type exec_create_answer_type = {
	"IdResponse", sizeof(struct exec_create_answer), exec_create_answer_fields};

#define T struct exec_start_config
static const struct json_field exec_start_config_fields[] = {
	JSON_FIELD(T, "Detach", JSON_BOOL, detach, 0),
	JSON_FIELD(T, "Tty", JSON_BOOL, tty, 0),
	JSON_FIELD(T, "ConsoleSize", JSON_UINT_PAIR, console_size, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type exec_start_config_type = {
	"ExecStartConfig", sizeof(struct exec_start_config), exec_start_config_fields};

#define T struct exec_process_config
static const struct json_field exec_process_config_fields[] = {
	JSON_FIELD(T, "tty", JSON_BOOL, tty, 0),
	JSON_FIELD(T, "entrypoint", JSON_STRING, entrypoint, 0),
	JSON_FIELD(T, "arguments", JSON_STRINGS, arguments, JSON_EMPTY_LIST),
	JSON_FIELD(T, "privileged", JSON_BOOL_PTR, privileged, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "user", JSON_STRING, user, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type exec_process_config_type = {
	"ProcessConfig", sizeof(struct exec_process_config), exec_process_config_fields};

#define T struct exec_inspect
static const struct json_field exec_inspect_fields[] = {
	JSON_FIELD(T, "ID", JSON_STRING, id, 0),
	JSON_FIELD(T, "Running", JSON_BOOL, running, 0),
	JSON_FIELD(T, "ExitCode", JSON_INT_PTR, exit_code, 0),
	JSON_FIELD_OF(T, "ProcessConfig", JSON_OBJECT, process_config, 0, exec_process_config_type),
	JSON_FIELD(T, "OpenStdin", JSON_BOOL, open_stdin, 0),
	JSON_FIELD(T, "OpenStderr", JSON_BOOL, open_stderr, 0),
	JSON_FIELD(T, "OpenStdout", JSON_BOOL, open_stdout, 0),
	JSON_FIELD(T, "CanRemove", JSON_BOOL, can_remove, 0),
	JSON_FIELD(T, "ContainerID", JSON_STRING, container_id, 0),
	JSON_FIELD(T, "DetachKeys", JSON_STRING, detach_keys, 0),
	JSON_FIELD(T, "Pid", JSON_INT, pid, 0),
	JSON_END,
};
#undef T
const struct json_type exec_inspect_type = {
	"ExecInspectResponse", sizeof(struct exec_inspect), exec_inspect_fields};
