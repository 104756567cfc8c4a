/*
 * certificates.h: certificates made at run time, in a directory that goes at the end of the test.
 *
 * certificates_make fills it with a CA ("ca") and what it has signed: "server" (for localhost,
 * 127.0.0.1 and ::1), "client" (CN "ada"), "nameless" (a client without a CN), "expired" (a
 * client's), "expired-server"; and with a stranger's CA and client ("other-ca", "other").
 * NAME.pem is the certificate, NAME-key.pem its key.
 */
#pragma once

void certificates_make(void);
/* "ca" → the path of ca.pem. A ring of 64 results: copy what must last. */
const char *certificate_file(const char *name);
