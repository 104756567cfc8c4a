/*
 * internal.h: the internal API between a front end and a back end.
 *
 * It is the Docker API's own paths, queries, headers and bodies under INTERNAL_PREFIX, without the
 * version in the path, plus these headers and GET INTERNAL_PREFIX/capabilities.
 */
#pragma once

#include "json/field.h"

#define INTERNAL_PREFIX "/internal/v1"

/* Of a request: the API version in the client's path, as the client wrote it ("1.44"); absent where
 * the path had none.  The back end knows its window and refuses what is outside. */
#define INTERNAL_VERSION_HEADER "Sockerless-Api-Version"
/* Of a request: the secret that both sides have, where the way between them needs one. */
#define INTERNAL_SECRET_HEADER "Sockerless-Secret"
/* Of a response: which of the back end's routes answered, for the front end's metrics. */
#define INTERNAL_ROUTE_HEADER "Sockerless-Route"

/* What a back end can do. What it cannot answers 501 with a sentence. */
struct capabilities_set {
	bool attach, build, commit, copy, events, exec, export, health_checks, image_load,
		image_pull, image_push, image_save, limits, logs, networks, pause, published_ports,
		registry_login, stats, volumes;
};

struct capabilities {
	char *backend;                       /* "memory" */
	char *version;                       /* of Sockerless */
	char *api_version, *min_api_version; /* the window of Docker API versions */
	char *missing;                       /* why the rest is not there; may be NULL */
	struct capabilities_set set;
};

extern const struct json_type capabilities_type;
