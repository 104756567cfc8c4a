/* sample.h: the documents in samples/, small images of our own making. */
#pragma once

#include "base/arena.h"

/* The text of samples/NAME; *ret_size is its length. */
const char *sample(struct arena *arena, const char *name, size_t *ret_size);
