/*
 * TLS from a client that may be anything: the server's handshake, over input that comes in pieces of
 * the size that the first byte says, and the same after one that was completed, where it is taken
 * for records.
 */
#include "crypto/tls.h"

#include "certificates.h"

#include <errno.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct tls_config *server, *client;

static struct tls_config *
open_config(enum tls_role role, const char *cert, const char *key)
{
	struct tls_options o = {.role = role, .ca = certificate_file("ca"), .verify = true};
	struct tls_config *c = NULL;

	o.cert = certificate_file(cert);
	o.key = certificate_file(key);
	o.name = "localhost";
	bug_if(tls_config_new(&o, &c, NULL) < 0);
	return c;
}

static void
open_configs(void)
{
	if (server)
		return;
	certificates_make();
	server = open_config(TLS_SERVER, "server", "server-key");
	client = open_config(TLS_CLIENT, "client", "client-key");
}

static void
give(struct tls *to, const void *data, size_t n)
{
	size_t room;
	void *in = tls_input(to, &room);

	bug_if(n > room);
	memcpy(in, data, n);
	tls_input_add(to, n);
}

static void
move(struct tls *from, struct tls *to)
{
	scoped_buf wire;

	buf_init(&wire, 1 << 20);
	tls_take_output(from, &wire);
	if (wire.len > 0)
		give(to, wire.data, wire.len);
}

/* What the engine does next; true while it only waits for more. */
static bool
step(struct tls *t, bool shaken)
{
	scoped_buf wire;
	char plain[1000];
	ssize_t r;

	buf_init(&wire, 1 << 20);
	do {
		r = shaken ? tls_read(t, plain, sizeof(plain)) : tls_handshake(t);
		buf_free(&wire);
		tls_take_output(t, &wire);
		bug_if(wire.len > TLS_OUTPUT + 2 * TLS_RECORD);
	} while (r > 0 || r == -ENOBUFS);
	bug_if(r < 0 && r != -EAGAIN && !tls_reason(t));
	bug_if(!shaken && r == 0); /* without the client's key it cannot be completed */
	return r == -EAGAIN;
}

static void
feed(struct tls *t, bool shaken, const uint8_t *data, size_t n, size_t piece)
{
	bool more = step(t, shaken);

	for (size_t at = 0; more && at < n; at += piece) {
		give(t, data + at, n - at < piece ? n - at : piece);
		more = step(t, shaken);
	}
	if (!more)
		return;
	tls_input_end(t);
	bug_if(step(t, shaken));
}

static void
complete(struct tls *t)
{
	scoped(tls) *peer = tls_new(client);

	for (int i = 0; i < 4; i++) {
		tls_handshake(peer);
		move(peer, t);
		tls_handshake(t);
		move(t, peer);
	}
	bug_if(tls_handshake(t) < 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	scoped(tls) *t = NULL;

	if (n < 2)
		return 0;
	open_configs();
	t = tls_new(server);
	if (data[0] & 1)
		complete(t);
	feed(t, data[0] & 1, data + 1, n - 1, 1 + (size_t)data[0] * 8);
	return 0;
}
