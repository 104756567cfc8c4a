/* equal.h: comparing secrets. */
#pragma once

#include <stdbool.h>

/* In a time that tells nothing of where they differ, nor of the secret's length. */
bool crypto_equal(const char *given, const char *secret);
