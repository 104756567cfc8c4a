#include "crypto/tls.h"

#include "base/alloc.h"
#include "certificates.h"
#include "test.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

/* Two engines, and the wire between them. */

struct pair {
	struct tls *server, *client;
};

static struct tls_config *
config(struct tls_options o)
{
	struct tls_config *c = NULL;
	scoped_error e = {0};

	if (tls_config_new(&o, &c, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	return c;
}

static struct tls *
engine(struct tls_options o)
{
	struct tls_config *c = config(o);
	struct tls *t = tls_new(c);

	tls_config_unref(c);
	return t;
}

static struct tls_options
server_options(void)
{
	return (struct tls_options){.role = TLS_SERVER,
		.cert = certificate_file("server"),
		.key = certificate_file("server-key")};
}

static struct tls_options
mutual_options(void)
{
	struct tls_options o = server_options();

	o.verify = true;
	o.ca = certificate_file("ca");
	return o;
}

static struct tls_options
client_options(const char *cert, const char *key)
{
	return (struct tls_options){.role = TLS_CLIENT,
		.ca = certificate_file("ca"),
		.cert = cert ? certificate_file(cert) : NULL,
		.key = key ? certificate_file(key) : NULL,
		.verify = true,
		.name = "localhost"};
}

static void
give(struct tls *to, const char *data, size_t n)
{
	while (n > 0) {
		size_t room;
		void *in = tls_input(to, &room);

		if (room > n)
			room = n;
		memcpy(in, data, room);
		tls_input_add(to, room);
		data += room;
		n -= room;
		if (n > 0 && tls_handshake(to) != -EAGAIN)
			return;
	}
}

static size_t
move(struct tls *from, struct tls *to)
{
	scoped_buf wire;
	size_t n;

	buf_init(&wire, 1 << 20);
	tls_take_output(from, &wire);
	n = wire.len;
	give(to, wire.data, n);
	return n;
}

/* Until neither has anything to say; returns the server's last result, *ret_client the client's. */
static int
shake(struct pair *p, int *ret_client)
{
	int server;

	do {
		*ret_client = tls_handshake(p->client);
		move(p->client, p->server);
		server = tls_handshake(p->server);
	} while (move(p->server, p->client) > 0);
	if (*ret_client == -EAGAIN)
		*ret_client = tls_handshake(p->client);
	return server;
}

static struct pair
pair(struct tls_options server, struct tls_options client)
{
	return (struct pair){engine(server), engine(client)};
}

static void
drop(struct pair *p)
{
	tls_free(p->server);
	tls_free(p->client);
}

static void
say(struct tls *from, struct tls *to, const char *text)
{
	char got[100] = "";

	ASSERT_OK(tls_write(from, text, strlen(text)));
	move(from, to);
	ASSERT_EQ(tls_read(to, got, sizeof(got)), strlen(text));
	ASSERT_STR(got, text);
	ASSERT_EQ(tls_read(to, got, sizeof(got)), -EAGAIN);
}

TEST(two_sides_talk_and_part)
{
	struct pair p;
	int client;
	char c;

	certificates_make();
	p = pair(server_options(), client_options(NULL, NULL));
	ASSERT_OK(shake(&p, &client));
	ASSERT_OK(client);
	ASSERT(tls_identity(p.server) == NULL);
	ASSERT_STR(tls_identity(p.client), "server");
	say(p.client, p.server, "ask");
	say(p.server, p.client, "answer");

	ASSERT_OK(tls_close(p.client));
	ASSERT_OK(tls_close(p.client));
	ASSERT_EQ(tls_write(p.client, "x", 1), -EPIPE);
	ASSERT(!tls_readable(p.server));
	move(p.client, p.server);
	ASSERT(tls_readable(p.server));
	ASSERT_EQ(tls_read(p.server, &c, 1), 0);
	ASSERT_EQ(tls_read(p.server, &c, 1), 0);
	ASSERT(tls_readable(p.server));
	say(p.server, p.client, "still here");
	ASSERT_OK(tls_close(p.server));
	move(p.server, p.client);
	ASSERT_EQ(tls_read(p.client, &c, 1), 0);
	drop(&p);
}

TEST(a_client_is_known_by_its_certificate)
{
	static const struct {
		const char *cert, *key, *identity;
	} clients[] = {{"client", "client-key", "ada"}, {"nameless", "nameless-key", ""}};
	struct pair p;
	int client;

	certificates_make();
	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		p = pair(mutual_options(), client_options(clients[i].cert, clients[i].key));
		ASSERT(tls_identity(p.server) == NULL);
		ASSERT_OK(shake(&p, &client));
		ASSERT_STR(tls_identity(p.server), clients[i].identity);
		drop(&p);
	}
	p = pair(server_options(), client_options("client", "client-key")); /* nobody asks */
	ASSERT_OK(shake(&p, &client));
	ASSERT(tls_identity(p.server) == NULL);
	drop(&p);
}

TEST(clients_that_are_not_accepted)
{
	static const struct {
		const char *cert, *key, *server_says, *client_says;
	} cases[] = {
		{NULL, NULL, "the client showed no certificate", "certificate required"},
		{"other", "other-key",
			"the client's certificate is not accepted: unable to get local issuer "
			"certificate",
			"unknown ca"},
		{"expired", "expired-key",
			"the client's certificate is not accepted: certificate has expired",
			"certificate expired"},
		{"server", "server-key",
			"the client's certificate is not accepted: unsuitable certificate purpose",
			"unsupported certificate"},
	};

	certificates_make();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pair p = pair(mutual_options(), client_options(cases[i].cert, cases[i].key));
		int client;
		char c;

		ASSERT_EQ(shake(&p, &client), -EKEYREJECTED);
		ASSERT_STR(tls_reason(p.server), cases[i].server_says);
		ASSERT(tls_identity(p.server) == NULL);
		ASSERT_EQ(tls_handshake(p.server), -EKEYREJECTED); /* and stays so */
		ASSERT_OK(client); /* in TLS 1.3 it learns of it when it reads */
		ASSERT_EQ(tls_read(p.client, &c, 1), -EKEYREJECTED);
		if (!strstr(tls_reason(p.client), cases[i].client_says))
			test_fail(__FILE__, __LINE__, "%s", tls_reason(p.client));
		drop(&p);
	}
}

