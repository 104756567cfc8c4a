/*
 * auth.h: proving to a registry who asks: the credentials a client sent along, and the tokens they
 * are exchanged for (distribution project: "Token Authentication Specification", and "OAuth2 Token
 * Authentication").
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "docker/system_types.h"
#include "oci/challenge.h"

struct web;

/* The header X-Registry-Auth: base64 of JSON. The Engine takes a malformed one for none, and so
 * does this. */
struct auth_config auth_read(struct arena *arena, const char *header);

struct auth_query {
	const struct challenge *challenge; /* what the registry asked for */
	const struct auth_config *credentials;
	const char *scope; /* "repository:library/alpine:pull" */
	const char *url;   /* of the request that was challenged */
};

/* The value for the Authorization header, in the arena. Asks the token server if the challenge
 * names one. */
int auth_answer(struct web *web, struct arena *arena, const struct auth_query *query,
	const char **ret, struct error *e) SUSPENDS;
