/*
 * stream.h: TLS around a stream.
 *
 * The handshake happens in whoever reads or writes first, so one that stalls holds up only its own
 * connection; it has TLS_HANDSHAKE_TIMEOUT, or less where the caller's deadline is nearer. A reading
 * and a writing task do not hold each other up.
 *
 * stream_shutdown sends close_notify, which takes as long as a write, and then closes the direction
 * below; so does freeing, if it can without waiting. The peer's close_notify is the end of the stream. Bytes that end without
 * it may have been cut off by somebody in between, so reading then fails with -ECONNRESET, where
 * a plain stream would just end.
 *
 * A handshake that fails says why in an alert, and the failing call waits up to
 * TLS_GOODBYE_TIMEOUT for the peer to take it and close; else the kernel would reset the
 * connection and the alert could be lost. A server writes the reason to its log.
 *
 * A stream has no descriptor, as the descriptor's bytes are not its own.
 *
 * Where TLS is optional, the client's first byte decides: if it does not begin a handshake, the stream
 * is the one below, as it is.
 */
#pragma once

#include "crypto/tls.h"
#include "net/stream.h"

#define TLS_HANDSHAKE_TIMEOUT (10 * USEC_PER_SEC)
#define TLS_GOODBYE_TIMEOUT USEC_PER_SEC

enum tls_need { TLS_REQUIRED, TLS_OPTIONAL };

/* Takes `below` over, and a reference of the config. */
struct stream *tls_stream_new(struct stream *below, struct tls_config *config, enum tls_need need);
