#include "oci/challenge.h"

#include "base/str.h"

#include <string.h>

/*
 *	header     = challenge *( "," challenge )
 *	challenge  = scheme [ SP ( token68 / parameter *( "," parameter ) ) ]
 *	parameter  = token "=" ( token / quoted-string )
 *
 * The comma separates both lists, so a word is the name of a parameter only if "=" follows, else it
 *begins a challenge.
 */

static bool
is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static const char *
skip(const char *p, const char *what)
{
	return p + strspn(p, what);
}

static char *
read_token(struct arena *arena, const char **p)
{
	const char *start = *p;

	while (is_token(**p))
		(*p)++;
	return *p > start ? arena_strndup(arena, start, (size_t)(*p - start)) : NULL;
}

/* The closing quote, or NULL. */
static const char *
quote_end(const char *p)
{
	for (; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
	}
	return *p ? p : NULL;
}

/* After the opening quote. NULL if the closing one is missing. */
static char *
read_quoted(struct arena *arena, const char **p)
{
	const char *end = quote_end(*p);
	char *text, *to;

	if (!end)
		return NULL;
	text = to = arena_alloc(arena, (size_t)(end - *p) + 1);
	for (; *p < end; (*p)++) {
		if (**p == '\\')
			(*p)++;
		*to++ = **p;
	}
	(*p)++;
	return text;
}

static void
keep(struct challenge *c, const char *name, char *value)
{
	if (str_ieq(name, "realm"))
		c->realm = value;
	else if (str_ieq(name, "service"))
		c->service = value;
	else if (str_ieq(name, "error"))
		c->error = value;
}

/* Reads parameters up to the word that begins the next challenge, or to what is malformed. */
static const char *
read_parameters(struct arena *arena, const char *p, struct challenge *c)
{
	for (;;) {
		const char *start = p = skip(p, " \t,");
		char *name = read_token(arena, &p), *value;

		if (!name)
			return p;
		p = skip(p, " \t");
		if (*p != '=')
			return start;
		p = skip(p + 1, " \t");
		if (*p == '"') {
			p++;
			value = read_quoted(arena, &p);
		} else {
			value = read_token(arena, &p);
		}
		if (!value) /* a token68 such as "YWJj==", or a quote that is never closed */
			return p + strcspn(p, p[-1] == '"' ? "" : ",");
		keep(c, name, value);
	}
}

static enum challenge_kind
kind_of(const struct challenge *c, const char *scheme)
{
	if (str_ieq(scheme, "Basic"))
		return CHALLENGE_BASIC;
	return str_ieq(scheme, "Bearer") && !str_empty(c->realm) ? CHALLENGE_BEARER
								 : CHALLENGE_NONE;
}

struct challenge
challenge_parse(struct arena *arena, const char *header)
{
	struct challenge best = {0};
	const char *p = skip(header, " \t,");
	char *scheme;

	for (; (scheme = read_token(arena, &p)); p = skip(p, " \t,")) {
		struct challenge c = {0};

		p = read_parameters(arena, p, &c);
		c.kind = kind_of(&c, scheme);
		if (c.kind > best.kind)
			best = c;
	}
	return best;
}
