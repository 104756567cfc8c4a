#include "crypto/tls.h"

#include "base/alloc.h"
#include "crypto/tls_context.h"

#include <errno.h>
#include <openssl/err.h>
#include <threads.h>

/* The output may be so much over its limit when a record has been added to it. */
#define OUTPUT_MAX (TLS_OUTPUT + 2 * TLS_RECORD)
#define MAX_NAME 256

/* What Go's servers say, and so what Docker's CLI shows its user. */
#define PLAIN_HTTP_ANSWER                             \
	"HTTP/1.0 400 Bad Request\r\n"                \
	"Content-Type: text/plain; charset=utf-8\r\n" \
	"Connection: close\r\n\r\n"                   \
	"Client sent an HTTP request to an HTTPS server.\n"

struct tls {
	struct tls_config *config;
	SSL *ssl;
	unsigned char *in; /* TLS_INPUT bytes, or NULL */
	size_t in_at, in_n;
	bool in_ended;
	struct buf out;
	size_t handshake_n; /* how much of the peer's has been seen before its end */
	bool done;          /* the handshake */
	int failed;         /* the errno that is for good, or 0 */
	char *reason, *identity;
};

/* -- OpenSSL's view of input and output -------------------------------------------------------- */

static int
bio_read(BIO *bio, char *data, int n)
{
	struct tls *t = BIO_get_data(bio);
	size_t left = t->in_n - t->in_at, want = n > 0 ? (size_t)n : 0;

	BIO_clear_retry_flags(bio);
	if (left == 0) {
		if (!t->in_ended)
			BIO_set_retry_read(bio);
		return t->in_ended ? 0 : -1;
	}
	if (want > left)
		want = left;
	memcpy(data, t->in + t->in_at, want);
	t->in_at += want;
	return (int)want;
}

static int
bio_write(BIO *bio, const char *data, int n)
{
	struct tls *t = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	if (buf_append(&t->out, data, n > 0 ? (size_t)n : 0) == 0)
		return n;
	t->out.full = false;
	BIO_set_retry_write(bio);
	return -1;
}