TEST(servers_that_are_not_accepted)
{
	static const struct {
		const char *ca, *cert, *key, *name, *says;
	} cases[] = {
		{"other-ca", "server", "server-key", "localhost", "unable to get local issuer"},
		{"ca", "expired-server", "expired-server-key", "localhost", "has expired"},
		{"ca", "client", "client-key", "localhost", "unsuitable certificate purpose"},
		{"ca", "server", "server-key", "example.org",
			"the server's certificate is not for example.org"},
		{"ca", "server", "server-key", "server", /* its CN, which does not count */
			"the server's certificate is not for server"},
		{"ca", "server", "server-key", "127.0.0.2",
			"the server's certificate is not for 127.0.0.2"},
	};

	certificates_make();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tls_options server = server_options(), client = client_options(NULL, NULL);
		struct pair p;
		int r;

		server.cert = certificate_file(cases[i].cert);
		server.key = certificate_file(cases[i].key);
		client.ca = certificate_file(cases[i].ca);
		client.name = cases[i].name;
		p = pair(server, client);
		ASSERT_EQ(shake(&p, &r), -EKEYREJECTED); /* by the client's alert */
		ASSERT_EQ(r, -EKEYREJECTED);
		ASSERT(strstr(tls_reason(p.client), cases[i].says));
		ASSERT(tls_identity(p.client) == NULL);
		drop(&p);
	}
}

TEST(servers_by_address_and_unverified)
{
	static const char *const names[] = {"127.0.0.1", "::1", "localhost"};
	struct tls_options client;
	struct pair p;
	int r;

	certificates_make();
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		client = client_options(NULL, NULL);
		client.name = names[i];
		p = pair(server_options(), client);
		ASSERT_OK(shake(&p, &r));
		ASSERT_OK(r);
		drop(&p);
	}
	client = (struct tls_options){.role = TLS_CLIENT, .name = "whoever"};
	p = pair(server_options(), client);
	ASSERT_OK(shake(&p, &r));
	ASSERT_OK(r);
	ASSERT(tls_identity(p.client) == NULL); /* shown, but not proved to us */
	drop(&p);
}

/* -- OpenSSL itself as the client, where ours would not do such things ------------------------- */

struct stranger {
	SSL_CTX *context;
	SSL *ssl;
	BIO *in, *out;
	struct tls *server;
};

