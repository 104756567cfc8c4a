/*
 * web.h: requests to the web, such as to an image registry: TLS verified, redirects followed,
 * proxies taken from the environment as curl reads it.  The one door of libcurl.
 *
 * A struct web is one conversation: it keeps its connections open between requests and serves one
 * task at a time.  Each request runs on the thread pool, because reading the certificates alone
 * takes longer than the loop may be held; no more than WEB_PARALLEL of them do at once, so that
 * slow servers cannot keep the pool from its other work.  Cancelling the task ends its request
 * within about a second.
 *
 * libcurl is loaded by the first web_open and not before: it brings some thirty libraries, which
 * would add 5 ms to the start of the daemon and 4 MB to its resident memory, and most daemons never
 * use it.  Where it is missing, web_open fails and says so.
 *
 * Failures are worded as Go's HTTP client words them (`Get "URL": dial tcp HOST:PORT: connect:
 * connection refused`), because that is what clients of the Engine know and look for.  Passwords do
 * not appear in them: they are in headers.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>

#define WEB_PARALLEL 2
#define WEB_REDIRECTS 5

struct web_request {
	const char *url;           /* http or https; https is never redirected to http */
	const char *authorization; /* value of that header, or NULL; not sent on to another host */
	const char *accept;        /* value of that header, or NULL */
	const char *form; /* what to POST as application/x-www-form-urlencoded; NULL: GET */
	bool direct;      /* past any proxy */
	size_t max;       /* bytes of the answer's body; more fails with -EFBIG */
	usec_t timeout;   /* for all of it */
};

struct web_answer {
	int status;
	const char *body; /* NUL-terminated; valid until the next request or web_close */
	size_t size;
};

struct web;

int web_open(struct web **ret, struct error *e) SUSPENDS;
void web_close(struct web *w);
SCOPED(web, web_close)

/* Any status is an answer. Errors: ERROR_INTERNAL whatever kept an answer from coming, and
 * ERROR_CANCELLED. */
int web_ask(struct web *w, const struct web_request *request, struct web_answer *ret,
	struct error *e) SUSPENDS;

/* The index-th header of that name of the last answer, or NULL. */
const char *web_header(struct web *w, const char *name, size_t index);
