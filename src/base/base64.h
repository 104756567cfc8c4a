/* base64.h: base64 (RFC 4648; standard and URL-safe alphabets accepted, padding optional on input) and hex. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

char *base64_encode(const void *data, size_t n); /* standard alphabet with padding; caller frees */
char *base64_encode_url(const void *data, size_t n); /* URL-safe with padding */

/* Decodes into a new buffer (one extra NUL byte at its end). Returns the length or -EINVAL. */
ssize_t base64_decode(const char *text, size_t n, char **ret);

void hex_encode(const void *data, size_t n, char *out); /* 2n digits and a NUL */
