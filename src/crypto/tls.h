/*
 * tls.h: TLS 1.2 and 1.3 without I/O (OpenSSL).
 *
 * A tls_config is what the connections of one side have in common: certificates, key, whom to
 * trust. It is counted by reference and never changes, so that new files make a new config while
 * connections keep theirs.
 *
 * A struct tls is one connection: ciphertext from the peer is put into it (tls_input…), ciphertext
 * for the peer is taken out (tls_take_output), and plaintext is read and written in between. Its
 * calls return at once:
 *
 *	-EAGAIN            nothing more can be done before there is more input
 *	-ENOBUFS           nothing more can be done before the output has been taken
 *	-ECONNRESET        the peer's bytes ended without its goodbye: they may have been cut off
 *	-EKEYREJECTED      one side does not accept the other's certificate
 *	-EPROTONOSUPPORT   the peer speaks plain HTTP; the output is the answer that tells it so
 *	-ECONNABORTED      any other breach of the protocol
 *
 * The last four are for good, have a sentence in tls_reason, and may leave an alert in the output.
 *
 * There is no compression, renegotiation, resumption of sessions or early data; TLS 1.2 only with
 * ephemeral keys and authenticated ciphers. The input is at most TLS_INPUT bytes, the output a
 * little over TLS_OUTPUT, a handshake TLS_MAX_HANDSHAKE from the peer; what is empty is freed.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/scope.h"

#include <sys/types.h>

#define TLS_RECORD (16 * 1024) /* the most that tls_write takes */
#define TLS_INPUT (32 * 1024)
#define TLS_OUTPUT (64 * 1024)
#define TLS_MAX_HANDSHAKE (256 * 1024)

enum tls_role { TLS_SERVER, TLS_CLIENT };

struct tls_options {
	enum tls_role role;
	/* Files in PEM form, or NULL. A server needs cert and key. cert may hold the chain above
	 * it; a client's ca defaults to the system's, a server's is needed to verify. */
	const char *ca, *cert, *key;
	bool verify;      /* the peer must show a certificate that leads to ca, for its role */
	const char *name; /* a verifying client's: the host name or address of the server */
};

/* Reads the files, so it blocks. The error names the one that is wrong. */
struct tls_config;
int tls_config_new(const struct tls_options *o, struct tls_config **ret, struct error *e);
struct tls_config *tls_config_ref(struct tls_config *c);
void tls_config_unref(struct tls_config *c);
SCOPED(tls_config, tls_config_unref)
enum tls_role tls_config_role(const struct tls_config *c);

struct tls;
struct tls *tls_new(struct tls_config *c); /* takes a reference of its own */
void tls_free(struct tls *t);
SCOPED(tls, tls_free)

/* Where up to *ret_room bytes of input may be put, after -EAGAIN; then how many were. */
void *tls_input(struct tls *t, size_t *ret_room);
void tls_input_add(struct tls *t, size_t n);
void tls_input_end(struct tls *t); /* there will be no more */

/* For a peer that may not speak TLS at all: whether the input, if there is some, can be the begin of
 * it; and the input as it came. */
bool tls_begins(const struct tls *t);
size_t tls_take_input(struct tls *t, void *data, size_t n);
size_t tls_input_left(const struct tls *t);

bool tls_has_output(const struct tls *t);
void tls_take_output(struct tls *t, struct buf *into); /* `into` is empty */

int tls_handshake(struct tls *t);
/* After the handshake. Some bytes, or 0: the peer has said goodbye. */
ssize_t tls_read(struct tls *t, void *data, size_t n);
/* After the handshake. All of it (at most TLS_RECORD), or none. -EPIPE after tls_close. */
int tls_write(struct tls *t, const void *data, size_t n);
/* Our goodbye (close_notify), once; reads go on. */
int tls_close(struct tls *t);

/* Whether a read would find something without more input: data, the end, an error; or at least
 * the beginning of a record. */
bool tls_readable(const struct tls *t);
/* Frees the input's memory if it is empty; not while tls_input's is being filled. */
void tls_rest(struct tls *t);

/* The common name in the peer's certificate, "" if it has none; NULL: the peer proved nothing. */
const char *tls_identity(const struct tls *t);
/* Why it failed, or NULL. */
const char *tls_reason(const struct tls *t);
