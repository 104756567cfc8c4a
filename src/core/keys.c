#include "core/keys.h"

#include "base/str.h"

#include <errno.h>
#include <string.h>

static const struct keys keys_default = {.sequence = {0x10, 0x11}, .n = 2};

/* One key's byte, or -1. */
static int
key_byte(const char *key)
{
	const char *c;

	if (strlen(key) == 1)
		return (unsigned char)key[0];
	if (!str_starts(key, "ctrl-") || strlen(key) != 6)
		return -1;
	c = key + 5;
	if (*c >= 'a' && *c <= 'z')
		return *c - 'a' + 1;
	if (*c == '@' || (*c >= '[' && *c <= '_'))
		return *c - '@';
	return -1;
}

int
keys_parse(const char *text, struct keys *ret, struct error *e)
{
	scoped_strv parts = NULL;

	if (str_empty(text)) {
		*ret = keys_default;
		return 0;
	}
	memset(ret, 0, sizeof(*ret));
	parts = strv_split(text, ',');
	for (char **part = parts; *part; part++) {
		int byte = key_byte(*part);

		if (byte < 0 || ret->n == KEYS_MAX)
			return error_set(e, ERROR_INVALID, -EINVAL,
				"Invalid detach keys (%s) provided", text);
		ret->sequence[ret->n++] = (unsigned char)byte;
	}
	return 0;
}

bool
keys_filter(struct keys *k, const unsigned char *in, size_t n, unsigned char *out, size_t *ret_n)
{
	size_t o = 0;

	for (size_t i = 0; i < n; i++) {
		if (in[i] != k->sequence[k->matched] && k->matched) {
			memcpy(out + o, k->sequence, k->matched);
			o += k->matched;
			k->matched = 0;
		}
		if (in[i] != k->sequence[k->matched])
			out[o++] = in[i];
		else if (++k->matched == k->n) {
			k->matched = 0;
			*ret_n = o;
			return true;
		}
	}
	*ret_n = o;
	return false;
}
