/*
 * user.h: the users and groups of the container's /etc/passwd and /etc/group, by Docker's rules: "name", "uid", "name:group",
 * "uid:gid"; numbers need not be listed; "" is user 0.
 */
#pragma once

#include "sandbox/files.h"

#include "base/error.h"

#include <limits.h>

struct user {
	struct identity identity;
	char home[PATH_MAX]; /* "/" if not listed */
};

/* Reads as the current identity. The messages are the Engine's. */
int user_find(const char *spec, struct user *ret, struct error *e);
