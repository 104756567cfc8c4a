/*
 * mount_spec.h: what a container wants mounted, in one form whatever the way it was asked for: Binds, Mounts, Tmpfs,
 * Volumes, VolumesFrom (Docker Engine API v1.44, schema HostConfig).
 *
 * Pure parsing and checking: whether a source exists, and what a volume's mountpoint is, is for the caller to find out.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "docker/config_types.h"
#include "docker/host_types.h"

#include <stdbool.h>
#include <stdint.h>

enum mount_type { MOUNT_BIND, MOUNT_VOLUME, MOUNT_TMPFS };

/* No string is NULL. */
struct mount_spec {
	enum mount_type type;
	const char *name;        /* of a volume; "" for an anonymous one */
	const char *source;      /* of a bind: an absolute, clean path; else "" */
	const char *destination; /* absolute and clean */
	const char *driver;      /* of a volume; "" for the default */
	const char *mode;        /* as inspect shows it */
	const char *propagation; /* of a bind; "rprivate" unless given */
	bool read_only;
	bool no_copy;       /* an empty volume is not filled from the image */
	bool create_source; /* a bind's missing source directory is made (Binds do, Mounts do not) */
	int64_t tmpfs_size; /* bytes; 0: no limit */
	uint32_t tmpfs_mode;
	struct json_map labels, driver_options; /* for a volume that has to be made */
};

const char *mount_type_name(enum mount_type type); /* "bind", "volume", "tmpfs" */

/* One entry of Binds: "source:destination[:options]", "name:destination[:options]" or "destination".
 * invalid volume specification: '…'; invalid mode: … */
int mount_spec_parse(struct arena *arena, const char *text, const char *volume_driver,
	struct mount_spec *ret, struct error *e);

/* One entry of Mounts. invalid mount config for type "bind": … */
int mount_spec_from_config(
	struct arena *arena, const struct mount_config *m, struct mount_spec *ret, struct error *e);

/* One entry of Tmpfs: "size=64m,mode=1777,ro". */
int mount_spec_tmpfs(struct arena *arena, const char *path, const char *options,
	struct mount_spec *ret, struct error *e);

struct mount_specs {
	struct mount_spec *items;
	size_t n;
};

/* All of them in the Engine's order: Binds, Mounts, Tmpfs, then those paths of the configuration's Volumes that are still
 * free. Two of the first three at one place: "Duplicate mount point: /x". */
int mount_specs_collect(struct arena *arena, const struct container_config *config,
	const struct host_config *host, struct mount_specs *ret, struct error *e);

/* One entry of VolumesFrom, "container[:ro|rw]". */
int volumes_from_parse(struct arena *arena, const char *text, const char **ret_container,
	bool *ret_read_only, struct error *e);

/* The rule for names of volumes, in the Engine's words. */
int volume_name_check(const char *name, struct error *e);
