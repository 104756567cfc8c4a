/* capabilities.h: what a back end can do, as its table of operations has it. */
#pragma once

#include "wire/internal.h"

struct core;

/* Strings live as long as the core. */
void capabilities_of(const struct core *core, struct capabilities *ret);
