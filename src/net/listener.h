/*
 * listener.h: sockets that accept.
 *
 * A Unix socket path that nobody answers on is replaced; one that answers is an error that names
 * it.  The socket gets mode 0660 and is removed when the listener is freed.  Descriptors handed
 * over by a service manager (LISTEN_FDS) come in through listener_inherited.
 */
#pragma once

#include "net/stream.h"

struct listener;

int listener_open(const struct address *a, struct listener **ret, struct error *e);
/* Those of LISTEN_FDS, in an array to free; none of them is no error. */
int listener_inherited(struct listener ***ret, size_t *ret_n, struct error *e);
void listener_free(struct listener *l);
SCOPED(listener, listener_free)

/* The address as listened on (a port of 0 has become real). */
const struct address *listener_address(const struct listener *l);

/* Connections accepted from now on come inside this layer, whose context must live as long; NULL:
 * plain. */
void listener_set_layer(struct listener *l, const struct stream_layer *layer);

/* Waits for a connection. Being out of descriptors is not an error: it waits until some are free
 * again. */
int listener_accept(struct listener *l, usec_t until, struct stream **ret) SUSPENDS;
