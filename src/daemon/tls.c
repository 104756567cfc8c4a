#include "daemon/tls.h"

#include "base/alloc.h"
#include "base/str.h"

const struct option_spec daemon_tls_options[] = {
	{"tls", "SOCKERLESS_TLS", NULL, "false", "speak TLS; --tlsverify does so too", false},
	{"tlsverify", "SOCKERLESS_TLSVERIFY", NULL, "false",
		"speak TLS, and only with clients whose certificate --tlscacert has signed", false},
	{"tlscacert", "SOCKERLESS_TLSCACERT", "FILE", NULL,
		"who signs the clients' certificates; else ca.pem in DOCKER_CERT_PATH or ~/.docker",
		false},
	{"tlscert", "SOCKERLESS_TLSCERT", "FILE", NULL,
		"our certificate; else cert.pem in the same place", false},
	{"tlskey", "SOCKERLESS_TLSKEY", "FILE", NULL, "its key; else key.pem in the same place",
		false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

bool
daemon_tls_wanted(const struct options *o)
{
	return option_true(o, "tls") || daemon_tls_verifies(o);
}

bool
daemon_tls_verifies(const struct options *o)
{
	return option_true(o, "tlsverify");
}

/* The option's value, or the file of this name where Docker's tools look for it; the caller frees. */
static char *
file_of(const struct options *o, const char *flag, const char *name)
{
	const char *given = option_get(o, flag), *folder = getenv("DOCKER_CERT_PATH");

	if (!str_empty(given))
		return xstrdup(given);
	if (!str_empty(folder))
		return xasprintf("%s/%s", folder, name);
	return xasprintf("%s/.docker/%s", str_or(getenv("HOME"), "/root"), name);
}

int
daemon_tls_open(const struct options *o, struct tls_layer **ret, struct error *e)
{
	scoped_free char *ca = file_of(o, "tlscacert", "ca.pem");
	scoped_free char *cert = file_of(o, "tlscert", "cert.pem");
	scoped_free char *key = file_of(o, "tlskey", "key.pem");
	struct tls_options options = {.role = TLS_SERVER,
		.ca = ca,
		.cert = cert,
		.key = key,
		.verify = daemon_tls_verifies(o)};

	return tls_layer_new(&options, ret, e);
}
