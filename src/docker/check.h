/*
 * check.h: whether a request for a container makes sense, in the Engine's words.  Only what can be told from the request
 * itself; mounts and ports have their own headers and are checked there.
 */
#pragma once

#include "base/error.h"
#include "docker/container_types.h"

/* Working directory, environment, stop signal, health check, exposed ports. */
int check_config(const struct container_config *config, struct error *e);

/* Port bindings, restart policy (also against AutoRemove), extra hosts, ulimits. */
int check_host_config(const struct host_config *host, struct error *e);

/* Memory, swap and processor limits against each other and against the number of processors. */
int check_resources(const struct resources *r, int64_t cpus, struct error *e);

int check_restart_policy(const struct restart_policy *policy, struct error *e);
