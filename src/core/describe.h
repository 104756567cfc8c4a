/* describe.h: containers as the API shows them. What is returned lives in the arena and the container: use it before suspending. */
#pragma once

#include "core/container.h"
#include "docker/container_types.h"

void describe_container(struct container *c, struct arena *arena, struct container_inspect *ret);
void describe_summary(struct container *c, struct arena *arena, struct container_summary *ret);
