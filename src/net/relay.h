/*
 * relay.h: two streams made one: what either side sends goes to the other, at the slower one's pace.
 *
 * The end of one direction is passed on as a half-close, and the other goes on; unless the peer has
 * closed altogether, where that can be told (stream_closed).  When b no longer takes anything, what it
 * still has to say is passed on.  Once b has ended, a may keep quiet for RELAY_PATIENCE, as over TCP a
 * peer that closed altogether cannot be told from one that half-closed.
 */
#pragma once

#include "net/stream.h"

#define RELAY_PATIENCE (10 * USEC_PER_SEC)

/* Returns when both directions are over, or the caller's task is cancelled. Neither stream is freed. */
void stream_relay(struct stream *a, struct stream *b) SUSPENDS;
