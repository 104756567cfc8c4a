#include "crypto/digest.h"

#include "base/base64.h"
#include "base/error.h"

#include <openssl/evp.h>

#define SHA256_SIZE ((SHA256_HEX_SIZE - 1) / 2)

/* OpenSSL's context under our name. Its calls fail only for want of memory or by misuse, so they
 * may not fail here. */

struct sha256 *
sha256_new(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	bug_if(!context);
	bug_if(!EVP_DigestInit_ex(context, EVP_sha256(), NULL));
	return (struct sha256 *)context;
}

void
sha256_update(struct sha256 *h, const void *data, size_t n)
{
	bug_if(!EVP_DigestUpdate((EVP_MD_CTX *)h, data, n));
}

void
sha256_hex(struct sha256 *h, char out[SHA256_HEX_SIZE])
{
	unsigned char digest[SHA256_SIZE];

	bug_if(!EVP_DigestFinal_ex((EVP_MD_CTX *)h, digest, NULL));
	EVP_MD_CTX_free((EVP_MD_CTX *)h);
	hex_encode(digest, sizeof(digest), out);
}

void
sha256_of(const void *data, size_t n, char out[SHA256_HEX_SIZE])
{
	unsigned char digest[SHA256_SIZE];

	bug_if(!EVP_Digest(data, n, digest, NULL, EVP_sha256(), NULL));
	hex_encode(digest, sizeof(digest), out);
}
