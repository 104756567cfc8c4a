/* bind_spec.c: the short texts: entries of Binds and of VolumesFrom. */
#include "docker/mount_parts.h"

#include "base/str.h"

#include <errno.h>

static int
invalid_spec(const char *text, struct error *e)
{
	return error_set(e, ERROR_INVALID, -EINVAL, "invalid volume specification: '%.512s'", text);
}

static int
invalid_mode(const char *mode, struct error *e)
{
	return error_set(e, ERROR_INVALID, -EINVAL, "invalid mode: %.200s", mode);
}

enum mode_group {
	MODE_ACCESS,
	MODE_LABEL,
	MODE_COPY,
	MODE_PROPAGATION,
	MODE_CONSISTENCY,
	MODE_GROUPS
};

static const struct {
	const char *word;
	enum mode_group group;
} mode_words[] = {
	{"rw", MODE_ACCESS},
	{"ro", MODE_ACCESS},
	{"z", MODE_LABEL},
	{"Z", MODE_LABEL},
	{"nocopy", MODE_COPY},
	{"private", MODE_PROPAGATION},
	{"rprivate", MODE_PROPAGATION},
	{"slave", MODE_PROPAGATION},
	{"rslave", MODE_PROPAGATION},
	{"shared", MODE_PROPAGATION},
	{"rshared", MODE_PROPAGATION},
	{"consistent", MODE_CONSISTENCY},
	{"cached", MODE_CONSISTENCY},
	{"delegated", MODE_CONSISTENCY},
};

/* The word of each group, or NULL where a mode has none. */
struct mode {
	const char *words[MODE_GROUPS];
};

/* False for a word that is unknown or the second of its group. */
static bool
add_mode_word(struct mode *m, const char *word, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(mode_words); i++) {
		const char *known = mode_words[i].word;

		if (strlen(known) != n || memcmp(known, word, n) != 0)
			continue;
		if (m->words[mode_words[i].group])
			return false;
		m->words[mode_words[i].group] = known;
		return true;
	}
	return false;
}

static bool
parse_mode(const char *text, struct mode *ret)
{
	*ret = (struct mode){0};
	if (!*text)
		return true;
	for (;; text++) {
		size_t n = strcspn(text, ",");

		if (!add_mode_word(ret, text, n))
			return false;
		text += n;
		if (!*text)
			return true;
	}
}

const char *
mount_propagation(const char *word)
{
	struct mode mode = {0};

	return add_mode_word(&mode, word, strlen(word)) ? mode.words[MODE_PROPAGATION] : NULL;
}

/* Cuts "a:b:c" into at most three parts; the number of parts, or 0. */
static size_t
split_spec(char *text, const char *parts[3])
{
	size_t n = 0;

	for (char *at = text; at; n++) {
		if (n == 3)
			return 0;
		parts[n] = at;
		at = strchr(at, ':');
		if (at)
			*at++ = '\0';
	}
	return *parts[0] ? n : 0;
}

static int
from_parts(const char *source, const char *destination, const char *mode_text, const char *driver,
	struct mount_spec *m, struct error *e)
{
	struct mode mode;

	*m = mount_blank(*source == '/' ? MOUNT_BIND : MOUNT_VOLUME);
	if (!parse_mode(mode_text, &mode) || (m->type == MOUNT_BIND && mode.words[MODE_COPY]))
		return invalid_mode(mode_text, e);
	m->destination = destination;
	m->mode = mode_text;
	m->read_only = str_eq(mode.words[MODE_ACCESS], "ro");
	m->no_copy = mode.words[MODE_COPY];
	if (m->type == MOUNT_BIND) {
		m->source = source;
		m->create_source = true;
	} else {
		m->name = source;
		m->driver = str_or(driver, "");
	}
	if (mode.words[MODE_PROPAGATION])
		m->propagation = mode.words[MODE_PROPAGATION];
	return 0;
}

int
mount_spec_parse(struct arena *arena, const char *text, const char *volume_driver,
	struct mount_spec *ret, struct error *e)
{
	char *copy = arena_strdup(arena, text);
	const char *parts[3];
	struct mount_spec m;
	struct mode mode;
	size_t n;
	int r;

	if (!copy)
		return mount_too_long(e);
	n = split_spec(copy, parts);
	/* A destination alone cannot have options. */
	if (n == 0 || (n == 2 && parse_mode(parts[1], &mode)))
		return invalid_spec(text, e);
	r = from_parts(
		n == 1 ? "" : parts[0], parts[n > 1], n == 3 ? parts[2] : "", volume_driver, &m, e);
	if (r < 0)
		return r;
	r = mount_finish(arena, &m, e);
	if (r < 0)
		return m.type == MOUNT_VOLUME && *m.name
			       ? r
			       : error_wrap(e, r, "invalid volume specification: '%.512s'", text);
	*ret = m;
	return 0;
}

int
volumes_from_parse(struct arena *arena, const char *text, const char **ret_container,
	bool *ret_read_only, struct error *e)
{
	size_t n = strcspn(text, ":");
	const char *mode_text = text[n] ? text + n + 1 : "";
	struct mode mode;
	char *container;

	if (n == 0)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"volumes-from specification cannot be an empty string");
	if (!parse_mode(mode_text, &mode) || mode.words[MODE_PROPAGATION] || mode.words[MODE_COPY])
		return invalid_mode(mode_text, e);
	container = arena_strndup(arena, text, n);
	if (!container)
		return mount_too_long(e);
	*ret_container = container;
	*ret_read_only = str_eq(mode.words[MODE_ACCESS], "ro");
	return 0;
}
