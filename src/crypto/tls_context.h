/* tls_context.h: what tls.c sees of a config. Internal to crypto/. */
#pragma once

#include "crypto/libssl.h"
#include "crypto/tls.h"

struct tls_config {
	unsigned references;
	enum tls_role role;
	bool verify;
	char *name; /* or NULL */
	SSL_CTX *context;
};

/* Whether it is an IP address and not a host's name. */
bool tls_name_is_address(const char *name);
