/* fd.h: what streams, dialing and listeners share about descriptors. Internal to net/. */
#pragma once

#include "net/stream.h"

#include <sys/socket.h>

/* A stream of a connected, non-blocking socket, which it takes over also when it fails. */
int fd_stream_of_socket(int fd, struct stream **ret);

/* Small packets go out at once; a peer that has silently vanished is noticed. Accepted sockets
 * inherit both from their listener. */
void fd_set_tcp_options(int fd);

/* The socket address of a Unix path. */
socklen_t fd_unix_address(const char *path, struct sockaddr_storage *ret);

/* Waits until some stream has been freed, or for a moment: other things hold descriptors too. 0,
 * or -ECANCELED or -ETIMEDOUT (of `until`). */
int fd_wait_for_free(usec_t until) SUSPENDS;
