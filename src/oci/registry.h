/*
 * registry.h: asks a registry what an image is: its manifest and its configuration, not its content
 * (OCI distribution specification 1.0, "Pull").
 *
 * Whatever was asked for by digest is verified against it (SHA-256).  docker.io is asked at
 * registry-1.docker.io. Loopback hosts, and those that the caller lists, are asked over plain HTTP,
 * all others over verified TLS.
 *
 * Errors have the Engine's words and kinds: an unknown manifest, an unknown repository and denied
 * access are ERROR_NOT_FOUND; an unreachable registry and refused credentials are ERROR_INTERNAL.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "oci/config.h"

struct reference;

#define REGISTRY_DOCUMENT_MAX (4 << 20) /* bytes of a manifest or a configuration */

struct registry_query {
	const struct reference *reference; /* with a tag or a digest */
	const char *auth;                  /* X-Registry-Auth, or NULL */
	const char *platform;              /* "os/arch/variant", or NULL */
	char *const *insecure; /* hosts as references name them ("name:5000"), or NULL */
};

struct registry_image {
	char *id;     /* digest of the configuration */
	char *digest; /* of what the reference named: the manifest, or the index */
	struct image_config config;
};

int registry_ask(struct arena *arena, const struct registry_query *query,
	struct registry_image *ret, struct error *e) SUSPENDS;
