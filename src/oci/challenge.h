/*
 * challenge.h: the WWW-Authenticate header (RFC 9110, 11.6.1), by which a registry says how to
 * authenticate.
 */
#pragma once

#include "base/arena.h"

enum challenge_kind { CHALLENGE_NONE, CHALLENGE_BASIC, CHALLENGE_BEARER };

struct challenge {
	enum challenge_kind kind;
	char *realm;   /* of BEARER: where tokens are given; never NULL there */
	char *service; /* or NULL */
	char *error;   /* "insufficient_scope", or NULL */
};

/* The strongest challenge of the header that is known here; CHALLENGE_NONE if there is none. A
 * malformed rest is ignored. */
struct challenge challenge_parse(struct arena *arena, const char *header);
