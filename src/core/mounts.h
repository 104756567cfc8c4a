/*
 * mounts.h: what a new container gets mounted: the request's binds, volumes and tmpfs, the image's volumes, and those of other
 * containers; volumes that do not exist yet are made.
 */
#pragma once

#include "core/container.h"

/* Fills in c->mounts from c->config and c->host_config. */
int mounts_decide(struct container *c, struct error *e) SUSPENDS;
/* Removes the anonymous volumes that were made for it. */
void mounts_undo(struct container *c) SUSPENDS;
