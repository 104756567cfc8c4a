#include "daemon/listen.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
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
	if (!rules->tls && !option_true(o, "insecure"))
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"%s can be reached from other machines, and whoever reaches it controls "
			"this daemon: let it ask for certificates (--tlsverify), use a loopback "
			"address or a Unix socket, or say --insecure",
			text);
	if (rules->internal && !rules->has_secret && !rules->verifies)
		return error_set(e, ERROR_FORBIDDEN, -EPERM,
			"%s can be reached from other machines, and the internal API asks nobody "
			"who he is: give both sides a --secret-file, or say --tlsverify",
			text);
	if (!rules->verifies && !rules->has_secret)
		log_warn("whoever reaches %s from another machine controls this daemon: only "
			 "--tlsverify asks who he is",
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

static void
put_layer(const struct listeners *l, struct tls_layer *tls)
{
	const struct stream_layer tcp = tls_layer_streams(tls), local = tls_layer_optional(tls);

	for (size_t i = 0; i < l->n; i++) {
		bool is_unix = listener_address(l->items[i])->kind == ADDRESS_UNIX;

		listener_set_layer(l->items[i], is_unix ? &local : &tcp);
	}
}

int
listen_open(struct listeners *l, const struct options *o, const struct listen_rules *rules,
	struct error *e)
{
	int r = listener_inherited(&l->items, &l->n, e);
	char *const *address = option_list(o, "addr");
	bool handed_over;

	for (size_t i = 0; i < l->n && r >= 0; i++)
		r = check_rules(o, rules, listener_address(l->items[i]), e);
	handed_over = l->n > 0 && !option_given(o, "addr");
	for (; !handed_over && address && *address && r >= 0; address++)
		r = listen_at(l, o, rules, *address, e);
	if (rules->tls)
		put_layer(l, rules->tls);
	return r;
}

/* -- is it us? --------------------------------------------------------------------------------- */

/* By whichever name: /run is /var/run. */
static bool
is_same_socket(const char *a, const char *b)
{
	struct stat at_a, at_b;

	if (str_eq(a, b))
		return true;
	return stat(a, &at_a) == 0 && stat(b, &at_b) == 0 && at_a.st_dev == at_b.st_dev &&
	       at_a.st_ino == at_b.st_ino;
}

static bool
is_any(const char *host)
{
	return str_empty(host) || str_eq(host, "0.0.0.0") || str_eq(host, "::");
}

static bool
is_this_machine(const struct address *a)
{
	return is_any(a->host) || address_is_local(a);
}

/* Two loopback addresses can be two daemons; the name stands for each of them. */
static bool
is_same_host(const struct address *own, const struct address *to)
{
	if (str_ieq(own->host, to->host))
		return true;
	if (!is_this_machine(own) || !is_this_machine(to))
		return false;
	return is_any(own->host) || is_any(to->host) || str_ieq(own->host, "localhost") ||
	       str_ieq(to->host, "localhost");
}

bool
listen_is_own(const struct options *o, const struct address *to)
{
	char *const *own = option_list(o, "addr");
	struct address a;

	for (; own && *own; own++) {
		if (address_parse(*own, &a, NULL) < 0 || a.kind != to->kind)
			continue;
		if (a.kind == ADDRESS_UNIX ? is_same_socket(a.path, to->path)
					   : a.port == to->port && is_same_host(&a, to))
			return true;
	}
	return false;
}

void
listen_close(struct listeners *l)
{
	for (size_t i = 0; i < l->n; i++)
		listener_free(l->items[i]);
	free(l->items);
}
