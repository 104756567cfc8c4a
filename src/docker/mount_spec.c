#include "docker/mount_parts.h"

#include "base/id.h"
#include "base/str.h"

#include <errno.h>
#include <stdarg.h>

const char *
mount_type_name(enum mount_type type)
{
	static const char *const names[] = {"bind", "volume", "tmpfs"};

	return names[type];
}

int
mount_too_long(struct error *e)
{
	return error_set(e, ERROR_TOO_LARGE, -E2BIG, "mounts are too long");
}

int
mount_invalid(struct error *e, const char *type, const char *fmt, ...)
{
	char reason[640];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	return error_set(e, ERROR_INVALID, -EINVAL, "invalid mount config for type \"%.64s\": %s",
		type, reason);
}

int
volume_name_check(const char *name, struct error *e)
{
	if (strlen(name) < 2)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"create %s: volume name is too short, names should be at least two "
			"alphanumeric characters",
			name);
	if (id_valid_name(name))
		return 0;
	return error_set(e, ERROR_INVALID, -EINVAL,
		"create %.255s: \"%.255s\" includes invalid characters for a local volume name, "
		"only "
		"\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host "
		"directory, use absolute path",
		name, name);
}

/* An absolute path without "//", "." and ".." components, by its text alone. */
static char *
clean_path(struct arena *arena, const char *path)
{
	char *out = arena_alloc(arena, strlen(path) + 2);
	size_t n = 0;

	while (out && *path) {
		size_t size = strcspn(path, "/");

		if (size == 2 && path[0] == '.' && path[1] == '.') {
			while (n > 0 && out[--n] != '/')
				;
		} else if (size > 0 && !(size == 1 && path[0] == '.')) {
			out[n++] = '/';
			memcpy(out + n, path, size);
			n += size;
		}
		path += size + (path[size] == '/');
	}
	if (out) {
		if (n == 0)
			out[n++] = '/';
		out[n] = '\0';
	}
	return out;
}

static int
check_path(struct error *e, const struct mount_spec *m, const char *field, const char *path)
{
	const char *type = mount_type_name(m->type);

	if (!*path)
		return mount_invalid(e, type, "field %s must not be empty", field);
	if (*path != '/')
		return mount_invalid(
			e, type, "invalid mount path: '%s' mount path must be absolute", path);
	return 0;
}

struct mount_spec
mount_blank(enum mount_type type)
{
	return (struct mount_spec){
		.type = type,
		.name = "",
		.source = "",
		.destination = "",
		.driver = "",
		.mode = "",
		.propagation = type == MOUNT_BIND ? "rprivate" : "",
	};
}

int
mount_finish(struct arena *arena, struct mount_spec *m, struct error *e)
{
	int r = check_path(e, m, "Target", m->destination);

	if (r == 0 && m->type == MOUNT_BIND)
		r = check_path(e, m, "Source", m->source);
	if (r == 0 && m->type == MOUNT_VOLUME && *m->name)
		r = volume_name_check(m->name, e);
	if (r < 0)
		return r;
	m->destination = clean_path(arena, m->destination);
	if (m->type == MOUNT_BIND)
		m->source = clean_path(arena, m->source);
	if (!m->destination || !m->source)
		return mount_too_long(e);
	if (!m->destination[1])
		return mount_invalid(e, mount_type_name(m->type),
			"invalid specification: destination can't be '/'");
	/* The Engine shows volumes of its own driver with the mode "z" where none was asked for. */
	if (m->type == MOUNT_VOLUME && !*m->mode && (!*m->driver || str_eq(m->driver, "local")))
		m->mode = "z";
	return 0;
}

/* All of them */

static bool
is_taken(const struct mount_specs *specs, const char *destination)
{
	for (size_t i = 0; i < specs->n; i++)
		if (str_eq(specs->items[i].destination, destination))
			return true;
	return false;
}

static int
add(struct mount_specs *specs, const struct mount_spec *m, struct error *e)
{
	if (is_taken(specs, m->destination))
		return error_set(
			e, ERROR_INVALID, -EINVAL, "Duplicate mount point: %.512s", m->destination);
	specs->items[specs->n++] = *m;
	return 0;
}

/* A path that an image or a request wants on a volume of its own, unless something is there already. */
static int
add_volume_path(struct arena *arena, struct mount_specs *specs, const char *path,
	const char *driver, struct error *e)
{
	struct mount_spec m = mount_blank(MOUNT_VOLUME);
	int r;

	m.destination = path;
	m.driver = driver;
	r = mount_finish(arena, &m, e);
	m.mode = "";
	if (r == 0 && !is_taken(specs, m.destination))
		r = add(specs, &m, e);
	return r;
}

static int
add_given(struct arena *arena, const struct host_config *host, struct mount_specs *specs,
	struct error *e)
{
	const struct mount_config *mounts = host->mounts.items;
	struct mount_spec m;
	int r = 0;

	for (char **b = host->binds; r == 0 && b && *b; b++) {
		r = mount_spec_parse(arena, *b, host->volume_driver, &m, e);
		if (r == 0)
			r = add(specs, &m, e);
	}
	for (size_t i = 0; r == 0 && i < host->mounts.n; i++) {
		r = mount_spec_from_config(arena, &mounts[i], &m, e);
		if (r == 0)
			r = add(specs, &m, e);
	}
	for (size_t i = 0; r == 0 && i < host->tmpfs.n; i++) {
		r = mount_spec_tmpfs(
			arena, host->tmpfs.items[i].key, host->tmpfs.items[i].value, &m, e);
		if (r == 0)
			r = add(specs, &m, e);
	}
	return r;
}

int
mount_specs_collect(struct arena *arena, const struct container_config *config,
	const struct host_config *host, struct mount_specs *ret, struct error *e)
{
	size_t max = strv_len(host->binds) + host->mounts.n + host->tmpfs.n + config->volumes.n;
	struct mount_specs specs = {ARENA_ARRAY(arena, struct mount_spec, max), 0};
	int r;

	if (!specs.items)
		return mount_too_long(e);
	r = add_given(arena, host, &specs, e);
	for (size_t i = 0; r == 0 && i < config->volumes.n; i++)
		r = add_volume_path(arena, &specs, config->volumes.items[i].key,
			str_or(host->volume_driver, ""), e);
	if (r == 0)
		*ret = specs;
	return r;
}
