#include "crypto/tls_context.h"

#include "base/alloc.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#define CIPHERS_1_2 "ECDHE+AESGCM:ECDHE+CHACHA20"
#define MAX_CERTIFICATES (64 * 1024) /* of what the peer shows */

/* -- files ------------------------------------------------------------------------------------- */

/* OpenSSL's own messages do not tell a file that is missing from one that is wrong. */
static int
check_file(const char *what, const char *path, struct error *e)
{
	scoped_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? error_errno(e, -errno, "cannot read the %s %s", what, path) : 0;
}

static int
refuse_file(const char *what, const char *path, struct error *e)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return error_set(e, ERROR_INVALID, -EINVAL, "cannot use the %s %s: %s", what, path,
		reason ? reason : "it is not in PEM form");
}

/* A daemon has nobody to ask. */
static int
no_password(char *out, int size, int writing, void *arg)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static int
use_key(SSL_CTX *context, const struct tls_options *o, struct error *e)
{
	int r = check_file("TLS key", o->key, e);
	unsigned long why;

	if (r < 0)
		return r;
	SSL_CTX_set_default_passwd_cb(context, no_password);
	if (SSL_CTX_use_PrivateKey_file(context, o->key, SSL_FILETYPE_PEM) == 1)
		return 0;
	why = ERR_peek_last_error();
	if (ERR_GET_LIB(why) != ERR_LIB_X509 ||
		(ERR_GET_REASON(why) != X509_R_KEY_VALUES_MISMATCH &&
			ERR_GET_REASON(why) != X509_R_KEY_TYPE_MISMATCH))
		return refuse_file("TLS key (without a password, in PEM form)", o->key, e);
	ERR_clear_error();
	return error_set(e, ERROR_INVALID, -EINVAL,
		"the TLS key %s does not belong to the certificate %s", o->key, o->cert);
}

static int
use_certificate(SSL_CTX *context, const struct tls_options *o, struct error *e)
{
	int r;

	if (!o->cert != !o->key)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"a TLS certificate and its key go together: only %s was given",
			o->cert ? o->cert : o->key);
	if (!o->cert && o->role == TLS_SERVER)
		return error_set(e, ERROR_INVALID, -EINVAL, "TLS needs a certificate and its key");
	if (!o->cert)
		return 0;
	r = check_file("TLS certificate", o->cert, e);
	if (r < 0)
		return r;
	if (SSL_CTX_use_certificate_chain_file(context, o->cert) != 1)
		return refuse_file("TLS certificate", o->cert, e);
	return use_key(context, o, e);
}

static int
use_authority(SSL_CTX *context, const struct tls_options *o, struct error *e)
{
	int r;

	if (!o->ca)
		return SSL_CTX_set_default_verify_paths(context) == 1
			       ? 0
			       : error_set(e, ERROR_INTERNAL, -EIO,
					 "cannot use the system's TLS certificate authorities");
	r = check_file("TLS certificate authority", o->ca, e);
	if (r < 0)
		return r;
	if (SSL_CTX_load_verify_file(context, o->ca) != 1)
		return refuse_file("TLS certificate authority", o->ca, e);
	if (o->role == TLS_SERVER) /* tells clients which of their certificates to show */
		SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(o->ca));
	return 0;
}

/* -- whom to accept ---------------------------------------------------------------------------- */

bool
tls_name_is_address(const char *name)
{
	unsigned char scratch[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, name, scratch) == 1 || inet_pton(AF_INET6, name, scratch) == 1;
}

/* Like dockerd: every certificate in the file is an anchor of trust, also one that is signed by
 * another; and names are those of the extension made for them, never the subject's. */
static int
expect_peer(SSL_CTX *context, const struct tls_options *o, struct error *e)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(context);

	if (o->role == TLS_SERVER && !o->ca)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"to verify TLS clients, the certificate authority that signed their "
			"certificates is needed");
	if (o->role == TLS_CLIENT && str_empty(o->name))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"to verify a TLS server, its name or address is needed");
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_hostflags(
		param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (o->role == TLS_CLIENT && tls_name_is_address(o->name))
		bug_if(!X509_VERIFY_PARAM_set1_ip_asc(param, o->name));
	else if (o->role == TLS_CLIENT)
		bug_if(!X509_VERIFY_PARAM_set1_host(param, o->name, 0));
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return use_authority(context, o, e);
}

/* -- the context ------------------------------------------------------------------------------- */

static SSL_CTX *
context_new(enum tls_role role)
{
	SSL_CTX *context = SSL_CTX_new(
		role == TLS_SERVER ? TLS_server_method() : TLS_client_method());

	bug_if(!context);
	bug_if(!SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION));
	bug_if(!SSL_CTX_set_cipher_list(context, CIPHERS_1_2));
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					     SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(context, 0);
	SSL_CTX_set_max_cert_list(context, MAX_CERTIFICATES);
	return context;
}

int
tls_config_new(const struct tls_options *o, struct tls_config **ret, struct error *e)
{
	scoped(tls_config) *c = NULL;
	const char *reason;
	int r = libssl_load(&reason);

	if (r < 0)
		return error_set(e, ERROR_INTERNAL, r, "cannot load OpenSSL's libssl: %s", reason);
	c = NEW(tls_config);
	*c = (struct tls_config){.references = 1, .role = o->role, .verify = o->verify};
	c->name = o->name ? xstrdup(o->name) : NULL;
	c->context = context_new(o->role);
	r = use_certificate(c->context, o, e);
	if (r == 0 && o->verify)
		r = expect_peer(c->context, o, e);
	if (r == 0)
		*ret = take_ptr(c);
	return r;
}

struct tls_config *
tls_config_ref(struct tls_config *c)
{
	c->references++;
	return c;
}

void
tls_config_unref(struct tls_config *c)
{
	if (--c->references > 0)
		return;
	SSL_CTX_free(c->context);
	free(c->name);
	free(c);
}

enum tls_role
tls_config_role(const struct tls_config *c)
{
	return c->role;
}
