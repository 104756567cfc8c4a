#include "docker/reference.h"

#include "base/attr.h"
#include "base/str.h"
#include "docker/glob.h"

#include <errno.h>

#define DEFAULT_DOMAIN "docker.io"
#define LEGACY_DOMAIN "index.docker.io"
#define OFFICIAL "library/"

/* Character classes by name: the locale must not decide what an image is called. */

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_lower(c) || is_upper(c) || is_digit(c);
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static int
invalid(struct error *e, const char *message)
{
	return error_set(e, ERROR_INVALID, -EINVAL, "%s", message);
}

static int
bad_format(struct error *e)
{
	return invalid(e, "invalid reference format");
}

/* The parts of the grammar */

/* domain-component ["." domain-component]…: letters, digits and inner dashes. */
static bool
valid_host_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool first = i == 0 || s[i - 1] == '.', last = i + 1 == n || s[i + 1] == '.';

		if (s[i] == '.' ? first || last : !is_alnum(s[i]) && (s[i] != '-' || first || last))
			return false;
	}
	return n > 0;
}

/* "[" hexadecimal groups "]", as loosely as the Engine checks it. */
static bool
valid_ipv6(const char *s, size_t n)
{
	if (n < 3 || s[0] != '[' || s[n - 1] != ']')
		return false;
	for (size_t i = 1; i < n - 1; i++)
		if (!is_hex(s[i]) && s[i] != ':')
			return false;
	return true;
}

static bool
valid_domain(const char *s)
{
	size_t n = strlen(s), digits = 0;

	while (digits < n && is_digit(s[n - 1 - digits]))
		digits++;
	if (digits && digits < n && s[n - 1 - digits] == ':')
		n -= digits + 1;
	return valid_host_name(s, n) || valid_ipv6(s, n);
}

/* What separates the letters and digits of a path component: one of . or _, two of _, or any number of dashes. */
static size_t
separator_size(const char *s)
{
	size_t dashes = strspn(s, "-");

	if (dashes)
		return dashes;
	if (s[0] == '_' && s[1] == '_')
		return 2;
	return s[0] == '.' || s[0] == '_';
}

static bool
valid_path(const char *s)
{
	for (;;) {
		size_t n = 0;

		while (is_lower(s[n]) || is_digit(s[n]))
			n++;
		if (n == 0)
			return false;
		s += n;
		if (!*s)
			return true;
		n = *s == '/' ? 1 : separator_size(s);
		if (n == 0)
			return false;
		s += n;
	}
}

static bool
valid_tag(const char *s)
{
	size_t n = 0;

	while (is_alnum(s[n]) || s[n] == '_' || (n > 0 && (s[n] == '.' || s[n] == '-')))
		n++;
	return n > 0 && n <= REFERENCE_TAG_MAX && !s[n];
}

static bool
valid_digest_grammar(const char *s)
{
	size_t hex = 0;
	bool fresh = true; /* a component of the algorithm is to begin: with a letter */

	for (; *s && *s != ':'; s++) {
		if (fresh ? !is_lower(*s) && !is_upper(*s) : !is_alnum(*s) && !strchr("+.-_", *s))
			return false;
		fresh = !is_alnum(*s);
	}
	if (fresh || *s != ':')
		return false;
	for (s++; is_hex(s[hex]); hex++)
		;
	return hex >= 32 && !s[hex];
}

int
digest_check(const char *digest, struct error *e)
{
	static const struct {
		const char *prefix;
		size_t digits;
	} algorithms[] = {{"sha256:", 64}, {"sha384:", 96}, {"sha512:", 128}};
	const char *colon = strchr(digest, ':');

	if (!colon || colon == digest || !colon[1])
		return invalid(e, "invalid checksum digest format");
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		if (!str_starts(digest, algorithms[i].prefix))
			continue;
		if (strlen(colon + 1) != algorithms[i].digits)
			return invalid(e, "invalid checksum digest length");
		if (strspn(colon + 1, "0123456789abcdef") != algorithms[i].digits)
			return invalid(e, "invalid checksum digest format");
		return 0;
	}
	return invalid(e, "unsupported digest algorithm");
}

/* Taking a reference apart */

