/* version.h: the window of Docker API versions, as ×100+minor numbers, and the prefix of our internal API. */
#pragma once

#define API_VERSION_MIN 124
#define API_VERSION_MAX 144
#define API_VERSION_MIN_TEXT "1.24"
#define API_VERSION_MAX_TEXT "1.44"

/* Paths of the Docker API as they go from a front end to a back end. */
#define INTERNAL_PREFIX "/internal/v1"