static long
bio_control(BIO *bio, int what, long number, void *pointer)
{
	const struct tls *t = BIO_get_data(bio);

	(void)number;
	(void)pointer;
	if (what == BIO_CTRL_EOF)
		return t->in_ended && t->in_at == t->in_n;
	return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *bio_method;

static void
make_bio_method(void)
{
	bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tls");
	bug_if(!bio_method);
	BIO_meth_set_read(bio_method, bio_read);
	BIO_meth_set_write(bio_method, bio_write);
	BIO_meth_set_ctrl(bio_method, bio_control);
}

static void
attach_bio(struct tls *t)
{
	static once_flag made = ONCE_FLAG_INIT;
	BIO *bio;

	call_once(&made, make_bio_method);
	bio = BIO_new(bio_method);
	bug_if(!bio);
	BIO_set_data(bio, t);
	BIO_set_init(bio, 1);
	SSL_set_bio(t->ssl, bio, bio);
}

/* -- input and output -------------------------------------------------------------------------- */

void *
tls_input(struct tls *t, size_t *ret_room)
{
	bug_if(t->in_at != t->in_n);
	t->in_at = t->in_n = 0;
	if (!t->in)
		t->in = xmalloc(TLS_INPUT);
	*ret_room = TLS_INPUT;
	return t->in;
}

void
tls_input_add(struct tls *t, size_t n)
{
	bug_if(n > TLS_INPUT - t->in_n);
	t->in_n += n;
	if (!t->done)
		t->handshake_n += n;
}

void
tls_input_end(struct tls *t)
{
	t->in_ended = true;
}

bool
tls_begins(const struct tls *t)
{
	return t->in_at < t->in_n && t->in[t->in_at] == SSL3_RT_HANDSHAKE;
}

size_t
tls_input_left(const struct tls *t)
{
	return t->in_n - t->in_at;
}

size_t
tls_take_input(struct tls *t, void *data, size_t n)
{
	if (n > tls_input_left(t))
		n = tls_input_left(t);
	if (n > 0)
		memcpy(data, t->in + t->in_at, n);
	t->in_at += n;
	return n;
}

bool
tls_has_output(const struct tls *t)
{
	return t->out.len > 0;
}

void
tls_take_output(struct tls *t, struct buf *into)
{
	bug_if(into->len > 0);
	buf_free(into);
	*into = t->out;
	buf_init(&t->out, OUTPUT_MAX);
}

void
tls_rest(struct tls *t)
{
	if (t->in_at != t->in_n)
		return;
	free(t->in);
	t->in = NULL;
	t->in_at = t->in_n = 0;
}

bool
tls_readable(const struct tls *t)
{
	return t->in_at < t->in_n || t->in_ended || t->failed ||
	       (SSL_get_shutdown(t->ssl) & SSL_RECEIVED_SHUTDOWN) || SSL_has_pending(t->ssl);
}

/* -- failures ---------------------------------------------------------------------------------- */

static int
fail(struct tls *t, int r, char *reason)
{
	ERR_clear_error();
	t->failed = r;
	t->reason = reason;
	return r;
}

static int
fail_verify(struct tls *t)
{
	bool server = t->config->role == TLS_SERVER;
	long why = SSL_get_verify_result(t->ssl);

	if (why == X509_V_ERR_HOSTNAME_MISMATCH || why == X509_V_ERR_IP_ADDRESS_MISMATCH)
		return fail(t, -EKEYREJECTED,
			xasprintf("the server's certificate is not for %s", t->config->name));
	return fail(t, -EKEYREJECTED,
		xasprintf("the %s's certificate is not accepted: %s", server ? "client" : "server",
			X509_verify_cert_error_string(why)));
}

static bool
is_about_certificates(int alert)
{
	return alert == SSL_AD_BAD_CERTIFICATE || alert == SSL_AD_UNSUPPORTED_CERTIFICATE ||
	       alert == SSL_AD_CERTIFICATE_REVOKED || alert == SSL_AD_CERTIFICATE_EXPIRED ||
	       alert == SSL_AD_CERTIFICATE_UNKNOWN || alert == SSL_AD_UNKNOWN_CA ||
	       alert == SSL_AD_ACCESS_DENIED || alert == SSL_AD_CERTIFICATE_REQUIRED;
}

/* The text is like "tlsv1 alert unknown ca". */
static int
fail_alert(struct tls *t, int alert, const char *text)
{
	static const char word[] = " alert ";
	const char *name = text ? strstr(text, word) : NULL;

	return fail(t, is_about_certificates(alert) ? -EKEYREJECTED : -ECONNABORTED,
		xasprintf("the peer refused the connection: %s",
			name ? name + strlen(word) : "it does not say why"));
}

/* The numbers above the offset are the alerts that the peer sent. */
static int
fail_ssl(struct tls *t, unsigned long why)
{
	int reason = ERR_GET_REASON(why);
	const char *text = ERR_reason_error_string(why);

	if (ERR_GET_LIB(why) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET)
		return fail_alert(t, reason - SSL_AD_REASON_OFFSET, text);
	if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
		return fail_verify(t);
	if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
		return fail(t, -EKEYREJECTED, xstrdup("the client showed no certificate"));
	if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return fail(t, -ECONNRESET, xstrdup("the connection was cut off"));
	if (reason == SSL_R_HTTP_REQUEST) {
		buf_clear(&t->out);
		buf_puts(&t->out, PLAIN_HTTP_ANSWER);
		return fail(t, -EPROTONOSUPPORT, xstrdup("the client speaks plain HTTP"));
	}
	return fail(t, -ECONNABORTED, xstrdup(text ? text : "the peer does not speak TLS"));
}

/* What a call that did not succeed means. */
static int
outcome(struct tls *t, int result)
{
	unsigned long why;

	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return -EAGAIN;
	case SSL_ERROR_WANT_WRITE:
		return -ENOBUFS;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		why = ERR_peek_error();
		if (why == 0)
			return fail(t, -ECONNRESET, xstrdup("the connection was cut off"));
		return fail_ssl(t, why);
	}
}

/* -- the connection ---------------------------------------------------------------------------- */

