/*
 * library.h: libcurl's functions, loaded when they are first needed; see web.h for why.  Private to
 * the room.
 */
#pragma once

#include "base/error.h"

#include <curl/curl.h>

struct curl_library {
	__typeof__(curl_global_init) *global_init;
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_easy_reset) *easy_reset;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_easy_perform) *easy_perform;
	__typeof__(curl_easy_header) *easy_header;
	__typeof__(curl_easy_strerror) *easy_strerror;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
};

/* Filled by library_load, which may be called again and from any thread. */
extern struct curl_library library;

/* Blocks: for the thread pool. -ENOENT with the reason in *ret_reason (a static string) when
 * libcurl cannot be had. */
int library_load(const char **ret_reason);
