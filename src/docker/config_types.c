#include "docker/config_types.h"

#define T struct health_config
static const struct json_field health_config_fields[] = {
	JSON_FIELD(T, "Test", JSON_STRINGS, test, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Interval", JSON_INT, interval, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Timeout", JSON_INT, timeout, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "StartPeriod", JSON_INT, start_period, JSON_OMIT_EMPTY),
	JSON_FIELD_SINCE(T, "StartInterval", JSON_INT, start_interval, JSON_OMIT_EMPTY, 144, 0),
	JSON_FIELD(T, "Retries", JSON_INT, retries, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type health_config_type = {
	"HealthConfig", sizeof(struct health_config), health_config_fields};

#define T struct container_config
static const struct json_field container_config_fields[] = {
	JSON_FIELD(T, "Hostname", JSON_STRING, hostname, 0),
	JSON_FIELD(T, "Domainname", JSON_STRING, domainname, 0),
	JSON_FIELD(T, "User", JSON_STRING, user, 0),
	JSON_FIELD(T, "AttachStdin", JSON_BOOL, attach_stdin, 0),
	JSON_FIELD(T, "AttachStdout", JSON_BOOL, attach_stdout, 0),
	JSON_FIELD(T, "AttachStderr", JSON_BOOL, attach_stderr, 0),
	JSON_FIELD(T, "ExposedPorts", JSON_SET, exposed_ports, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Tty", JSON_BOOL, tty, 0),
	JSON_FIELD(T, "OpenStdin", JSON_BOOL, open_stdin, 0),
	JSON_FIELD(T, "StdinOnce", JSON_BOOL, stdin_once, 0),
	JSON_FIELD(T, "Env", JSON_STRINGS, env, 0),
	JSON_FIELD(T, "Cmd", JSON_STRINGS, cmd, JSON_OR_STRING),
	JSON_FIELD_OF(T, "Healthcheck", JSON_OBJECT_PTR, healthcheck, JSON_OMIT_EMPTY,
		health_config_type),
	JSON_FIELD(T, "ArgsEscaped", JSON_BOOL, args_escaped, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Image", JSON_STRING, image, 0),
	JSON_FIELD(T, "Volumes", JSON_SET, volumes, 0),
	JSON_FIELD(T, "WorkingDir", JSON_STRING, working_dir, 0),
	JSON_FIELD(T, "Entrypoint", JSON_STRINGS, entrypoint, JSON_OR_STRING),
	JSON_FIELD(T, "NetworkDisabled", JSON_BOOL, network_disabled, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "MacAddress", JSON_STRING, mac_address, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "OnBuild", JSON_STRINGS, on_build, 0),
	JSON_FIELD(T, "Labels", JSON_STRING_MAP, labels, 0),
	JSON_FIELD(T, "StopSignal", JSON_STRING, stop_signal, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "StopTimeout", JSON_INT_PTR, stop_timeout, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Shell", JSON_STRINGS, shell, JSON_OMIT_EMPTY | JSON_OR_STRING),
	JSON_END,
};
#undef T
const struct json_type container_config_type = {
	"ContainerConfig", sizeof(struct container_config), container_config_fields};
