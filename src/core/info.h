/* info.h: what the daemon says of itself: the answers of GET /version and GET /info. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "docker/system_types.h"

struct core;

/* Strings are in the arena, or live as long as the core. */
int info_version(
	struct core *core, struct arena *arena, struct version_answer *ret, struct error *e);
int info_system(struct core *core, struct arena *arena, struct system_info *ret, struct error *e);
