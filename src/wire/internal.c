#include "wire/internal.h"

#define SET(name, member) JSON_FIELD(struct capabilities_set, name, JSON_BOOL, member, 0)

static const struct json_field set_fields[] = {
	SET("Attach", attach),
	SET("Build", build),
	SET("Commit", commit),
	SET("Copy", copy),
	SET("Events", events),
	SET("Exec", exec),
	SET("Export", export),
	SET("HealthChecks", health_checks),
	SET("ImageLoad", image_load),
	SET("ImagePull", image_pull),
	SET("ImagePush", image_push),
	SET("ImageSave", image_save),
	SET("Limits", limits),
	SET("Logs", logs),
	SET("Networks", networks),
	SET("Pause", pause),
	SET("PublishedPorts", published_ports),
	SET("RegistryLogin", registry_login),
	SET("Stats", stats),
	SET("Volumes", volumes),
	JSON_END,
};

static const struct json_type set_type = {
	"CapabilitiesSet", sizeof(struct capabilities_set), set_fields};

#define TEXT(name, member) JSON_FIELD(struct capabilities, name, JSON_STRING, member, 0)

static const struct json_field fields[] = {
	TEXT("Backend", backend),
	TEXT("Version", version),
	TEXT("ApiVersion", api_version),
	TEXT("MinAPIVersion", min_api_version),
	TEXT("Missing", missing),
	JSON_FIELD_OF(struct capabilities, "Capabilities", JSON_OBJECT, set, 0, set_type),
	JSON_END,
};

const struct json_type capabilities_type = {"Capabilities", sizeof(struct capabilities), fields};
