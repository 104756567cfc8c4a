#include "crypto/digest.h"

#include "test.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define MILLION_A "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

/* FIPS 180-2 appendix B, and the digest of nothing */
TEST(sha256_vectors)
{
	char out[SHA256_HEX_SIZE];

	sha256_of("", 0, out);
	ASSERT_STR(out, EMPTY);
	sha256_of("abc", 3, out);
	ASSERT_STR(out, ABC);
}

TEST(sha256_in_pieces)
{
	char out[SHA256_HEX_SIZE], piece[1000];
	struct sha256 *h = sha256_new();

	memset(piece, 'a', sizeof(piece));
	for (int i = 0; i < 1000; i++)
		sha256_update(h, piece, sizeof(piece));
	sha256_hex(h, out);
	ASSERT_STR(out, MILLION_A);
}

TEST(sha256_of_no_pieces)
{
	char out[SHA256_HEX_SIZE];

	sha256_hex(sha256_new(), out);
	ASSERT_STR(out, EMPTY);
}
