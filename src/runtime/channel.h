/*
 * channel.h: the control socket between a workload and its sandbox: packets (wire/sandbox.h) with
 * descriptors beside them.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/scope.h"
#include "base/time.h"
#include "task/task.h"

#include <stddef.h>
#include <sys/types.h>

struct channel;

/* Makes the pair; *ret_peer is for the child, and the caller closes it. */
int channel_open(struct channel **ret, int *ret_peer, struct error *e);
void channel_close(struct channel *c); /* the peer sees the end; whoever still sends gets -EPIPE */
void channel_free(struct channel *c);  /* nobody sends or receives any more */
SCOPED(channel, channel_free)

/* Sends one packet with copies of the descriptors. Several tasks may send. -EPIPE when the peer is
 * gone. */
int channel_send(struct channel *c, const struct buf *packet, const int *fds, size_t n_fds,
	usec_t until) SUSPENDS;
/* Receives one packet into data; > 0 bytes, 0 at the peer's end. One task receives. */
ssize_t channel_receive(struct channel *c, void *data, size_t size, usec_t until) SUSPENDS;
