/* mount_parts.h: what the parsers of the several ways to ask for a mount share. Private to mount_spec.h's sources. */
#pragma once

#include "base/attr.h"
#include "docker/mount_spec.h"

/* A specification with all defaults of its type. */
struct mount_spec mount_blank(enum mount_type type);

/* Cleans destination and source and checks them, and fills in the mode that volumes are shown with. The last step of every
 * parser. */
int mount_finish(struct arena *arena, struct mount_spec *m, struct error *e);

int mount_too_long(struct error *e);
int mount_invalid(struct error *e, const char *type, const char *fmt, ...) PRINTF(3, 4);

/* "rprivate" and the like; NULL if the word is none of them. */
const char *mount_propagation(const char *word);
