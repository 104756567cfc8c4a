/* options.h: the options that every daemon has, joined with a program's own. */
#pragma once

#include "base/option.h"

/* --addr, then the program's own tables (ending with NULL), then the rest. The caller frees. */
struct option_spec *daemon_options(const struct option_spec *const *own, const char *address);
