#include "core/mounts.h"

#include "base/dir.h"
#include "base/log.h"
#include "base/str.h"
#include "core/core.h"
#include "core/volume.h"
#include "docker/mount_spec.h"
#include "json/read.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static struct container_mount *
add(struct container *c, struct container_mount **items)
{
	return &(*items)[c->mounts.n++];
}

static char *
keep(struct container *c, const char *text)
{
	return arena_strdup(c->arena, text);
}

static int
check_bind_source(const struct mount_spec *spec, struct error *e)
{
	struct stat st;
	int r;

	if (stat(spec->source, &st) == 0)
		return 0;
	if (!spec->create_source)
		return error_set(e, ERROR_INVALID, -ENOENT,
			"invalid mount config for type \"bind\": bind source path does not exist: "
			"%s",
			spec->source);
	r = dir_make_all(spec->source, 0755, NULL);
	return r < 0 ? error_errno(
			       e, r, "error while creating mount source path '%s'", spec->source)
		     : 0;
}

static int
make_volume(struct container *c, const struct mount_spec *spec, struct container_mount *m,
	struct error *e)
{
	struct volume_create_request request = {
		.name = (char *)(uintptr_t)spec->name,
		.driver = (char *)(uintptr_t)spec->driver,
		.labels = spec->labels,
		.driver_opts = spec->driver_options,
	};
	scoped(volume) *v = NULL;
	int r = volume_create(c->core, &request, &v, e);

	if (r < 0)
		return r;
	m->name = keep(c, v->name);
	m->source = keep(c, v->mountpoint);
	m->driver = keep(c, v->driver);
	m->anonymous = str_empty(spec->name);
	return 0;
}

static int
add_spec(struct container *c, struct container_mount **items, const struct mount_spec *spec,
	struct error *e)
{
	struct container_mount m = {
		.type = keep(c, mount_type_name(spec->type)),
		.name = keep(c, ""),
		.source = keep(c, spec->source),
		.destination = keep(c, spec->destination),
		.driver = keep(c, ""),
		.mode = keep(c, spec->mode),
		.propagation = keep(c, spec->type == MOUNT_BIND ? spec->propagation : ""),
		.read_write = !spec->read_only,
		.populate = spec->type == MOUNT_VOLUME && !spec->no_copy,
	};
	int r = 0;

	if (spec->type == MOUNT_BIND)
		r = check_bind_source(spec, e);
	else if (spec->type == MOUNT_VOLUME)
		r = make_volume(c, spec, &m, e);
	if (r >= 0)
		*add(c, items) = m;
	return r;
}

static bool
mounted_at(const struct container *c, const char *destination)
{
	const struct container_mount *items = c->mounts.items;

	for (size_t i = 0; i < c->mounts.n; i++) {
		if (str_eq(items[i].destination, destination))
			return true;
	}
	return false;
}

/* The other container's mounts, where this one has nothing of its own; they are not anonymous here: their owner removes them. */
static int
add_from(struct container *c, const char *text, struct error *e)
{
	scoped(container) *other = NULL;
	const struct container_mount *theirs;
	struct container_mount *items;
	const char *name;
	bool read_only;
	int r = volumes_from_parse(c->arena, text, &name, &read_only, e);

	if (r >= 0)
		r = container_find(c->core, name, &other, e);
	if (r < 0)
		return r;
	theirs = other->mounts.items;
	items = ARENA_ARRAY(c->arena, struct container_mount, c->mounts.n + other->mounts.n);
	if (c->mounts.n)
		memcpy(items, c->mounts.items, c->mounts.n * sizeof(*items));
	c->mounts.items = items;
	for (size_t i = 0; i < other->mounts.n; i++) {
		const struct container_mount *m = &theirs[i];

		/* A --tmpfs is its container's own. */
		if (mounted_at(c, m->destination) ||
			json_map_has(&other->host_config->tmpfs, m->destination))
			continue;
		*add(c, &items) = (struct container_mount){
			.type = keep(c, m->type),
			.name = keep(c, m->name),
			.source = keep(c, m->source),
			.destination = keep(c, m->destination),
			.driver = keep(c, m->driver),
			.mode = keep(c, ""), /* theirs, which is not shown twice */
			.propagation = keep(c, m->propagation),
			.read_write = m->read_write && !read_only,
		};
	}
	return 0;
}

int
mounts_decide(struct container *c, struct error *e)
{
	struct mount_specs specs;
	struct container_mount *items;
	int r = mount_specs_collect(c->arena, c->config, c->host_config, &specs, e);

	if (r < 0)
		return r;
	items = ARENA_ARRAY(c->arena, struct container_mount, specs.n + 1);
	c->mounts = (struct json_list){.items = items, .present = true};
	for (size_t i = 0; i < specs.n; i++) {
		r = add_spec(c, &items, &specs.items[i], e);
		if (r < 0)
			return r;
	}
	for (char **from = c->host_config->volumes_from; from && *from; from++) {
		r = add_from(c, *from, e);
		if (r < 0)
			return r;
	}
	return 0;
}

void
mounts_undo(struct container *c)
{
	const struct container_mount *items = c->mounts.items;

	for (size_t i = 0; i < c->mounts.n; i++) {
		scoped(volume) *v = NULL;
		scoped_error e = {0};

		if (!items[i].anonymous || volume_find(c->core, items[i].name, &v, NULL) < 0)
			continue;
		/* Used by another container, too (volumes-from): it stays, as in the Engine. */
		if (volume_remove(c->core, v, &e) < 0 && e.kind != ERROR_CONFLICT)
			log_warn("volume %s stays: %s", items[i].name, error_message(&e));
	}
}
