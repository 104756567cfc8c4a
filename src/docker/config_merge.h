/* config_merge.h: an image's configuration under the one of a request, and environments under others. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "docker/config_types.h"

/*
 * Fills in `config` what the request left open: the environment and labels by key, exposed ports and volumes by union, user,
 * working directory, stop signal and health check where not given; the image's Cmd only when the request has neither Cmd nor
 * Entrypoint, its Entrypoint only when the request's is absent.  An Entrypoint of {""} means none.  "no command specified"
 * when nothing is left to run.  What is added is copied into the arena.
 */
int config_merge(struct arena *arena, struct container_config *config,
	const struct container_config *image, struct error *e);

/* `base` with `over` on top: "KEY=value" replaces in place or is appended, "KEY" alone removes. Neither may be NULL-valued
 * inside; each may be NULL. The result is in the arena. */
char **env_merge(struct arena *arena, char *const *base, char *const *over);

/* The value of KEY in an environment, or NULL. */
const char *env_get(char *const *env, const char *key);
