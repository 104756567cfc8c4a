/* layer.h: what listeners and clients need in order to speak TLS, from certificates that can be
 * replaced while they are in use. */
#pragma once

#include "crypto/tls.h"
#include "net/stream.h"

struct tls_layer;

/* Reads the files, so it blocks. */
int tls_layer_new(const struct tls_options *o, struct tls_layer **ret, struct error *e);
void tls_layer_free(struct tls_layer *l); /* its streams may live on */
SCOPED(tls_layer, tls_layer_free)

/* For listener_set_layer and http_client_set_layer. */
struct stream_layer tls_layer_streams(struct tls_layer *l);
/* The same for listeners whose clients may also do without TLS. */
struct stream_layer tls_layer_optional(struct tls_layer *l);

/* Reads the files again, for the streams that begin from now on. On failure it goes on with what
 * it had. */
int tls_layer_reload(struct tls_layer *l, struct error *e) SUSPENDS;
