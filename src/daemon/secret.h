/*
 * secret.h: the secret that a front end proves itself with to a back end.
 *
 * It is one line of a file, SECRET_MIN to SECRET_MAX bytes, and goes with each call in
 * INTERNAL_SECRET_HEADER (wire/internal.h).
 */
#pragma once

#include "base/option.h"
#include "http/router.h"

#define SECRET_MIN 16
#define SECRET_MAX 1024

/* --secret-file, for programs on either side. */
extern const struct option_spec secret_options[];

/* The file's line; the caller frees. */
int secret_read(const char *path, char **ret, struct error *e);

/* ERROR_UNAUTHORIZED, unless the call has the secret, or none is wanted (NULL). */
int secret_check(const struct call *call, const char *secret, struct error *e);
