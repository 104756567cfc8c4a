/*
 * tls.h: TLS where a daemon listens, by the options that dockerd has.
 *
 * --tls turns it on. --tlsverify does as well, and wants a certificate of each client that --tlscacert
 * has signed. The files default to ca.pem, cert.pem and
 * key.pem in $DOCKER_CERT_PATH or else ~/.docker.
 */
#pragma once

#include "base/option.h"
#include "tls/layer.h"

extern const struct option_spec daemon_tls_options[];

bool daemon_tls_wanted(const struct options *o);
bool daemon_tls_verifies(const struct options *o);

/* Reads the files, so it blocks. */
int daemon_tls_open(const struct options *o, struct tls_layer **ret, struct error *e);
