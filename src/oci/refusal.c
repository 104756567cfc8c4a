#include "oci/refusal.h"

#include "base/arena.h"
#include "base/str.h"
#include "json/read.h"
#include "web/web.h"

#include <errno.h>

#define EXCERPT 200 /* bytes of a document that explains nothing */
#define DENIED "denied: requested access to the resource is denied"

struct reason {
	char *code, *message;
};

struct refusal_body {
	struct json_list errors; /* struct reason */
	char *details;           /* token servers say it this way, or in "message" */
	char *message;
};

#define T struct reason
static const struct json_field reason_fields[] = {
	JSON_FIELD(T, "code", JSON_STRING, code, 0),
	JSON_FIELD(T, "message", JSON_STRING, message, 0),
	JSON_END,
};
#undef T
static const struct json_type reason_type = {"Error", sizeof(struct reason), reason_fields};

#define T struct refusal_body
static const struct json_field body_fields[] = {
	JSON_FIELD_OF(T, "errors", JSON_LIST, errors, 0, reason_type),
	JSON_FIELD(T, "details", JSON_STRING, details, 0),
	JSON_FIELD(T, "message", JSON_STRING, message, 0),
	JSON_END,
};
#undef T
static const struct json_type body_type = {"Errors", sizeof(struct refusal_body), body_fields};

static int
errno_of(const char *code)
{
	if (str_eq(code, "MANIFEST_UNKNOWN"))
		return -ENOENT;
	if (str_eq(code, "NAME_UNKNOWN"))
		return -ENODEV;
	return str_eq(code, "DENIED") ? -EACCES : -EREMOTEIO;
}

/* MANIFEST_UNKNOWN reads "manifest unknown". */
static const char *
code_words(struct arena *arena, const char *code)
{
	char *words = arena_strdup(arena, str_or(code, "UNKNOWN"));

	for (char *p = words; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
		else if (*p == '_')
			*p = ' ';
	}
	return words;
}

/* The status alone. */
static int
by_status(int status, struct error *e)
{
	switch (status) {
	case 401:
		return error_set(
			e, ERROR_INTERNAL, -EREMOTEIO, "unauthorized: authentication required");
	case 403:
		return error_set(e, ERROR_INTERNAL, -EACCES, DENIED);
	case 404:
		return error_set(e, ERROR_INTERNAL, -ENOENT, "manifest unknown: manifest unknown");
	case 429:
		return error_set(
			e, ERROR_INTERNAL, -EREMOTEIO, "toomanyrequests: too many requests");
	default:
		return error_set(e, ERROR_INTERNAL, -EREMOTEIO,
			"received unexpected HTTP status: %d", status);
	}
}

int
refusal(const struct web_answer *answer, struct error *e)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error why = {0};
	struct refusal_body body = {0};
	const struct reason *first;

	if (answer->status >= 500 || answer->size == 0)
		return by_status(answer->status, e);
	if (json_read(arena, answer->body, answer->size, &body_type, &body, &why) < 0)
		return error_set(e, ERROR_INTERNAL, -EREMOTEIO,
			"error parsing HTTP %d response body: %s: \"%.*s\"", answer->status,
			error_message(&why), EXCERPT, answer->body);
	if (body.errors.n == 0 && str_empty(body.details) && str_empty(body.message))
		return by_status(answer->status, e);
	if (body.errors.n == 0)
		return error_set(e, ERROR_INTERNAL, -EREMOTEIO, "%s%s",
			answer->status == 401 ? "unauthorized: " : "",
			str_or(body.details, body.message));
	first = body.errors.items;
	return error_set(e, ERROR_INTERNAL, errno_of(first->code), "%s: %s",
		code_words(arena, first->code), str_or(first->message, "unknown"));
}

int
refusal_of(
	const struct web_answer *answer, const char *name, const char *reference, struct error *e)
{
	scoped_error why = {0};
	int r = refusal(answer, &why);

	if (r == -EACCES)
		return refusal_denied(name, e);
	if (r == -ENODEV)
		return error_set(e, ERROR_NOT_FOUND, r, "repository %s not found: %s", name,
			error_message(&why));
	if (r == -ENOENT)
		return error_set(e, ERROR_NOT_FOUND, r, "manifest for %s not found: %s", reference,
			error_message(&why));
	return error_set(e, why.kind, r, "%s", error_message(&why));
}

int
refusal_denied(const char *name, struct error *e)
{
	return error_set(e, ERROR_NOT_FOUND, -EACCES,
		"pull access denied for %s, repository does not exist or may require 'docker "
		"login': " DENIED,
		name);
}