static bool
looks_like_an_id(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* What is before the first slash is a domain only if it looks like one. */
static bool
starts_with_domain(const char *text)
{
	size_t n = strcspn(text, "/");

	if (!text[n])
		return false;
	for (size_t i = 0; i < n; i++)
		if (text[i] == '.' || text[i] == ':' || is_upper(text[i]))
			return true;
	return n == strlen("localhost") && !memcmp(text, "localhost", n);
}

static int
check_lower_case(const char *rest, struct error *e)
{
	size_t n = strcspn(rest, ":");

	for (size_t i = 0; i < n; i++)
		if (is_upper(rest[i]))
			return error_set(e, ERROR_INVALID, -EINVAL,
				"invalid reference format: repository name (%.*s) must be "
				"lowercase",
				(int)(n < 512 ? n : 512), rest);
	return 0;
}

/* `rest` is the path with tag and digest, which are cut off. */
static int
split_rest(char *rest, struct reference *r, struct error *e)
{
	char *at = strchr(rest, '@'), *slash, *colon;

	if (at) {
		*at = '\0';
		r->digest = at + 1;
	}
	slash = strrchr(rest, '/');
	colon = strchr(slash ? slash : rest, ':');
	if (colon) {
		*colon = '\0';
		r->tag = colon + 1;
	}
	r->path = rest;
	if (!valid_domain(r->domain) || !valid_path(r->path) || (r->tag && !valid_tag(r->tag)) ||
		(r->digest && !valid_digest_grammar(r->digest)))
		return bad_format(e);
	if (strlen(r->domain) + 1 + strlen(r->path) > REFERENCE_NAME_MAX)
		return invalid(e, "repository name must not be more than 255 characters");
	return r->digest ? digest_check(r->digest, e) : 0;
}

int
reference_parse(struct arena *arena, const char *text, struct reference *ret, struct error *e)
{
	struct reference r = {.domain = DEFAULT_DOMAIN};
	char *rest = arena_strdup(arena, text);
	int status;

	if (looks_like_an_id(text))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"invalid repository name (%s), cannot specify 64-byte hexadecimal strings",
			text);
	if (rest && starts_with_domain(text)) {
		r.domain = rest;
		rest += strcspn(rest, "/");
		*rest++ = '\0';
	}
	if (str_eq(r.domain, LEGACY_DOMAIN))
		r.domain = DEFAULT_DOMAIN;
	if (rest && str_eq(r.domain, DEFAULT_DOMAIN) && !strchr(rest, '/'))
		rest = arena_printf(arena, OFFICIAL "%s", rest);
	if (!rest)
		return error_set(e, ERROR_TOO_LARGE, -E2BIG, "reference is too long");
	status = check_lower_case(rest, e);
	if (status == 0)
		status = split_rest(rest, &r, e);
	if (status == 0)
		*ret = r;
	return status;
}

int
reference_parse_tagged(struct arena *arena, const char *name, const char *tag,
	struct reference *ret, struct error *e)
{
	int r = reference_parse(arena, name, ret, e);
	const char *whole;

	if (r < 0 || str_empty(tag))
		return r;
	whole = arena_printf(arena, "%s%s%s", name, strchr(tag, ':') ? "@" : ":", tag);
	if (!whole || reference_parse(arena, whole, ret, NULL) < 0)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid tag format");
	return 0;
}

void
reference_default_tag(struct reference *r)
{
	if (!r->tag && !r->digest)
		r->tag = "latest";
}

/* Putting it together */

static char *
with_rest(struct arena *arena, char *name, const struct reference *r)
{
	if (!name)
		return NULL;
	return arena_printf(arena, "%s%s%s%s%s", name, r->tag ? ":" : "", r->tag ? r->tag : "",
		r->digest ? "@" : "", r->digest ? r->digest : "");
}

char *
reference_name(struct arena *arena, const struct reference *r)
{
	return arena_printf(arena, "%s/%s", r->domain, r->path);
}

char *
reference_text(struct arena *arena, const struct reference *r)
{
	return with_rest(arena, reference_name(arena, r), r);
}

/* A path that would mean something else on its own keeps its domain. */
char *
reference_familiar_name(struct arena *arena, const struct reference *r)
{
	const char *path = r->path;

	if (str_starts(path, OFFICIAL) && !strchr(path + strlen(OFFICIAL), '/'))
		path += strlen(OFFICIAL);
	if (!str_eq(r->domain, DEFAULT_DOMAIN) || starts_with_domain(path) ||
		looks_like_an_id(path))
		return reference_name(arena, r);
	return arena_strdup(arena, path);
}

char *
reference_familiar(struct arena *arena, const struct reference *r)
{
	return with_rest(arena, reference_familiar_name(arena, r), r);
}

int
reference_match(struct arena *arena, const char *pattern, const struct reference *r, bool *ret,
	struct error *e)
{
	const char *forms[] = {reference_familiar(arena, r), reference_familiar_name(arena, r)};
	int hit = 0;

	for (size_t i = 0; i < ARRAY_LEN(forms) && hit == 0; i++)
		hit = forms[i] ? glob_match(pattern, forms[i]) : -ENOMEM;
	if (hit == -ENOMEM)
		return error_set(e, ERROR_TOO_LARGE, -E2BIG, "too many references");
	if (hit < 0)
		return invalid(e, "syntax error in pattern");
	*ret = hit;
	return 0;
}
