#include "crypto/equal.h"

#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <string.h>

bool
crypto_equal(const char *given, const char *secret)
{
	char a[SHA256_HEX_SIZE], b[SHA256_HEX_SIZE];

	sha256_of(given, strlen(given), a);
	sha256_of(secret, strlen(secret), b);
	return CRYPTO_memcmp(a, b, sizeof(a)) == 0;
}
