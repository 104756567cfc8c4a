/*
 * docker.h: the pass-through back end: a real Docker daemon answers every call.
 *
 * It has no records and no opinions.  A call goes to the daemon as the client wrote it, version and all,
 * and the answer comes back untouched (http/forward.h): streams, taken-over connections, BuildKit's
 * upgrades, errors.  So the daemon's own window of versions holds, newer or older than ours.  A daemon
 * that is away answers 503, and the next call tries it again.
 */
#pragma once

#include "http/router.h"
#include "net/stream.h"

struct docker;
struct metrics;

/* Does not connect. */
struct docker *docker_new(const struct address *host);
void docker_free(struct docker *d);
SCOPED(docker, docker_free)

/* For TLS on the way to the daemon. */
struct http_client *docker_client(struct docker *d);

/* An http_handler: context is a struct docker, the path begins with INTERNAL_PREFIX. */
int docker_handle(struct call *call, void *docker, struct error *e) SUSPENDS;

/* The daemon answers. */
int docker_check(void *docker, struct error *e) SUSPENDS;

/* Containers by state, asked of the daemon at each rendering (which suspends for that). */
void docker_add_metrics(struct docker *d, struct metrics *registry);

/*
 * Which daemon: `text` as in DOCKER_HOST (unix://, tcp://, or a path), or where it is empty the first
 * socket that is there of /var/run/docker.sock, $XDG_RUNTIME_DIR/docker.sock (rootless) and
 * ~/.docker/run/docker.sock (Docker Desktop).
 */
int docker_find(const char *text, struct address *ret, struct error *e);
