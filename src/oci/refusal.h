/*
 * refusal.h: a registry's answer that is not what was asked for, as an error in the Engine's words
 * (OCI distribution specification 1.0, "Error codes").
 */
#pragma once

#include "base/error.h"

struct web_answer;

/* "denied: requested access to the resource is denied"; the errno tells the code: -ENOENT for an
 * unknown manifest, -ENODEV for an unknown repository, -EACCES for denied, -EREMOTEIO for the rest.
 * The kind is ERROR_INTERNAL, as the Engine answers 500 unless it says more about the image. */
int refusal(const struct web_answer *answer, struct error *e);

/* The same about a reference: kind and message of the three that the Engine words anew. */
int refusal_of(
	const struct web_answer *answer, const char *name, const char *reference, struct error *e);

/* What the Engine says when a token was given but does not reach ("insufficient_scope"). */
int refusal_denied(const char *name, struct error *e);
