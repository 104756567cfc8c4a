#include "base/str.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <stdint.h>

void
strv_free(char **v)
{
	for (char **p = v; p && *p; p++)
		free(*p);
	free(v);
}

size_t
strv_len(char *const *v)
{
	size_t n = 0;

	while (v && v[n])
		n++;
	return n;
}

char **
strv_copy(char *const *v)
{
	size_t n = strv_len(v);
	char **copy;

	if (!v)
		return NULL;
	copy = xcalloc(n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(v[i]);
	return copy;
}

/* Appends s, which the vector then owns. */
static void
push_owned(char ***v, char *s)
{
	size_t n = strv_len(*v);

	*v = xrealloc(*v, (n + 2) * sizeof(**v));
	(*v)[n] = s;
	(*v)[n + 1] = NULL;
}

int
strv_push(char ***v, const char *s)
{
	push_owned(v, xstrdup(s));
	return 0;
}

bool
strv_has(char *const *v, const char *s)
{
	for (; v && *v; v++)
		if (str_eq(*v, s))
			return true;
	return false;
}

char **
strv_split(const char *s, char separator)
{
	char **v = xcalloc(1, sizeof(*v));
	const char *end;

	if (!*s)
		return v;
	while ((end = strchr(s, separator))) {
		push_owned(&v, xstrndup(s, (size_t)(end - s)));
		s = end + 1;
	}
	push_owned(&v, xstrdup(s));
	return v;
}

char *
strv_join(char *const *v, const char *separator)
{
	scoped_buf out;

	buf_init(&out, SIZE_MAX - 1);
	for (char *const *p = v; p && *p; p++) {
		if (p != v)
			buf_puts(&out, separator);
		buf_puts(&out, *p);
	}
	return buf_take(&out);
}
