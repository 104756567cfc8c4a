/*
 * poll.h: readiness of a descriptor.
 *
 * One poll object per descriptor, for as long as it is open; it does not own the descriptor.  At
 * most one task waits for reading and one for writing at the same time.  poll_notify is for what
 * has no task: an idle keep-alive connection.
 */
#pragma once

#include "base/time.h"
#include "task/task.h"

enum { POLL_READ = 1, POLL_WRITE = 2 };

struct poll;

int poll_open(int fd, struct poll **ret); /* makes the descriptor non-blocking; -errno */
void poll_close(struct poll *p);          /* wakes waiters with -ECANCELED */
SCOPED(poll, poll_close)

/* Waits until fd is ready for one of the events (errors and hang-ups count as ready). Returns the
 * ready set or -errno. */
int poll_wait(struct poll *p, int events, usec_t until) SUSPENDS;

/* Calls fn(arg) once, from the loop, outside any task, when fd becomes readable or is hung up.
 * NULL fn takes it back. */
void poll_notify(struct poll *p, void (*fn)(void *arg), void *arg);

/* Calls fn(arg) once when the peer has closed or half-closed (EPOLLRDHUP), without reading. NULL
 * fn takes it back. */
void poll_notify_hangup(struct poll *p, void (*fn)(void *arg), void *arg);
