/*
 * manifest.h: what a registry serves under a tag or digest: an image's manifest, or an index of
 * manifests by platform.
 *
 * OCI image specification 1.0 (manifest.md, image-index.md) and Docker's schema 2, which have the
 * same members.  Schema 1 is refused.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "json/field.h"

/* Media types to ask for, as the value of an Accept header. */
extern const char manifest_accept[];

struct platform {
	char *os, *architecture;
	char *variant; /* "v7", or NULL: any */
};

/* "os[/arch[/variant]]" or an architecture alone; NULL or "" is linux/amd64. */
int platform_parse(struct arena *arena, const char *text, struct platform *ret, struct error *e);

struct descriptor {
	char *media_type;
	char *digest;
	int64_t size;
	struct platform platform; /* in an index */
};

struct manifest {
	int64_t schema_version;
	char *media_type;
	struct descriptor *config;  /* an image's; NULL in an index */
	struct json_list manifests; /* struct descriptor; an index's */
};

/* ERROR_INTERNAL: the registry sent nonsense; ERROR_INVALID: no image that can be used here. */
int manifest_read(
	struct arena *arena, const char *text, size_t n, struct manifest *ret, struct error *e);
bool manifest_is_index(const struct manifest *m);

/* The digest of the index's entry for a platform. ERROR_NOT_FOUND in the Engine's words. */
int manifest_choose(const struct manifest *m, const struct platform *platform,
	const char **ret_digest, struct error *e);
