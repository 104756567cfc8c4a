#include "backend/memory/private.h"

#include "base/buf.h"
#include "base/str.h"
#include "rootfs/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define FILE_MAX (256 * 1024)

static int
write_file(const struct container *c, const char *name, const struct buf *text, struct error *e)
{
	char path[CONTAINER_PATH_SIZE];
	scoped_fd int fd = -1;
	ssize_t n;

	container_path(c, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	n = fd < 0 ? -1 : write(fd, text->data, text->len);
	if (n != (ssize_t)text->len)
		return error_errno(e, n < 0 ? -errno : -ENOSPC, "cannot write %s", path);
	return 0;
}

static void
add_addresses(const struct container *c, struct buf *text)
{
	const struct json_map *endpoints = &c->networking->endpoints_config;

	for (size_t i = 0; i < endpoints->n; i++) {
		const struct endpoint_settings *settings = endpoints->items[i].value;

		if (settings && !str_empty(settings->ip_address))
			buf_printf(text, "%s\t%s\n", settings->ip_address, c->config->hostname);
	}
}

/* "name:address"; the Engine's host-gateway has no meaning without a network. */
static void
add_extra_hosts(const struct container *c, struct buf *text)
{
	for (char **host = c->host_config->extra_hosts; host && *host; host++) {
		const char *colon = strchr(*host, ':');

		if (colon)
			buf_printf(text, "%s\t%.*s\n", colon + 1, (int)(colon - *host), *host);
	}
}

static int
write_hosts(const struct container *c, struct error *e)
{
	scoped_buf text;

	buf_init(&text, FILE_MAX);
	buf_puts(&text,
		"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost "
		"ip6-loopback\nfe00::0\tip6-localnet\n"
		"ff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
	add_extra_hosts(c, &text);
	add_addresses(c, &text);
	return write_file(c, "hosts", &text, e);
}

static void
add_lines(struct buf *text, const char *keyword, char *const *values)
{
	for (; values && *values; values++)
		buf_printf(text, "%s %s\n", keyword, *values);
}

/* The host's own, unless the container was given servers. */
static int
write_resolv_conf(const struct container *c, struct error *e)
{
	const struct host_config *host = c->host_config;
	scoped_buf text;

	buf_init(&text, FILE_MAX);
	if (strv_len(host->dns) == 0) {
		scoped_fd int fd = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);
		char *room = buf_reserve(&text, 64 * 1024);
		ssize_t n = fd < 0 ? 0 : read(fd, room, 64 * 1024);

		buf_commit(&text, n > 0 ? (size_t)n : 0);
	}
	add_lines(&text, "nameserver", host->dns);
	add_lines(&text, "search", host->dns_search);
	add_lines(&text, "options", host->dns_options);
	return write_file(c, "resolv.conf", &text, e);
}

static int
write_hostname(const struct container *c, struct error *e)
{
	scoped_buf text;

	buf_init(&text, FILE_MAX);
	buf_printf(&text, "%s\n", c->config->hostname);
	return write_file(c, "hostname", &text, e);
}

int
etc_write(struct container *c, struct error *e)
{
	int r = write_hosts(c, e);

	if (r >= 0)
		r = write_hostname(c, e);
	if (r >= 0)
		r = write_resolv_conf(c, e);
	return r;
}

/* What it says is written anew at each start; who owns it and who may write to it is not. */
bool
etc_may_stay(int dir, const char *name)
{
	static const char *const names[] = {"hosts", "hostname", "resolv.conf"};
	scoped_fd int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	bool known = false;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		known |= str_eq(names[i], name);
	return known && fd >= 0 && fstat(fd, &st) == 0 && st.st_nlink == 1 &&
	       owner_apply(fd, &st) == 0 && st.st_mode == (S_IFREG | 0644) && st.st_uid == 0 &&
	       st.st_gid == 0;
}
