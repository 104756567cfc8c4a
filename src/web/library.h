/*
 * library.h: libcurl's functions, loaded when they are first needed; see web.h for why.  Private to
 * the room.
 */
#pragma once

#include "base/error.h"

#include <curl/curl.h>

#define CURL_FUNCTIONS(F) \
	F(global_init)    \
	F(easy_init)      \
	F(easy_cleanup)   \
	F(easy_reset)     \
	F(easy_setopt)    \
	F(easy_getinfo)   \
	F(easy_perform)   \
	F(easy_header)    \
	F(easy_strerror)  \
	F(slist_append)   \
	F(slist_free_all)

struct curl_library {
#define POINTER(name) __typeof__(curl_##name) *name;
	CURL_FUNCTIONS(POINTER)
#undef POINTER
};

/* Filled by library_load, which may be called again and from any thread. */
extern struct curl_library library;

/* Blocks: for the thread pool. -ENOENT with the reason in *ret_reason (a static string) when
 * libcurl cannot be had. */
int library_load(const char **ret_reason);
