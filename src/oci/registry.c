#include "oci/registry.h"

#include "base/alloc.h"
#include "base/str.h"
#include "base/url.h"
#include "crypto/digest.h"
#include "docker/reference.h"
#include "oci/auth.h"
#include "oci/manifest.h"
#include "oci/refusal.h"
#include "web/web.h"

#include <errno.h>
#include <string.h>

#define PING_TIMEOUT (15 * USEC_PER_SEC)
#define DOCUMENT_TIMEOUT (60 * USEC_PER_SEC)
#define HUB "docker.io"
#define HUB_HOST "registry-1.docker.io"
#define SHA256_PREFIX "sha256:"

/* One pull's conversation with one registry. */
struct registry {
	struct arena *arena;
	struct web *web;
	const struct registry_query *query;
	const char *base;          /* "https://host/v2/" */
	const char *authorization; /* or NULL */
	bool direct;               /* a loopback host: no proxy is in between */
};

struct document {
	const char *text;
	size_t size;
	char *digest;
};

/* -- where ------------------------------------------------------------------------------------- */

static bool
is_local(const char *host)
{
	scoped_free char *with_port = xasprintf("%s:80", host);
	struct address address;

	if (address_parse(host, &address, NULL) < 0 && address_parse(with_port, &address, NULL) < 0)
		return false;
	return address.kind == ADDRESS_TCP && address_is_local(&address);
}

static void
locate(struct registry *g)
{
	const char *domain = g->query->reference->domain;
	bool plain;

	g->direct = is_local(domain);
	plain = g->direct || strv_has(g->query->insecure, domain);
	g->base = arena_printf(g->arena, "%s://%s/v2/", plain ? "http" : "https",
		str_eq(domain, HUB) ? HUB_HOST : domain);
}

/* -- asking ------------------------------------------------------------------------------------ */

static int
get(struct registry *g, const char *path, usec_t timeout, struct web_answer *ret, struct error *e)
{
	struct web_request request = {
		.url = arena_printf(g->arena, "%s%s", g->base, path),
		.authorization = g->authorization,
		.accept = str_empty(path) ? NULL : manifest_accept,
		.direct = g->direct,
		.max = REGISTRY_DOCUMENT_MAX,
		.timeout = timeout,
	};

	return web_ask(g->web, &request, ret, e);
}

/* The strongest of the challenges, which may come in one header or in several. */
static struct challenge
last_challenge(struct registry *g)
{
	struct challenge best = {0};
	const char *header;

	for (size_t i = 0; (header = web_header(g->web, "WWW-Authenticate", i)); i++) {
		struct challenge c = challenge_parse(g->arena, header);

		if (c.kind > best.kind)
			best = c;
	}
	return best;
}

/* Asks for nothing, to learn whether the registry is there and whom it serves. */
static int
ping(struct registry *g, struct error *e)
{
	struct auth_config credentials = auth_read(g->arena, g->query->auth);
	struct challenge challenge;
	struct auth_query query = {
		.challenge = &challenge,
		.credentials = &credentials,
		.scope = arena_printf(g->arena, "repository:%s:pull", g->query->reference->path),
		.url = g->base,
	};
	struct web_answer answer;
	int r = get(g, "", PING_TIMEOUT, &answer, e);

	if (r < 0 || answer.status == 200)
		return r;
	if (answer.status != 401)
		return error_wrap(e, refusal(&answer, e), "Get \"%s\"", g->base);
	challenge = last_challenge(g);
	return auth_answer(g->web, g->arena, &query, &g->authorization, e);
}

static int
refused(struct registry *g, const struct web_answer *answer, struct error *e)
{
	const struct reference *reference = g->query->reference;
	const char *name = reference_familiar_name(g->arena, reference);

	if (answer->status == 401 && str_eq(last_challenge(g).error, "insufficient_scope"))
		return refusal_denied(name, e);
	return refusal_of(answer, name, reference_familiar(g->arena, reference), e);
}

/* A digest that cannot be computed here cannot be verified either. */
static int
verify(const struct document *d, const char *digest, const char *what, struct error *e)
{
	if (str_eq(d->digest, digest))
		return 0;
	if (!str_starts(digest, SHA256_PREFIX))
		return error_set(
			e, ERROR_INVALID, -EINVAL, "unsupported digest algorithm: %s", digest);
	return error_set(
		e, ERROR_INTERNAL, -EBADMSG, "%s verification failed for digest %s", what, digest);
}

/* A manifest or a blob. */
static int
fetch(struct registry *g, const char *kind, const char *name, struct document *ret, struct error *e)
{
	const char *path = arena_printf(
		g->arena, "%s/%s/%s", g->query->reference->path, kind, name);
	char hex[SHA256_HEX_SIZE];
	struct web_answer answer;
	int r = get(g, path, DOCUMENT_TIMEOUT, &answer, e);

	if (r < 0)
		return r;
	if (answer.status != 200)
		return refused(g, &answer, e);
	sha256_of(answer.body, answer.size, hex);
	*ret = (struct document){
		.text = answer.body,
		.size = answer.size,
		.digest = arena_printf(g->arena, SHA256_PREFIX "%s", hex),
	};
	return 0;
}

static int
fetch_manifest(struct registry *g, const char *tag, const char *digest, struct manifest *ret,
	char **ret_digest, struct error *e)
{
	struct document d = {0};
	int r = fetch(g, "manifests", str_or(digest, tag), &d, e);

	if (r >= 0 && digest)
		r = verify(&d, digest, "manifest", e);
	if (r >= 0)
		r = manifest_read(g->arena, d.text, d.size, ret, e);
	if (r >= 0 && ret_digest)
		*ret_digest = d.digest;
	return r;
}

/* The manifest for the platform: what the reference names, or what that lists. */
static int
find_manifest(struct registry *g, struct manifest *ret, char **ret_digest, struct error *e)
{
	const struct reference *reference = g->query->reference;
	const char *digest = NULL;
	struct platform platform;
	int r = platform_parse(g->arena, g->query->platform, &platform, e);

	if (r >= 0)
		r = fetch_manifest(g, reference->tag, reference->digest, ret, ret_digest, e);
	if (r < 0 || !manifest_is_index(ret))
		return r;
	r = manifest_choose(ret, &platform, &digest, e);
	if (r >= 0)
		r = digest_check(digest, e);
	if (r >= 0)
		r = fetch_manifest(g, NULL, digest, ret, NULL, e);
	if (r >= 0 && manifest_is_index(ret))
		r = error_set(e, ERROR_INVALID, -EINVAL, "%s is an index within an index", digest);
	return r;
}

static int
fetch_config(struct registry *g, const struct manifest *manifest, struct registry_image *ret,
	struct error *e)
{
	const char *digest = manifest->config->digest;
	struct document d = {0};
	int r = digest_check(digest, e);

	if (r >= 0)
		r = fetch(g, "blobs", digest, &d, e);
	if (r >= 0)
		r = verify(&d, digest, "image config", e);
	if (r < 0)
		return r;
	ret->id = d.digest;
	return image_config_read(g->arena, d.text, d.size, &ret->config, e);
}

int
registry_ask(struct arena *arena, const struct registry_query *query, struct registry_image *ret,
	struct error *e)
{
	scoped(web) *web = NULL;
	struct registry g = {.arena = arena, .query = query};
	struct manifest manifest;
	int r = web_open(&web, e);

	if (r < 0)
		return r;
	g.web = web;
	locate(&g);
	r = ping(&g, e);
	if (r >= 0)
		r = find_manifest(&g, &manifest, &ret->digest, e);
	return r < 0 ? r : fetch_config(&g, &manifest, ret, e);
}
