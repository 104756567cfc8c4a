#include "oci/refusal.h"

#include "test.h"
#include "web/web.h"

#include <errno.h>

static void
assert_says(int status, const char *body, enum error_kind kind, const char *message)
{
	struct web_answer answer = {.status = status, .body = body, .size = strlen(body)};
	scoped_error e = {0};

	ASSERT(refusal_of(&answer, "some/app", "some/app:v1", &e) < 0);
	ASSERT_STR(error_message(&e), message);
	ASSERT_EQ(e.kind, kind);
}

#define BODY(code, message) "{\"errors\":[{\"code\":\"" code "\",\"message\":\"" message "\"}]}"

TEST(what_the_engine_words_anew)
{
	assert_says(404, BODY("MANIFEST_UNKNOWN", "manifest unknown"), ERROR_NOT_FOUND,
		"manifest for some/app:v1 not found: manifest unknown: manifest unknown");
	assert_says(404, BODY("NAME_UNKNOWN", "repository name not known to registry"),
		ERROR_NOT_FOUND,
		"repository some/app not found: name unknown: repository name not known to "
		"registry");
	assert_says(403, BODY("DENIED", "requested access to the resource is denied"),
		ERROR_NOT_FOUND,
		"pull access denied for some/app, repository does not exist or may require "
		"'docker login': denied: requested access to the resource is denied");
}

TEST(what_it_passes_on)
{
	assert_says(401, BODY("UNAUTHORIZED", "authentication required"), ERROR_INTERNAL,
		"unauthorized: authentication required");
	assert_says(429, BODY("TOOMANYREQUESTS", "You have reached your limit"), ERROR_INTERNAL,
		"toomanyrequests: You have reached your limit");
	assert_says(401, "{\"details\":\"incorrect username or password\"}", ERROR_INTERNAL,
		"unauthorized: incorrect username or password");
}

TEST(what_explains_nothing)
{
	assert_says(404, "", ERROR_NOT_FOUND,
		"manifest for some/app:v1 not found: manifest unknown: manifest unknown");
	assert_says(
		502, "<html>bad gateway", ERROR_INTERNAL, "received unexpected HTTP status: 502");
	assert_says(418, "{}", ERROR_INTERNAL, "received unexpected HTTP status: 418");
	assert_says(400, "<p>no", ERROR_INTERNAL,
		"error parsing HTTP 400 response body: invalid character '<' looking for beginning "
		"of value: \"<p>no\"");
}
