/*
 * dynlib.h: a shared library that is loaded when it is first needed, because it costs a start of the
 * program and memory that most runs never use.  It stays loaded: libraries are not made to be unloaded.
 */
#pragma once

#include <stddef.h>

/*
 * Finds the functions of these names (ending with NULL) and puts them, in that order, into a struct of
 * pointers to functions.  Blocks.  -ENOENT with a sentence in `reason` when the library, or one of them,
 * cannot be had.
 */
int dynlib_load(
	const char *file, const char *const *names, void **functions, char *reason, size_t size);
