#include "crypto/digest.h"

#include "base/alloc.h"
#include "base/base64.h"
#include "base/error.h"

#include <openssl/evp.h>

#define SHA256_SIZE ((SHA256_HEX_SIZE - 1) / 2)

/* libcrypto's calls fail here only for want of memory or by misuse, so they may not fail. */
struct sha256 {
	EVP_MD_CTX *context;
};

struct sha256 *
sha256_new(void)
{
	struct sha256 *h = NEW(sha256);

	h->context = EVP_MD_CTX_new();
	bug_if(!h->context);
	bug_if(!EVP_DigestInit_ex(h->context, EVP_sha256(), NULL));
	return h;
}

void
sha256_update(struct sha256 *h, const void *data, size_t n)
{
	bug_if(!EVP_DigestUpdate(h->context, data, n));
}

void
sha256_hex(struct sha256 *h, char out[SHA256_HEX_SIZE])
{
	unsigned char digest[SHA256_SIZE];

	bug_if(!EVP_DigestFinal_ex(h->context, digest, NULL));
	hex_encode(digest, sizeof(digest), out);
	EVP_MD_CTX_free(h->context);
	free(h);
}

void
sha256_of(const void *data, size_t n, char out[SHA256_HEX_SIZE])
{
	unsigned char digest[SHA256_SIZE];

	bug_if(!EVP_Digest(data, n, digest, NULL, EVP_sha256(), NULL));
	hex_encode(digest, sizeof(digest), out);
}
