#include "certificates.h"

#include "base/error.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DAY (24 * 3600L)

struct spec {
	const char *name, *cn, *issuer;
	const char *usage, *names; /* extendedKeyUsage, subjectAltName */
	long from, until;          /* in days from now */
};

static const struct spec specs[] = {
	{"ca", "test CA", "ca", NULL, NULL, -1, 2},
	{"server", "server", "ca", "serverAuth", "DNS:localhost,IP:127.0.0.1,IP:::1", -1, 2},
	{"client", "ada", "ca", "clientAuth", NULL, -1, 2},
	{"nameless", NULL, "ca", "clientAuth", NULL, -1, 2},
	{"expired", "ada", "ca", "clientAuth", NULL, -2, -1},
	{"expired-server", "server", "ca", "serverAuth", "DNS:localhost", -2, -1},
	{"other-ca", "other CA", "other-ca", NULL, NULL, -1, 2},
	{"other", "eve", "other-ca", "clientAuth", NULL, -1, 2},
};

static char directory[] = "/tmp/sockerless-certificates-XXXXXX";
static pid_t owner;

const char *
certificate_file(const char *name)
{
	static char paths[64][256];
	static unsigned turn;
	char *path = paths[turn++ % 64];

	snprintf(path, sizeof(paths[0]), "%s/%s.pem", directory, name);
	return path;
}

static void
clean_up(void)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	if (getpid() == owner && system(command) != 0)
		fprintf(stderr, "%s stays\n", directory);
}

static FILE *
open_file(const char *name, const char *suffix, const char *mode)
{
	char full[100];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", name, suffix);
	f = fopen(certificate_file(full), mode);
	bug_if(!f);
	return f;
}

static void
extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	bug_if(!extension);
	bug_if(!X509_add_ext(certificate, extension, -1));
	X509_EXTENSION_free(extension);
}

static X509 *
read_certificate(const char *name)
{
	FILE *f = open_file(name, "", "r");
	X509 *x = PEM_read_X509(f, NULL, NULL, NULL);

	fclose(f);
	bug_if(!x);
	return x;
}

static EVP_PKEY *
read_key(const char *name)
{
	FILE *f = open_file(name, "-key", "r");
	EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);

	fclose(f);
	bug_if(!key);
	return key;
}

static void
describe(const struct spec *s, X509 *x, X509 *issuer, EVP_PKEY *key)
{
	static long serial;

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(x), s->from * DAY);
	X509_gmtime_adj(X509_getm_notAfter(x), s->until * DAY);
	X509_set_pubkey(x, key);
	if (s->cn)
		X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
			(const unsigned char *)s->cn, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(issuer));
	if (issuer == x)
		extend(x, issuer, NID_basic_constraints, "critical,CA:TRUE");
	if (s->usage)
		extend(x, issuer, NID_ext_key_usage, s->usage);
	if (s->names)
		extend(x, issuer, NID_subject_alt_name, s->names);
}

static void
make(const struct spec *s)
{
	bool self = strcmp(s->name, s->issuer) == 0;
	EVP_PKEY *key = EVP_EC_gen("P-256"), *signer = self ? key : read_key(s->issuer);
	X509 *x = X509_new(), *issuer = self ? x : read_certificate(s->issuer);
	FILE *f = open_file(s->name, "-key", "w");

	bug_if(!key || !x);
	bug_if(!PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));
	fclose(f);
	describe(s, x, issuer, key);
	bug_if(!X509_sign(x, signer, EVP_sha256()));
	f = open_file(s->name, "", "w");
	bug_if(!PEM_write_X509(f, x));
	fclose(f);
	if (!self) {
		EVP_PKEY_free(signer);
		X509_free(issuer);
	}
	EVP_PKEY_free(key);
	X509_free(x);
}

void
certificates_make(void)
{
	bug_if(!mkdtemp(directory));
	owner = getpid();
	atexit(clean_up);
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		make(&specs[i]);
}
