#include "oci/auth.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/url.h"
#include "json/read.h"
#include "oci/refusal.h"
#include "web/web.h"

#include <errno.h>
#include <string.h>

#define CLIENT_ID "sockerless"
#define TOKEN_MAX (1 << 20)
#define TOKEN_TIMEOUT (30 * USEC_PER_SEC)
#define URL_MAX (16 << 10)

struct token {
	char *token;        /* or */
	char *access_token; /* as OAuth 2 calls it */
};

#define T struct token
static const struct json_field token_fields[] = {
	JSON_FIELD(T, "token", JSON_STRING, token, 0),
	JSON_FIELD(T, "access_token", JSON_STRING, access_token, 0),
	JSON_END,
};
#undef T
static const struct json_type token_type = {"Token", sizeof(struct token), token_fields};

/* -- credentials ------------------------------------------------------------------------------- */

/* "auth" is base64 of user:password, which older clients send instead of the two. */
static void
split_auth(struct arena *arena, struct auth_config *c)
{
	scoped_free char *text = NULL;
	char *colon;

	if (!str_empty(c->username) || str_empty(c->auth))
		return;
	if (base64_decode(c->auth, strlen(c->auth), &text) < 0)
		return;
	colon = strchr(text, ':');
	if (!colon)
		return;
	c->username = arena_strndup(arena, text, (size_t)(colon - text));
	c->password = arena_strdup(arena, colon + 1);
}

struct auth_config
auth_read(struct arena *arena, const char *header)
{
	struct auth_config c = {0};
	scoped_free char *text = NULL;
	ssize_t n = str_empty(header) ? -1 : base64_decode(header, strlen(header), &text);

	if (n < 0 || json_read(arena, text, (size_t)n, &auth_config_type, &c, NULL) < 0)
		return (struct auth_config){0};
	split_auth(arena, &c);
	return c;
}

static const char *
basic(struct arena *arena, const struct auth_config *c)
{
	const char *pair = arena_printf(arena, "%s:%s", c->username, str_or(c->password, ""));
	scoped_free char *code = base64_encode(pair, strlen(pair));

	return arena_printf(arena, "Basic %s", code);
}

/* -- tokens ------------------------------------------------------------------------------------ */

static void
add_pair(struct buf *b, const char *separator, const char *key, const char *value)
{
	if (str_empty(value))
		return;
	buf_printf(b, "%s%s=", separator, key);
	url_encode(b, value);
}

/* With an identity token, which `docker login` got from some registries instead of keeping the
 * password. */
static void
write_form(struct buf *b, const struct auth_query *q)
{
	buf_puts(b, "grant_type=refresh_token&client_id=" CLIENT_ID);
	add_pair(b, "&", "service", q->challenge->service);
	add_pair(b, "&", "scope", q->scope);
	add_pair(b, "&", "refresh_token", q->credentials->identity_token);
}

static void
write_url(struct buf *b, const struct auth_query *q)
{
	buf_puts(b, q->challenge->realm);
	add_pair(b, strchr(q->challenge->realm, '?') ? "&" : "?", "scope", q->scope);
	add_pair(b, "&", "service", q->challenge->service);
	add_pair(b, "&", "account", q->credentials->username);
}

static int
read_token(struct arena *arena, const struct web_answer *answer, const char **ret, struct error *e)
{
	struct token token = {0};
	int r = json_read(arena, answer->body, answer->size, &token_type, &token, e);
	const char *text = str_or(token.token, token.access_token);

	if (r < 0)
		return error_wrap(e, r, "unable to decode token response");
	if (str_empty(text))
		return error_set(e, ERROR_INTERNAL, -EPROTO,
			"authorization server did not include a token in the response");
	*ret = arena_printf(arena, "Bearer %s", text);
	return 0;
}

/* A registry that is asked over TLS may not have its passwords sent anywhere in the clear. */
static int
check_realm(const struct auth_query *q, struct error *e)
{
	const char *realm = q->challenge->realm;

	if (str_starts(realm, "https://"))
		return 0;
	if (str_starts(realm, "http://") && str_starts(q->url, "http://"))
		return 0;
	return error_set(e, ERROR_INTERNAL, -EPROTO,
		"Get \"%s\": the registry's token server %s is not asked: it does not use TLS",
		q->url, realm);
}

static int
ask_token(struct web *web, struct arena *arena, const struct auth_query *q, const char **ret,
	struct error *e)
{
	const struct auth_config *c = q->credentials;
	bool oauth = !str_empty(c->identity_token);
	scoped_buf url, form;
	struct web_request request = {.max = TOKEN_MAX, .timeout = TOKEN_TIMEOUT};
	struct web_answer answer;
	int r;

	buf_init(&url, URL_MAX);
	buf_init(&form, URL_MAX);
	r = check_realm(q, e);
	if (r < 0)
		return r;
	if (oauth)
		write_form(&form, q);
	else
		write_url(&url, q);
	if (form.full || url.full)
		return error_set(e, ERROR_INVALID, -E2BIG, "the credentials are too large");
	request.url = oauth ? q->challenge->realm : url.data;
	request.form = oauth ? form.data : NULL;
	if (!oauth && !str_empty(c->username))
		request.authorization = basic(arena, c);
	r = web_ask(web, &request, &answer, e);
	if (r < 0)
		return r;
	if (answer.status != 200)
		return error_wrap(e, refusal(&answer, e), "Get \"%s\"", q->url);
	return read_token(arena, &answer, ret, e);
}

int
auth_answer(struct web *web, struct arena *arena, const struct auth_query *q, const char **ret,
	struct error *e)
{
	const struct auth_config *c = q->credentials;

	if (q->challenge->kind == CHALLENGE_BEARER && !str_empty(c->registry_token)) {
		*ret = arena_printf(arena, "Bearer %s", c->registry_token);
		return 0;
	}
	if (q->challenge->kind == CHALLENGE_BEARER)
		return ask_token(web, arena, q, ret, e);
	if (q->challenge->kind == CHALLENGE_NONE)
		return error_set(e, ERROR_INTERNAL, -EPROTO,
			"Get \"%s\": the registry asks for an unknown kind of authentication",
			q->url);
	if (str_empty(c->username))
		return error_set(e, ERROR_INTERNAL, -EACCES,
			"Get \"%s\": no basic auth credentials", q->url);
	*ret = basic(arena, c);
	return 0;
}
