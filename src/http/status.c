#include "http/status.h"

#include "base/attr.h"
#include "http/message.h"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{100, "Continue"},
	{101, "Switching Protocols"},
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Request Entity Too Large"},
	{415, "Unsupported Media Type"},
	{416, "Requested Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{422, "Unprocessable Entity"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
};

const char *
http_reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Status";
}

int
http_status_of(enum error_kind kind)
{
	switch (kind) {
	case ERROR_INVALID:
		return 400;
	case ERROR_UNAUTHORIZED:
		return 401;
	case ERROR_FORBIDDEN:
		return 403;
	case ERROR_NOT_FOUND:
		return 404;
	case ERROR_CONFLICT:
		return 409;
	case ERROR_NOT_MODIFIED:
		return 304;
	case ERROR_TOO_LARGE:
		return 413;
	case ERROR_NOT_IMPLEMENTED:
		return 501;
	case ERROR_UNAVAILABLE:
	case ERROR_CANCELLED: /* seen only when we stop: a caller that went away reads nothing */
		return 503;
	case ERROR_BAD_GATEWAY:
		return 502;
	case ERROR_TIMEOUT:
		return 504;
	case ERROR_INTERNAL:
		break;
	}
	return 500;
}
