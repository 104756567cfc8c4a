/* volume.h: named and anonymous volumes: records here, content at the back end's mountpoint. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/list.h"
#include "base/scope.h"
#include "docker/volume_types.h"
#include "task/cond.h"

struct core;

struct volume {
	int refs;
	struct list link;
	struct arena *arena;
	char *name, *driver, *mountpoint;
	struct json_map labels, options;
	int64_t created_ns;
	bool anonymous;
	bool removing;    /* nobody finds it any more, and its name is not free yet */
	struct cond gone; /* it has been removed, or could not be */
};

struct volume *volume_ref(struct volume *v);
void volume_unref(struct volume *v);
SCOPED(volume, volume_unref)

int volume_find(struct core *core, const char *name, struct volume **ret, struct error *e);
/* An existing one of the same driver is returned as it is; the end of one that is being removed is awaited. An empty name makes an anonymous one. */
int volume_create(struct core *core, const struct volume_create_request *request,
	struct volume **ret, struct error *e) SUSPENDS;
int volume_remove(struct core *core, struct volume *v, struct error *e)
	SUSPENDS; /* CONFLICT while used */
/* Containers that have it mounted: ids (strv). */
char **volume_users(struct core *core, const struct volume *v);
/* The API's view, with the volume's own strings. */
void volume_describe(const struct volume *v, struct volume_resource *ret);
struct list *volume_list(struct core *core);
int volume_load_all(struct core *core, struct error *e) SUSPENDS;
void volume_unload_all(struct core *core);
