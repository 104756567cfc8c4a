#include "docker/config_merge.h"

#include "base/str.h"
#include "json/read.h"

#include <errno.h>

static int
too_long(struct error *e)
{
	return error_set(e, ERROR_TOO_LARGE, -E2BIG, "configuration is too long");
}

/* Environments */

static size_t
key_size(const char *entry)
{
	return strcspn(entry, "=");
}

static bool
same_key(const char *a, const char *b)
{
	size_t n = key_size(a);

	return n == key_size(b) && !memcmp(a, b, n);
}

static char **
find_key(char **env, const char *entry)
{
	for (; *env; env++)
		if (same_key(*env, entry))
			return env;
	return NULL;
}

const char *
env_get(char *const *env, const char *key)
{
	size_t n = strlen(key);

	for (; env && *env; env++)
		if (!strncmp(*env, key, n) && (*env)[n] == '=')
			return *env + n + 1;
	return NULL;
}

static void
remove_at(char **at)
{
	do
		at[0] = at[1];
	while (*at++);
}

static bool
copy_all(struct arena *arena, char **to, char *const *from)
{
	for (; from && *from; from++)
		if (!(*to++ = arena_strdup(arena, *from)))
			return false;
	return true;
}

char **
env_merge(struct arena *arena, char *const *base, char *const *over)
{
	size_t n = strv_len(base);
	char **env = ARENA_ARRAY(arena, char *, n + strv_len(over) + 1);

	if (!env || !copy_all(arena, env, base))
		return NULL;
	for (; over && *over; over++) {
		char **at = find_key(env, *over);

		if (strchr(*over, '=')) {
			char *copy = arena_strdup(arena, *over);

			if (!copy)
				return NULL;
			*(at ? at : &env[n++]) = copy;
		} else if (at) {
			remove_at(at);
			n--;
		}
	}
	return env;
}

/* The request's variables first, then those of the image that it does not name: the order that inspect shows. */
static int
merge_env(struct arena *arena, struct container_config *config, char *const *image, struct error *e)
{
	size_t n = strv_len(config->env);
	char **env = ARENA_ARRAY(arena, char *, n + strv_len(image) + 1);

	if (!env || !copy_all(arena, env, config->env))
		return too_long(e);
	for (; image && *image; image++) {
		if (find_key(env, *image))
			continue;
		if (!(env[n++] = arena_strdup(arena, *image)))
			return too_long(e);
	}
	if (n || config->env)
		config->env = env;
	return 0;
}

/* Maps: what the image has and the request has not */

static int
merge_map(struct arena *arena, struct json_map *to, const struct json_map *from, struct error *e)
{
	struct json_member *items = ARENA_ARRAY(arena, struct json_member, to->n + from->n);
	size_t n = to->n;

	if (from->n == 0)
		return 0;
	if (!items)
		return too_long(e);
	if (n)
		memcpy(items, to->items, n * sizeof(*items));
	for (size_t i = 0; i < from->n; i++) {
		const char *value = from->items[i].value;

		if (json_map_has(to, from->items[i].key))
			continue;
		items[n].key = arena_strdup(arena, from->items[i].key);
		items[n].value = value ? arena_strdup(arena, value) : NULL;
		if (!items[n].key || (value && !items[n].value))
			return too_long(e);
		n++;
	}
	*to = (struct json_map){items, n, true};
	return 0;
}

/* Strings, commands, health */

static int
merge_string(struct arena *arena, char **to, const char *from, struct error *e)
{
	if (str_empty(*to) && !str_empty(from)) {
		*to = arena_strdup(arena, from);
		if (!*to)
			return too_long(e);
	}
	return 0;
}

static int
take_strings(struct arena *arena, char ***to, char *const *from, struct error *e)
{
	char **v;

	if (!from)
		return 0;
	v = ARENA_ARRAY(arena, char *, strv_len(from) + 1);
	if (!v || !copy_all(arena, v, from))
		return too_long(e);
	*to = v;
	return 0;
}

static int
merge_command(struct arena *arena, struct container_config *config,
	const struct container_config *image, struct error *e)
{
	int r = 0;

	if (strv_len(config->entrypoint) > 0)
		return 0;
	if (strv_len(config->cmd) == 0) {
		r = take_strings(arena, &config->cmd, image->cmd, e);
		config->args_escaped = image->args_escaped;
	}
	if (r == 0 && !config->entrypoint)
		r = take_strings(arena, &config->entrypoint, image->entrypoint, e);
	return r;
}

static void
merge_number(int64_t *to, int64_t from)
{
	if (*to == 0)
		*to = from;
}

static int
merge_health(struct arena *arena, struct container_config *config,
	const struct health_config *image, struct error *e)
{
	struct health_config *h = config->healthcheck;

	if (!image)
		return 0;
	if (!h) {
		h = config->healthcheck = ARENA_NEW(arena, health_config);
		if (!h)
			return too_long(e);
	}
	merge_number(&h->interval, image->interval);
	merge_number(&h->timeout, image->timeout);
	merge_number(&h->start_period, image->start_period);
	merge_number(&h->start_interval, image->start_interval);
	merge_number(&h->retries, image->retries);
	return strv_len(h->test) ? 0 : take_strings(arena, &h->test, image->test, e);
}

static int
merge_strings_and_maps(struct arena *arena, struct container_config *config,
	const struct container_config *image, struct error *e)
{
	int r = merge_string(arena, &config->user, image->user, e);

	if (r == 0)
		r = merge_string(arena, &config->working_dir, image->working_dir, e);
	if (r == 0)
		r = merge_string(arena, &config->stop_signal, image->stop_signal, e);
	if (r == 0)
		r = merge_map(arena, &config->exposed_ports, &image->exposed_ports, e);
	if (r == 0)
		r = merge_map(arena, &config->labels, &image->labels, e);
	if (r == 0)
		r = merge_map(arena, &config->volumes, &image->volumes, e);
	return r;
}

int
config_merge(struct arena *arena, struct container_config *config,
	const struct container_config *image, struct error *e)
{
	int r = merge_strings_and_maps(arena, config, image, e);

	if (r == 0)
		r = merge_env(arena, config, image->env, e);
	if (r == 0)
		r = merge_command(arena, config, image, e);
	if (r == 0)
		r = merge_health(arena, config, image->healthcheck, e);
	if (r < 0)
		return r;
	config->labels.present = true;
	if (strv_len(config->entrypoint) == 1 && !*config->entrypoint[0])
		config->entrypoint = NULL;
	if (strv_len(config->entrypoint) == 0 && strv_len(config->cmd) == 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "no command specified");
	return 0;
}
