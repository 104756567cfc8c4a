/* peer_tls.h: TLS on the way to the peer that a daemon calls: a back end, a Docker daemon. */
#pragma once

#include "base/url.h"
#include "http/client.h"
#include "tls/layer.h"

/* Files in PEM form, or NULL: the system's authorities; no certificate of our own. */
struct peer_tls_files {
	const char *ca, *cert, *key;
};

/* The peer must have a certificate for its name in the address ("localhost" for a Unix socket). Reads the
 * files, so it blocks; the client speaks TLS from now on, and *ret must outlive it. */
int peer_tls_open(struct http_client *client, const struct address *to,
	const struct peer_tls_files *files, struct tls_layer **ret, struct error *e);
