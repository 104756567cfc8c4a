/*
 * bridge.h: between tasks, which suspend, and the archive functions, which block on the thread pool: a pipe.
 *
 * A client that does not read or write keeps a thread of the pool; so at most BRIDGES_MAX archives are on their way at once, and others wait
 * for their turn.
 */
#pragma once

#include "backend/memory/private.h"
#include "tar/tar.h"

#define BRIDGES_MAX 8

/* Runs fn(job, sink for the pipe) on the pool and passes what it writes on to `sink` here. */
typedef int (*bridge_pack)(void *job, tar_sink sink, void *arg, struct error *e);
int bridge_out(struct memory *m, bridge_pack fn, void *job, tar_sink sink, void *arg,
	struct error *e) SUSPENDS;

/* Runs fn(job, source) on the pool and feeds it from `source` here. What fn leaves unread is read and dropped. */
typedef int (*bridge_unpack)(void *job, tar_source source, void *arg, struct error *e);
int bridge_in(struct memory *m, bridge_unpack fn, void *job, tar_source source, void *arg,
	struct error *e) SUSPENDS;
