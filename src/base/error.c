#include "base/error.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

static const struct {
	int code;
	enum error_kind kind;
} kinds[] = {
	{ENOENT, ERROR_NOT_FOUND},
	{ESRCH, ERROR_NOT_FOUND},
	{EINVAL, ERROR_INVALID},
	{EILSEQ, ERROR_INVALID},
	{EISDIR, ERROR_INVALID},
	{ELOOP, ERROR_INVALID},
	{ENAMETOOLONG, ERROR_INVALID},
	{ENOTDIR, ERROR_INVALID},
	{ERANGE, ERROR_INVALID},
	{EACCES, ERROR_FORBIDDEN},
	{EPERM, ERROR_FORBIDDEN},
	{EROFS, ERROR_FORBIDDEN},
	{EBUSY, ERROR_CONFLICT},
	{EEXIST, ERROR_CONFLICT},
	{ENOTEMPTY, ERROR_CONFLICT},
	{E2BIG, ERROR_TOO_LARGE},
	{EFBIG, ERROR_TOO_LARGE},
	{EMSGSIZE, ERROR_TOO_LARGE},
	{ENOBUFS, ERROR_TOO_LARGE},
	{ENOSYS, ERROR_NOT_IMPLEMENTED},
	{EOPNOTSUPP, ERROR_NOT_IMPLEMENTED},
	{ECONNABORTED, ERROR_UNAVAILABLE},
	{ECONNREFUSED, ERROR_UNAVAILABLE},
	{ECONNRESET, ERROR_UNAVAILABLE},
	{EHOSTUNREACH, ERROR_UNAVAILABLE},
	{ENETUNREACH, ERROR_UNAVAILABLE},
	{EPIPE, ERROR_UNAVAILABLE},
	{ETIMEDOUT, ERROR_TIMEOUT},
	{ECANCELED, ERROR_CANCELLED},
};

static enum error_kind
kind_of(int r)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].code == -r)
			return kinds[i].kind;
	return ERROR_INTERNAL;
}

/* strerror is not thread-safe for unknown numbers; this is for all of them. */
static const char *
reason_of(int r)
{
	const char *text = strerrordesc_np(-r);

	return text ? text : "unknown error number";
}

/* Messages quote what clients sent, and promise to be one line. */
static char *
one_line(char *s)
{
	for (char *p = s; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	return s;
}

static char *
format(const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		bug(__FILE__, __LINE__, "out of memory");
	return one_line(text);
}

static bool
wants(const struct error *e)
{
	return e && e->code == 0;
}

int
error_set(struct error *e, enum error_kind kind, int r, const char *fmt, ...)
{
	va_list ap;

	bug_if(r >= 0);
	if (!wants(e))
		return r;
	va_start(ap, fmt);
	*e = (struct error){.kind = kind, .code = r, .message = format(fmt, ap)};
	va_end(ap);
	return r;
}

static void
set_errno(struct error *e, int r, const char *fmt, va_list ap)
{
	char *text = format(fmt, ap);

	*e = (struct error){
		.kind = kind_of(r),
		.code = r,
		.message = xasprintf("%s: %s", text, reason_of(r)),
	};
	free(text);
}

int
error_errno(struct error *e, int r, const char *fmt, ...)
{
	va_list ap;

	bug_if(r >= 0);
	if (!wants(e))
		return r;
	va_start(ap, fmt);
	set_errno(e, r, fmt, ap);
	va_end(ap);
	return r;
}

static void
prefix(struct error *e, const char *fmt, va_list ap)
{
	char *text = format(fmt, ap), *old = e->message;

	e->message = xasprintf("%s: %s", text, old);
	free(text);
	free(old);
}

int
error_wrap(struct error *e, int r, const char *fmt, ...)
{
	va_list ap;

	bug_if(r >= 0);
	if (!e)
		return r;
	va_start(ap, fmt);
	if (e->code)
		prefix(e, fmt, ap);
	else
		set_errno(e, r, fmt, ap); /* the failed function gave a bare errno */
	va_end(ap);
	return r;
}

const char *
error_message(const struct error *e)
{
	return e && e->message ? e->message : "unknown error";
}

void
error_clear(struct error *e)
{
	free(e->message);
	*e = (struct error){0};
}

void
error_move(struct error *to, struct error *from)
{
	if (!to) {
		error_clear(from);
		return;
	}
	bug_if(to->code);
	*to = *from;
	*from = (struct error){0};
}

noreturn void
bug(const char *file, int line, const char *what)
{
	dprintf(STDERR_FILENO, "bug: %s:%d: %s\n", file, line, what);
	abort();
}
