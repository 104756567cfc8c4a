/*
 * remote.h: a back end in another process, behind the front end.
 *
 * Whatever comes is forwarded as it is (http/forward.h), with the secret if there is one.  A back end
 * that is away answers 503 with its address, and the next call tries it again.
 */
#pragma once

#include "http/router.h"
#include "net/stream.h"

struct remote;

/* Does not connect. secret: NULL if the back end wants none. */
struct remote *remote_new(const struct address *address, const char *secret);
void remote_free(struct remote *r);
SCOPED(remote, remote_free)

/* For TLS on the way to it. */
struct http_client *remote_client(struct remote *r);

/* An http_handler: context is a struct remote, the path begins with INTERNAL_PREFIX. */
int remote_handle(struct call *call, void *remote, struct error *e) SUSPENDS;

/* The back end says that it is well. */
int remote_check(void *remote, struct error *e) SUSPENDS;
