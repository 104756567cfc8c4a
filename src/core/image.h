/*
 * image.h: images known here: an id, any number of names, a config. Saved as records; the back end
 * has the content.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/list.h"
#include "base/scope.h"
#include "core/backend.h"
#include "docker/image_types.h"

struct core;

struct image {
	int refs;
	struct list link; /* newest last */
	struct arena *arena;
	char *id;       /* sha256:… */
	char **tags;    /* familiar "repo:tag" */
	char **digests; /* familiar "repo@sha256:…" */
	int64_t created_ns, tagged_ns;
	int64_t size;
	char *comment, *author, *architecture, *os;
	struct container_config *config;
	char **layers;            /* sha256:… of its layers */
	struct json_list history; /* struct image_history_item */
	bool builtin;             /* the built-in userland under a name */
	const char *wanted;       /* while pulling: the reference asked for */
};

struct image *image_ref(struct image *i);
void image_unref(struct image *i);
SCOPED(image, image_unref)

/* By reference (normalised), id or unique id prefix. "No such image: X" with X as the Engine words
 * it. */
int image_find(struct core *core, const char *what, struct image **ret, struct error *e);
/* Pulls and registers under the reference; *ret_new tells whether anything changed. */
int image_pull(struct core *core, const char *reference, const struct pull_options *options,
	const struct pull_progress *progress, struct image **ret, bool *ret_new, struct error *e)
	SUSPENDS;
int image_tag(struct core *core, struct image *i, const char *repo, const char *tag,
	struct error *e) SUSPENDS;
/* The Engine's rules for rmi; fn is called with what was untagged or deleted. */
int image_remove(struct core *core, const char *what, bool force, bool prune,
	void (*fn)(void *arg, const char *untagged, const char *deleted), void *arg,
	struct error *e) SUSPENDS;
int image_users(struct core *core, const struct image *i); /* containers made from it */
/* As lists show it, with its own names. */
void image_summarise(const struct image *i, struct image_summary *ret);
struct list *image_list(struct core *core);
int image_load_all(struct core *core, struct error *e) SUSPENDS;
void image_unload_all(struct core *core);
