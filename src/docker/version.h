/*
 * version.h: Docker API versions, as ×100+minor numbers (1.44 is 144), and the window of those that our
 * own API speaks.
 */
#pragma once

#include "base/error.h"

#define API_VERSION_MIN 124
#define API_VERSION_MAX 144
#define API_VERSION_MIN_TEXT "1.24"
#define API_VERSION_MAX_TEXT "1.44"

/* Reads "1.44", or Podman's three-part form, at the start of text; the end of it, or NULL if there is
 * none. */
const char *api_version_scan(const char *text, int *ret);

/* The number of a version in the window; of none ("") the newest. Outside of it ERROR_INVALID, as the
 * Engine has it. */
int api_version_check(const char *text, int *ret, struct error *e);
