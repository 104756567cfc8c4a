/*
 * memory.h: the memory back end: containers run in WebAssembly sandboxes on this machine, without
 * Docker and without privileges.
 *
 * On disk, below the state directory: containers/ID/ (root file system, log, generated files),
 * volumes/NAME/_data, userland/ (the built-in image's tree).  By default every image name resolves
 * to the built-in userland; with fetch_image_config it does so with the config that the registry
 * has under that name (env, cmd, entrypoint, …), and a pull fails where the registry says no.  The
 * image's files are not fetched.  See docs/memory.md.
 */
#pragma once

#include "base/scope.h"
#include "core/backend.h"

struct memory;

struct memory_options {
	const char *state_dir;            /* exists */
	bool fetch_image_config;          /* ask the registry for an image's real config */
	char *const *insecure_registries; /* hosts to ask without TLS beside loopback; or NULL */
};

int memory_open(const struct memory_options *options, struct memory **ret, struct error *e)
	SUSPENDS;
void memory_close(struct memory *m) SUSPENDS;
SCOPED(memory, memory_close)

/* The table for core_open. */
struct backend memory_backend(struct memory *m);
