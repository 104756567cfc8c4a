/*
 * reference.h: names of images.
 *
 *	reference := name [":" tag] ["@" digest]        name := [domain "/"] path
 *
 * "alpine" means docker.io/library/alpine; that is the normal form, and "alpine" its familiar one.  The grammar and the
 * limits are those of the distribution project's reference package, whose messages clients know.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

#define REFERENCE_NAME_MAX 255 /* domain and path */
#define REFERENCE_TAG_MAX 128

struct reference {
	char *domain; /* "docker.io" */
	char *path;   /* "library/alpine" */
	char *tag;    /* or NULL */
	char *digest; /* "sha256:…" or NULL */
};

/* Into the normal form. A 64-digit hexadecimal name is refused: it would look like an id. */
int reference_parse(struct arena *arena, const char *text, struct reference *ret, struct error *e);

/* Of a name and a tag, or digest, that are given apart: "invalid tag format" if only that is wrong. tag may be NULL. */
int reference_parse_tagged(struct arena *arena, const char *name, const char *tag,
	struct reference *ret, struct error *e);

/* Adds the tag "latest" where there is neither tag nor digest. */
void reference_default_tag(struct reference *r);

/* "docker.io/library/alpine", the same with tag and digest, and the familiar forms of both. NULL only when the arena is
 * full. */
char *reference_name(struct arena *arena, const struct reference *r);
char *reference_text(struct arena *arena, const struct reference *r);
char *reference_familiar_name(struct arena *arena, const struct reference *r);
char *reference_familiar(struct arena *arena, const struct reference *r);

/* The `reference` filter of image lists: a glob over the familiar form or the familiar name. -EINVAL if it is malformed. */
int reference_match(struct arena *arena, const char *pattern, const struct reference *r, bool *ret,
	struct error *e);

/* "sha256:" and 64 hexadecimal digits, or another registered algorithm. */
int digest_check(const char *digest, struct error *e);
