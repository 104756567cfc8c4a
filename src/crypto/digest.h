/* digest.h: SHA-256 (OpenSSL). */
#pragma once

#include <stddef.h>

#define SHA256_HEX_SIZE 65

struct sha256;
struct sha256 *sha256_new(void);
void sha256_update(struct sha256 *h, const void *data, size_t n);
void sha256_hex(struct sha256 *h, char out[SHA256_HEX_SIZE]); /* finishes and frees */

void sha256_of(const void *data, size_t n, char out[SHA256_HEX_SIZE]);
