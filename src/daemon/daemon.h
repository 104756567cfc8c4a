/*
 * daemon.h: what all our daemons share: options for addresses, the log and access; listening,
 * LISTEN_FDS, sd_notify, signals, and a clean end.
 *
 * A program is a `struct daemon` and a call of daemon_main.  Its service is opened once it is known
 * that the addresses can be had, and closed after the last call.
 */
#pragma once

#include "base/option.h"
#include "base/url.h"
#include "daemon/service.h"

struct daemon {
	const char *name;  /* "sockerless-backend-memory" */
	const char *about; /* one sentence for --help */
	const struct option_spec *const
		*options;    /* its own tables, beside those of every daemon; ends with NULL */
	const char *address; /* where it listens by default; NULL: the user's own socket */
	service_open open;
	/* It speaks the internal API: who reaches it from another machine must prove who he is. */
	bool internal;
	/* Tells the person who started it how to go on; NULL: nothing. */
	void (*welcome)(const struct address *address, bool tls);
};

/* The program's exit status: 0, 1 when it failed, 2 for wrong options. */
int daemon_main(const struct daemon *daemon, int argc, char **argv);
