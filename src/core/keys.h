/* keys.h: the key sequence that detaches a terminal, "ctrl-p,ctrl-q". */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define KEYS_MAX 16

struct keys {
	unsigned char sequence[KEYS_MAX];
	size_t n;
	size_t matched; /* bytes of the sequence seen so far, held back */
};

/* "" or NULL is the default. Characters, or ctrl- and one of a-z @ [ ] \ ^ _, separated by commas.
 */
int keys_parse(const char *text, struct keys *ret, struct error *e);

/*
 * Passes input through: what may go on is written to out (at least n + KEYS_MAX bytes), its length
 * to *ret_n.  True when the sequence is complete; what came before it is in out then, too.
 */
bool keys_filter(
	struct keys *k, const unsigned char *in, size_t n, unsigned char *out, size_t *ret_n);