static struct stranger
stranger(int version)
{
	struct stranger s = {.context = SSL_CTX_new(TLS_client_method())};

	SSL_CTX_set_security_level(s.context, 0);
	SSL_CTX_set_min_proto_version(s.context, version);
	SSL_CTX_set_max_proto_version(s.context, version);
	s.ssl = SSL_new(s.context);
	s.in = BIO_new(BIO_s_mem());
	s.out = BIO_new(BIO_s_mem());
	BIO_set_mem_eof_return(s.in, -1);
	SSL_set_bio(s.ssl, s.in, s.out);
	SSL_set_connect_state(s.ssl);
	s.server = engine(server_options());
	return s;
}

static void
leave(struct stranger *s)
{
	SSL_free(s->ssl);
	SSL_CTX_free(s->context);
	tls_free(s->server);
}

static size_t
exchange(struct stranger *s)
{
	scoped_buf wire;
	char data[TLS_INPUT];
	int n = BIO_read(s->out, data, sizeof(data));

	buf_init(&wire, 1 << 20);
	if (n > 0)
		give(s->server, data, (size_t)n);
	tls_handshake(s->server);
	tls_take_output(s->server, &wire);
	if (wire.len > 0)
		BIO_write(s->in, wire.data, (int)wire.len);
	return wire.len + (n > 0 ? (size_t)n : 0);
}

static int
meet(struct stranger *s)
{
	int r;

	do
		r = SSL_do_handshake(s->ssl);
	while (exchange(s) > 0);
	return r;
}

TEST(versions)
{
	static const struct {
		int version, result;
	} versions[] = {{TLS1_VERSION, -ECONNABORTED}, {TLS1_1_VERSION, -ECONNABORTED},
		{TLS1_2_VERSION, 0}, {TLS1_3_VERSION, 0}};

	certificates_make();
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct stranger s = stranger(versions[i].version);
		int r = meet(&s);

		ASSERT_EQ(r == 1, versions[i].result == 0);
		ASSERT_EQ(tls_handshake(s.server), versions[i].result);
		if (r == 1)
			ASSERT_EQ(SSL_version(s.ssl), versions[i].version);
		else
			ASSERT(strstr(tls_reason(s.server), "protocol"));
		leave(&s);
	}
}

TEST(weak_ciphers_are_not_spoken)
{
	struct stranger s;

	certificates_make();
	s = stranger(TLS1_2_VERSION);
	ASSERT(SSL_set_cipher_list(s.ssl, "ECDHE+AES+SHA:ECDHE+AES+SHA256"));
	ASSERT(meet(&s) != 1);
	ASSERT_STR(tls_reason(s.server), "no shared cipher");
	leave(&s);
}

TEST(renegotiation_is_refused)
{
	struct stranger s;
	char c;

	certificates_make();
	s = stranger(TLS1_2_VERSION);
	ASSERT_EQ(meet(&s), 1);
	ASSERT_EQ(SSL_renegotiate(s.ssl), 1);
	SSL_do_handshake(s.ssl);
	ASSERT(exchange(&s) > 0);
	ASSERT_EQ(tls_read(s.server, &c, 1), -EAGAIN); /* answers with a warning, and goes on */
	exchange(&s);
	ASSERT(SSL_do_handshake(s.ssl) != 1);
	ASSERT(strstr(ERR_reason_error_string(ERR_peek_last_error()), "renegotiation"));
	leave(&s);
}

