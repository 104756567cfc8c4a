/*
 * listen.h: the addresses of a daemon: those that a service manager hands over, those of --addr, or the
 * default one; and who may reach them.
 *
 * Whoever reaches the Docker API controls what it runs, so plain TCP that other machines can reach is
 * refused unless --insecure says so.  The internal API behind such an address also wants a proof of who
 * calls: a secret, or a client's certificate.
 *
 * TLS is on every address. On a Unix socket it is optional: there the socket's mode says who may, and
 * Docker's CLI does not speak TLS.
 */
#pragma once

#include "base/option.h"
#include "net/listener.h"
#include "tls/layer.h"

struct listen_rules {
	bool internal;         /* the internal API */
	bool has_secret;       /* callers must have it */
	bool verifies;         /* callers must have a certificate */
	struct tls_layer *tls; /* NULL: plain */
};

struct listeners {
	struct listener **items;
	size_t n;
};

/* $XDG_RUNTIME_DIR/sockerless.sock for a user; the system's place for root. The caller frees. */
char *listen_default_address(void);

int listen_open(struct listeners *l, const struct options *o, const struct listen_rules *rules,
	struct error *e);
void listen_close(struct listeners *l);

/* Whether a connection to this address would arrive at one of --addr: a daemon that passes its calls on
 * there would pass each of them on for ever. */
bool listen_is_own(const struct options *o, const struct address *to);
