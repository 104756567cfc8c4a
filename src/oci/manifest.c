#include "oci/manifest.h"

#include "base/str.h"
#include "json/read.h"

#include <errno.h>
#include <string.h>

const char manifest_accept[] = "application/vnd.oci.image.index.v1+json, "
			       "application/vnd.oci.image.manifest.v1+json, "
			       "application/vnd.docker.distribution.manifest.list.v2+json, "
			       "application/vnd.docker.distribution.manifest.v2+json";

static const char *const config_types[] = {
	"application/vnd.oci.image.config.v1+json",
	"application/vnd.docker.container.image.v1+json",
	"application/octet-stream", /* written by old clients */
};

#define T struct platform
static const struct json_field platform_fields[] = {
	JSON_FIELD(T, "os", JSON_STRING, os, 0),
	JSON_FIELD(T, "architecture", JSON_STRING, architecture, 0),
	JSON_FIELD(T, "variant", JSON_STRING, variant, 0),
	JSON_END,
};
#undef T
static const struct json_type platform_type = {
	"Platform", sizeof(struct platform), platform_fields};

#define T struct descriptor
static const struct json_field descriptor_fields[] = {
	JSON_FIELD(T, "mediaType", JSON_STRING, media_type, 0),
	JSON_FIELD(T, "digest", JSON_STRING, digest, 0),
	JSON_FIELD(T, "size", JSON_INT, size, 0),
	JSON_FIELD_OF(T, "platform", JSON_OBJECT, platform, 0, platform_type),
	JSON_END,
};
#undef T
static const struct json_type descriptor_type = {
	"Descriptor", sizeof(struct descriptor), descriptor_fields};

#define T struct manifest
static const struct json_field manifest_fields[] = {
	JSON_FIELD(T, "schemaVersion", JSON_INT, schema_version, 0),
	JSON_FIELD(T, "mediaType", JSON_STRING, media_type, 0),
	JSON_FIELD_OF(T, "config", JSON_OBJECT_PTR, config, 0, descriptor_type),
	JSON_FIELD_OF(T, "manifests", JSON_LIST, manifests, 0, descriptor_type),
	JSON_END,
};
#undef T
static const struct json_type manifest_type = {
	"Manifest", sizeof(struct manifest), manifest_fields};

/* -- platforms --------------------------------------------------------------------------------- */

static bool
is_os(const char *word)
{
	static const char *const known[] = {"linux", "windows", "darwin", "freebsd"};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_ieq(word, known[i]))
			return true;
	}
	return false;
}

int
platform_parse(struct arena *arena, const char *text, struct platform *ret, struct error *e)
{
	char *const linux_name = arena_strdup(arena, "linux"), *word;
	scoped_strv words = strv_split(str_or(text, "linux/amd64"), '/');
	size_t n = strv_len(words);

	*ret = (struct platform){.os = linux_name, .architecture = arena_strdup(arena, "amd64")};
	if (n > 3)
		n = 0;
	for (size_t i = 0; i < strv_len(words); i++)
		n = *words[i] ? n : 0;
	if (n == 0)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"\"%s\": unknown operating system or architecture", text);
	word = arena_strdup(arena, words[0]);
	if (n == 1 && !is_os(word)) {
		ret->architecture = word;
		return 0;
	}
	ret->os = word;
	if (n > 1)
		ret->architecture = arena_strdup(arena, words[1]);
	if (n > 2)
		ret->variant = arena_strdup(arena, words[2]);
	return 0;
}

static bool
platform_fits(const struct platform *have, const struct platform *wanted)
{
	return str_eq(have->os, wanted->os) && str_eq(have->architecture, wanted->architecture) &&
	       (!wanted->variant || str_eq(have->variant, wanted->variant));
}

/* -- manifests --------------------------------------------------------------------------------- */

bool
manifest_is_index(const struct manifest *m)
{
	return m->manifests.present;
}

static int
check_config(const struct descriptor *config, struct error *e)
{
	if (!config || str_empty(config->digest))
		return error_set(
			e, ERROR_INVALID, -EINVAL, "the manifest names no image configuration");
	for (size_t i = 0; i < ARRAY_LEN(config_types); i++) {
		if (str_eq(config->media_type, config_types[i]))
			return 0;
	}
	return error_set(e, ERROR_INVALID, -EINVAL,
		"Encountered remote \"%s\"(unknown) when fetching", str_or(config->media_type, ""));
}

/* A document that could be read as either kind would mean different things to different clients. */
int
manifest_read(
	struct arena *arena, const char *text, size_t n, struct manifest *ret, struct error *e)
{
	scoped_error why = {0};
	int r;

	*ret = (struct manifest){0};
	r = json_read(arena, text, n, &manifest_type, ret, &why);
	if (r < 0)
		return error_set(e, ERROR_INTERNAL, r, "the registry's manifest cannot be read: %s",
			error_message(&why));
	if (ret->schema_version != 2)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"the registry serves the image as manifest schema %lld only, which is no "
			"longer supported",
			(long long)ret->schema_version);
	if (manifest_is_index(ret) && ret->config)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"the manifest claims to be both an image and an index");
	return manifest_is_index(ret) ? 0 : check_config(ret->config, e);
}

int
manifest_choose(const struct manifest *m, const struct platform *platform, const char **ret_digest,
	struct error *e)
{
	const struct descriptor *entries = m->manifests.items;
	const char *variant = str_or(platform->variant, "");

	for (size_t i = 0; i < m->manifests.n; i++) {
		if (platform_fits(&entries[i].platform, platform) &&
			!str_empty(entries[i].digest)) {
			*ret_digest = entries[i].digest;
			return 0;
		}
	}
	return error_set(e, ERROR_NOT_FOUND, -ENOENT,
		"no matching manifest for %s/%s%s%s in the manifest list entries", platform->os,
		platform->architecture, *variant ? "/" : "", variant);
}
