#include "daemon/listen.h"

#include "base/alloc.h"
#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

char *
listen_default_address(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0)
		return xstrdup("unix:///var/run/sockerless.sock");
	if (!str_empty(runtime))
		return xasprintf("unix://%s/sockerless.sock", runtime);
	return xasprintf("unix:///tmp/sockerless-%u.sock", (unsigned)geteuid());
}

static int
check_rules(const struct options *o, const struct listen_rules *rules,
	const struct address *address, struct error *e)
{
	char text[300];

	if (address_is_local(address))
		return 0;
	address_format(address, text, sizeof(text));
	if (!option_true(o, "insecure"))
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"%s can be reached from other machines, and whoever reaches it controls "
			"this daemon: use a loopback "
			"address or a Unix socket, or say --insecure",
			text);
	if (rules->internal && !rules->has_secret)
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"%s can be reached from other machines, and the internal API asks nobody "
			"who he is: give both sides a --secret-file",
			text);
	return 0;
}

static int
listen_at(struct listeners *l, const struct options *o, const struct listen_rules *rules,
	const char *text, struct error *e)
{
	struct address address;
	struct listener *listener;
	int r = address_parse(text, &address, e);

	if (r >= 0 && address.tls)
		r = error_set(e, ERROR_INVALID, -EINVAL,
			"cannot listen at %s: say tcp://, and --tls or --tlsverify", text);
	if (r >= 0)
		r = check_rules(o, rules, &address, e);
	if (r >= 0)
		r = listener_open(&address, &listener, e);
	if (r < 0)
		return r;
	l->items = xrealloc(l->items, (l->n + 1) * sizeof(struct listener *));
	l->items[l->n++] = listener;
	return 0;
}

int
listen_open(struct listeners *l, const struct options *o, const struct listen_rules *rules,
	struct error *e)
{
	int r = listener_inherited(&l->items, &l->n, e);

	for (size_t i = 0; i < l->n && r >= 0; i++)
		r = check_rules(o, rules, listener_address(l->items[i]), e);
	if (r < 0 || (l->n > 0 && !option_given(o, "addr")))
		return r;
	for (char *const *address = option_list(o, "addr"); address && *address && r >= 0;
		address++)
		r = listen_at(l, o, rules, *address, e);
	return r;
}

void
listen_close(struct listeners *l)
{
	for (size_t i = 0; i < l->n; i++)
		listener_free(l->items[i]);
	free(l->items);
}
