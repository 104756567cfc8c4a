/* status.h: status codes and their reason phrases (RFC 9110 section 15). */
#pragma once

const char *http_reason(int status); /* "OK"; "Status" for one not listed */