TEST(keys_are_changed_underway)
{
	struct stranger s;
	char got[8] = "";

	certificates_make();
	s = stranger(TLS1_3_VERSION);
	ASSERT_EQ(meet(&s), 1);
	ASSERT_EQ(SSL_key_update(s.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	ASSERT_EQ(SSL_write(s.ssl, "new", 3), 3);
	exchange(&s);
	ASSERT_EQ(tls_read(s.server, got, sizeof(got)), 3);
	ASSERT_STR(got, "new");
	ASSERT_OK(tls_write(s.server, "too", 3));
	exchange(&s);
	ASSERT_EQ(SSL_read(s.ssl, got, sizeof(got)), 3);
	ASSERT_STR(got, "too");
	leave(&s);
}

/* Somebody asks for new keys again and again and never reads the answers: the output stays
 * bounded. */
TEST(answers_that_nobody_takes_are_bounded)
{
	struct stranger s;
	long rounds = 0;
	int r = -EAGAIN;
	char c;

	certificates_make();
	s = stranger(TLS1_3_VERSION);
	ASSERT_EQ(meet(&s), 1);
	while (r == -EAGAIN && ++rounds < 100000) {
		char data[TLS_INPUT];
		int n;

		ASSERT_EQ(SSL_key_update(s.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
		ASSERT_EQ(SSL_write(s.ssl, "x", 1), 1);
		n = BIO_read(s.out, data, sizeof(data));
		give(s.server, data, (size_t)n);
		while ((r = (int)tls_read(s.server, &c, 1)) == 1)
			;
	}
	ASSERT_EQ(r, -ENOBUFS);
	exchange(&s);
	ASSERT_EQ(tls_read(s.server, &c, 1), 1); /* once they are taken it goes on */
	leave(&s);
}

/* -- input that is no TLS ---------------------------------------------------------------------- */

TEST(garbage_is_refused)
{
	static const struct {
		const char *data;
		size_t n;
		int result;
	} cases[] = {
		{"hello, is there somebody?\n", 26, -ECONNABORTED},
		{"\0\0\0\0\0\0\0\0", 8, -ECONNABORTED},
		{"\x16\x03\x01\xff\xff\x01", 6, -ECONNABORTED},
		{"\x16\x03\x01\x00\x05\x01\xff\xff\xff\x00", 10, -ECONNABORTED},
		{"\x17\x03\x03\x00\x10"
		 "0123456789abcdef",
			21, -ECONNABORTED},
		{"GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n", 33, -EPROTONOSUPPORT},
		{"HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n", 34, -EPROTONOSUPPORT},
	};

	certificates_make();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped(tls) *t = engine(server_options());
		scoped_buf out;

		buf_init(&out, 1 << 20);
		give(t, cases[i].data, cases[i].n);
		ASSERT_EQ(tls_handshake(t), cases[i].result);
		ASSERT(tls_reason(t) != NULL);
		tls_take_output(t, &out);
		if (cases[i].result == -EPROTONOSUPPORT)
			ASSERT(strstr(out.data, "\r\n\r\nClient sent an HTTP request to an HTTPS"));
		tls_rest(t);
	}
}

/* A client hello of an allowed size, in so many records that these are too much. */
TEST(a_handshake_has_a_limit)
{
	scoped(tls) *t = NULL;
	size_t given = 0;
	int r = -EAGAIN;

	certificates_make();
	t = engine(server_options());
	give(t, "\x16\x03\x01\x00\x04\x01\x01\xff\xff", 9);
	while (r == -EAGAIN && given < 4 * TLS_MAX_HANDSHAKE) {
		r = tls_handshake(t);
		if (r == -EAGAIN)
			give(t, "\x16\x03\x01\x00\x01x", 6);
		given += 6;
	}
	ASSERT_EQ(r, -ECONNABORTED);
	ASSERT_STR(tls_reason(t), "the handshake is too large");
	ASSERT(given <= TLS_MAX_HANDSHAKE + 100);
}

TEST(one_byte_at_a_time)
{
	struct pair p;
	scoped_buf wire;
	int client;

	certificates_make();
	buf_init(&wire, 1 << 20);
	p = pair(server_options(), client_options(NULL, NULL));
	ASSERT_EQ(tls_handshake(p.client), -EAGAIN);
	tls_take_output(p.client, &wire);
	for (size_t i = 0; i < wire.len; i++) {
		ASSERT_EQ(tls_handshake(p.server), -EAGAIN);
		ASSERT(!tls_has_output(p.server));
		give(p.server, wire.data + i, 1);
	}
	ASSERT_OK(shake(&p, &client));
	ASSERT_OK(client);
	drop(&p);
}

TEST(the_end_without_a_goodbye_is_an_error)
{
	struct pair p;
	int client;
	char c;

	certificates_make();
	p = pair(server_options(), client_options(NULL, NULL));
	tls_input_end(p.server);
	ASSERT_EQ(tls_handshake(p.server), -ECONNRESET); /* in the handshake */
	drop(&p);

	p = pair(server_options(), client_options(NULL, NULL));
	ASSERT_OK(shake(&p, &client));
	ASSERT_OK(tls_write(p.client, "ab", 2));
	move(p.client, p.server);
	tls_input_end(p.server);
	ASSERT_EQ(tls_read(p.server, &c, 1), 1); /* what came before counts */
	ASSERT_EQ(tls_read(p.server, &c, 1), 1);
	ASSERT_EQ(tls_read(p.server, &c, 1), -ECONNRESET);
	ASSERT_EQ(tls_read(p.server, &c, 1), -ECONNRESET);
	ASSERT_STR(tls_reason(p.server), "the connection was cut off");
	drop(&p);
}

TEST(a_record_that_was_changed_is_an_error)
{
	struct pair p;
	scoped_buf wire;
	char got[10];
	int client;

	certificates_make();
	buf_init(&wire, 1 << 20);
	p = pair(server_options(), client_options(NULL, NULL));
	ASSERT_OK(shake(&p, &client));
	ASSERT_OK(tls_write(p.client, "good", 4));
	move(p.client, p.server);
	ASSERT_OK(tls_write(p.client, "bad", 3));
	tls_take_output(p.client, &wire);
	wire.data[wire.len - 1] ^= 1;
	ASSERT_EQ(tls_read(p.server, got, sizeof(got)), 4);
	give(p.server, wire.data, wire.len);
	ASSERT_EQ(tls_read(p.server, got, sizeof(got)), -ECONNABORTED);
	ASSERT_EQ(tls_write(p.server, "x", 1), -ECONNABORTED);
	drop(&p);
}

TEST(output_waits_to_be_taken)
{
	struct pair p;
	char record[TLS_RECORD] = "";
	int client, r = 0;
	size_t taken = 0;
	scoped_buf wire;

	certificates_make();
	buf_init(&wire, 1 << 20);
	p = pair(server_options(), client_options(NULL, NULL));
	ASSERT_OK(shake(&p, &client));
	while ((r = tls_write(p.server, record, sizeof(record))) == 0)
		taken += sizeof(record);
	ASSERT_EQ(r, -ENOBUFS);
	ASSERT(taken >= TLS_OUTPUT - TLS_RECORD && taken <= TLS_OUTPUT);
	tls_take_output(p.server, &wire);
	ASSERT_OK(tls_write(p.server, record, sizeof(record)));
	drop(&p);
}

/* -- files ------------------------------------------------------------------------------------- */

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(certificate_file(name), "w");

	ASSERT(f);
	fputs(text, f);
	fclose(f);
}

static void
expect_error(struct tls_options o, const char *text, const char *file)
{
	struct tls_config *c = NULL;
	scoped_error e = {0};

	ASSERT(tls_config_new(&o, &c, &e) < 0);
	if (!strstr(error_message(&e), text))
		test_fail(__FILE__, __LINE__, "\"%s\" lacks \"%s\"", error_message(&e), text);
	if (file && !strstr(error_message(&e), certificate_file(file)))
		test_fail(__FILE__, __LINE__, "\"%s\" lacks %s", error_message(&e), file);
}

TEST(an_error_names_the_file_that_is_wrong)
{
	struct tls_options o;

	certificates_make();
	write_file("junk", "this is no certificate\n");
	write_file("locked-key",
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3\n"
		"-----END ENCRYPTED PRIVATE KEY-----\n");
	o = mutual_options();
	o.cert = certificate_file("missing");
	expect_error(o, "No such file", "missing");
	o.cert = certificate_file("junk");
	expect_error(o, "cannot use the TLS certificate", "junk");
	o = mutual_options();
	o.key = certificate_file("missing-key");
	expect_error(o, "No such file", "missing-key");
	o.key = certificate_file("locked-key");
	expect_error(o, "cannot use the TLS key", "locked-key");
	o.key = certificate_file("client-key");
	expect_error(o, "does not belong to the certificate", "client-key");
	o.key = NULL;
	expect_error(o, "go together", "server");
	o = mutual_options();
	o.ca = certificate_file("junk");
	expect_error(o, "cannot use the TLS certificate authority", "junk");
	o.ca = NULL;
	expect_error(o, "certificate authority", NULL);
	o = (struct tls_options){.role = TLS_SERVER};
	expect_error(o, "needs a certificate", NULL);
	o = client_options(NULL, NULL);
	o.name = NULL;
	expect_error(o, "its name or address is needed", NULL);
}
