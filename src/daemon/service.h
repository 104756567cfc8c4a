/*
 * service.h: what a daemon does, behind the addresses that it listens on: a front end, a back end, or
 * both.
 */
#pragma once

#include "http/router.h"

struct metrics;
struct options;

struct service {
	http_handler handle;
	void *context;
	/* Is it well? An error says what is not. NULL: always. */
	int (*check)(void *context, struct error *e) SUSPENDS;
	/* Adds what it has to show to /metrics, where it stays until the close. NULL: nothing. */
	void (*add_metrics)(void *context, struct metrics *registry);
	/* Reads again what may have changed on disk (SIGHUP); on failure it goes on with what it had.
	 * NULL: nothing. */
	int (*reload)(void *context, struct error *e) SUSPENDS;
	/* The daemon is to end: takes no new work, and what waits is let go. NULL: nothing to do. */
	void (*stop)(void *context) SUSPENDS;
	/* After the last call. */
	void (*close)(void *context) SUSPENDS;
};

/* Opens a service as a program's options say. */
typedef int (*service_open)(const struct options *options, struct service *ret, struct error *e)
	SUSPENDS;
