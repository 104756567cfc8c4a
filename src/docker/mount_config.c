/* mount_config.c: entries of Mounts, each with the options of its own type only. */
#include "docker/mount_parts.h"

#include "base/str.h"

#include <errno.h>

#define DEFAULT_TMPFS_MODE 01777

static int
fill_bind(const struct mount_config *from, struct mount_spec *m, struct error *e)
{
	const struct bind_options *options = from->bind_options;

	m->source = str_or(from->source, "");
	if (!options)
		return 0;
	m->create_source = options->create_mountpoint;
	if (str_empty(options->propagation))
		return 0;
	m->propagation = mount_propagation(options->propagation);
	return m->propagation ? 0
			      : mount_invalid(e, from->type, "invalid propagation mode: %s",
					options->propagation);
}

static int
fill_volume(const struct mount_config *from, struct mount_spec *m, struct error *e)
{
	const struct volume_options *options = from->volume_options;

	m->name = str_or(from->source, "");
	if (!*m->name && from->read_only)
		return mount_invalid(
			e, from->type, "must not set ReadOnly mode when using anonymous volumes");
	if (!options)
		return 0;
	if (!str_empty(options->subpath))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"VolumeOptions.Subpath needs API v1.45 or newer");
	m->no_copy = options->no_copy;
	m->labels = options->labels;
	if (options->driver_config) {
		m->driver = str_or(options->driver_config->name, "");
		m->driver_options = options->driver_config->options;
	}
	return 0;
}

static int
fill_tmpfs(const struct mount_config *from, struct mount_spec *m, struct error *e)
{
	const struct tmpfs_options *options = from->tmpfs_options;

	m->tmpfs_mode = DEFAULT_TMPFS_MODE;
	if (!str_empty(from->source))
		return mount_invalid(e, from->type, "field Source must not be specified");
	if (!options)
		return 0;
	if (options->size_bytes < 0)
		return mount_invalid(e, from->type, "size must not be negative");
	m->tmpfs_size = options->size_bytes;
	if (options->mode)
		m->tmpfs_mode = (uint32_t)options->mode & 07777;
	return 0;
}

/* Options that belong to another type are a mistake, not something to pass over. */
static int
check_options(const struct mount_config *from, enum mount_type type, struct error *e)
{
	if (from->bind_options && type != MOUNT_BIND)
		return mount_invalid(e, from->type, "field BindOptions must not be specified");
	if (from->volume_options && type != MOUNT_VOLUME)
		return mount_invalid(e, from->type, "field VolumeOptions must not be specified");
	if (from->tmpfs_options && type != MOUNT_TMPFS)
		return mount_invalid(e, from->type, "field TmpfsOptions must not be specified");
	return 0;
}

int
mount_spec_from_config(struct arena *arena, const struct mount_config *from, struct mount_spec *ret,
	struct error *e)
{
	static int (*const fill[])(
		const struct mount_config *, struct mount_spec *, struct error *) = {
		[MOUNT_BIND] = fill_bind,
		[MOUNT_VOLUME] = fill_volume,
		[MOUNT_TMPFS] = fill_tmpfs,
	};
	size_t type = 0;
	struct mount_spec m;
	int r;

	while (type < ARRAY_LEN(fill) &&
		!str_eq(from->type, mount_type_name((enum mount_type)type)))
		type++;
	if (type == ARRAY_LEN(fill))
		return mount_invalid(e, str_or(from->type, ""), "mount type unknown");
	m = mount_blank((enum mount_type)type);
	m.destination = str_or(from->target, "");
	m.read_only = from->read_only;
	r = check_options(from, m.type, e);
	if (r == 0)
		r = fill[type](from, &m, e);
	if (r == 0)
		r = mount_finish(arena, &m, e);
	if (r == 0)
		*ret = m;
	return r;
}

/* Entries of Tmpfs: mount options as mount(8) has them */

/* Options without effect on a file system of our own: there are no devices and no set-uid programs in it anyway. */
static bool
is_passive(const char *option)
{
	static const char *const known[] = {"rw", "exec", "noexec", "suid", "nosuid", "dev",
		"nodev", "async", "sync", "atime", "noatime", "diratime", "nodiratime", "relatime",
		"norelatime", "strictatime", "nostrictatime", "bind", "rbind", "private",
		"rprivate", "shared", "rshared", "slave", "rslave", "uid", "gid", "nr_inodes",
		"nr_blocks", "mpol"};
	size_t n = strcspn(option, "=");

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i]) == n && !memcmp(known[i], option, n))
			return true;
	return false;
}

static int
parse_octal(const char *text, uint32_t *ret)
{
	char *end;
	unsigned long v = strtoul(text, &end, 8);

	if (!*text || *end || v > 07777)
		return -EINVAL;
	*ret = (uint32_t)v;
	return 0;
}

static int
apply_option(struct mount_spec *m, const char *option, struct error *e)
{
	int r = 0;

	if (str_eq(option, "ro"))
		m->read_only = true;
	else if (str_starts(option, "size="))
		r = str_to_bytes(option + strlen("size="), &m->tmpfs_size);
	else if (str_starts(option, "mode="))
		r = parse_octal(option + strlen("mode="), &m->tmpfs_mode);
	else if (*option && !is_passive(option))
		r = -EINVAL;
	if (r < 0)
		return error_set(
			e, ERROR_INVALID, -EINVAL, "Invalid tmpfs option \"%.200s\"", option);
	return 0;
}

int
mount_spec_tmpfs(struct arena *arena, const char *path, const char *options, struct mount_spec *ret,
	struct error *e)
{
	struct mount_spec m = mount_blank(MOUNT_TMPFS);
	scoped_strv words = strv_split(str_or(options, ""), ',');
	int r = 0;

	m.tmpfs_mode = DEFAULT_TMPFS_MODE;
	m.destination = path;
	for (char **word = words; r == 0 && *word; word++)
		r = apply_option(&m, *word, e);
	if (r == 0)
		r = mount_finish(arena, &m, e);
	if (r == 0)
		*ret = m;
	return r;
}
