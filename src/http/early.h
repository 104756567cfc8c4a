/* early.h: a stream of which some bytes have been received already, ahead of a hijack. */
#pragma once

#include "net/stream.h"

/* Reads give the n bytes at data (copied) first, then what `below` gives; all else is below's.
 * owned: freeing it frees below too.  Waiting for readiness (stream_notify) and the descriptor are
 * there once the early bytes have been read. */
struct stream *early_stream_new(struct stream *below, const void *data, size_t n, bool owned);