struct tls *
tls_new(struct tls_config *c)
{
	struct tls *t = NEW(tls);

	t->config = tls_config_ref(c);
	buf_init(&t->out, OUTPUT_MAX);
	t->ssl = SSL_new(c->context);
	bug_if(!t->ssl);
	attach_bio(t);
	if (c->role == TLS_SERVER)
		SSL_set_accept_state(t->ssl);
	else
		SSL_set_connect_state(t->ssl);
	if (c->role == TLS_CLIENT && c->name && !tls_name_is_address(c->name))
		bug_if(!SSL_set_tlsext_host_name(t->ssl, c->name));
	return t;
}

void
tls_free(struct tls *t)
{
	SSL_free(t->ssl);
	tls_config_unref(t->config);
	buf_free(&t->out);
	free(t->in);
	free(t->reason);
	free(t->identity);
	free(t);
}

static char *
common_name(const X509 *certificate)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1), n;
	unsigned char *text = NULL;
	char *name;

	if (at < 0)
		return xstrdup("");
	n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	if (n < 0 || n > MAX_NAME || memchr(text, '\0', (size_t)n))
		n = 0;
	name = xstrndup(n > 0 ? (const char *)text : "", (size_t)n);
	OPENSSL_free(text);
	return name;
}

static void
learn_identity(struct tls *t)
{
	const X509 *certificate = SSL_get0_peer_certificate(t->ssl);

	if (t->config->verify && certificate && SSL_get_verify_result(t->ssl) == X509_V_OK)
		t->identity = common_name(certificate);
}

int
tls_handshake(struct tls *t)
{
	int r;

	if (t->failed || t->done)
		return t->failed;
	if (t->handshake_n > TLS_MAX_HANDSHAKE)
		return fail(t, -ECONNABORTED, xstrdup("the handshake is too large"));
	ERR_clear_error();
	r = SSL_do_handshake(t->ssl);
	if (r != 1) {
		r = outcome(t, r);
		return r == 0 ? fail(t, -ECONNRESET, xstrdup("the peer closed the connection")) : r;
	}
	t->done = true;
	learn_identity(t);
	return 0;
}

ssize_t
tls_read(struct tls *t, void *data, size_t n)
{
	size_t got, total = 0;
	int r = 1;

	bug_if(!t->done);
	if (t->failed)
		return t->failed;
	ERR_clear_error();
	while (total < n && r == 1) {
		r = SSL_read_ex(t->ssl, (char *)data + total, n - total, &got);
		if (r == 1)
			total += got;
	}
	r = r == 1 ? 0 : outcome(t, r);
	return total > 0 ? (ssize_t)total : r; /* what stopped it will be found again */
}

int
tls_write(struct tls *t, const void *data, size_t n)
{
	size_t written = 0;
	int r;

	bug_if(!t->done || n == 0 || n > TLS_RECORD);
	if (t->failed)
		return t->failed;
	if (SSL_get_shutdown(t->ssl) & SSL_SENT_SHUTDOWN)
		return -EPIPE;
	if (t->out.len >= TLS_OUTPUT)
		return -ENOBUFS;
	if (t->out.cap == 0)
		buf_reserve(&t->out, n < TLS_RECORD / 2 ? n + TLS_RECORD / 16 : OUTPUT_MAX);
	ERR_clear_error();
	r = SSL_write_ex(t->ssl, data, n, &written);
	if (r == 1)
		return 0;
	r = outcome(t, r);
	bug_if(r == -ENOBUFS); /* OpenSSL would have to be given the same bytes again */
	return r == 0 ? -EPIPE : r;
}

int
tls_close(struct tls *t)
{
	int r;

	if (t->failed || !t->done)
		return t->failed ? t->failed : -EAGAIN;
	if (SSL_get_shutdown(t->ssl) & SSL_SENT_SHUTDOWN)
		return 0;
	ERR_clear_error();
	r = SSL_shutdown(t->ssl);
	return r < 0 ? outcome(t, r) : 0;
}

const char *
tls_identity(const struct tls *t)
{
	return t->identity;
}

const char *
tls_reason(const struct tls *t)
{
	return t->reason;
}
