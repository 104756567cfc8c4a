/* id.h: random identifiers and names. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define ID_SIZE 65 /* 64 hex digits and a NUL */

void random_bytes(void *out, size_t n); /* getrandom; aborts if the kernel has none */
void id_generate(
	char out[ID_SIZE]); /* never all digits in its first 12, so that it cannot be mistaken for a number */
bool id_valid_hex(const char *s); /* 1 to 64 lower-case hex digits */

/* "adjective_noun", as people expect of an unnamed container; suffix > 0 is appended as a number. Own word lists. */
#define ID_NAME_SIZE 64
void id_generate_name(char out[ID_NAME_SIZE], unsigned suffix);

/* Docker's rule for container, network and volume names: [a-zA-Z0-9][a-zA-Z0-9_.-]+ */
bool id_valid_name(const char *s);
