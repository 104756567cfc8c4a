/*
 * proc_net.c: /proc/net.
 *
 * The sockets come from the host's list of Unix sockets, of which only those are taken that a process of the container
 * holds; their names tell which were meant to be internet sockets.
 */
#include "base/alloc.h"
#include "base/str.h"
#include "sandbox/host.h"
#include "sandbox/net_socket.h"
#include "sandbox/process.h"
#include "sandbox/proc.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#define HOST_SOCKETS "/proc/self/net/unix"
#define FLAG_LISTENING 0x10000 /* __SO_ACCEPTCON */

enum tcp_state { TCP_STATE_ESTABLISHED = 1, TCP_STATE_CLOSE = 7, TCP_STATE_LISTEN = 10 };

/* ---- which sockets are ours ---- */

struct inodes {
	ino_t *at;
	size_t n, capacity;
};

static void
note_socket(void *arg, pid_t host_pid, int fd)
{
	struct inodes *set = arg;
	char link[64];
	struct stat st;

	(void)str_format(link, sizeof(link), "/proc/%d/fd/%d", host_pid, fd);
	if (stat(link, &st) < 0 || !S_ISSOCK(st.st_mode))
		return;
	if (set->n == set->capacity) {
		set->capacity = set->capacity ? 2 * set->capacity : 64;
		set->at = xrealloc(set->at, set->capacity * sizeof(*set->at));
	}
	set->at[set->n++] = st.st_ino;
}

static struct inodes
sockets_of_container(void)
{
	struct inodes set = {0};

	for (int i = 0; i < process_count(); i++) {
		int pid = process_at(i)->pid;

		if (pid > 0)
			(void)proc_each_fd(pid, note_socket, &set);
	}
	return set;
}

static bool
is_ours(const struct inodes *set, ino_t inode)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i] == inode)
			return true;
	return false;
}

/* ---- the host's lines ---- */

struct host_socket {
	unsigned references, flags, type, state;
	uint64_t inode;
	struct sockaddr_un name;
	socklen_t name_len;
};

/* "Num: RefCount Protocol Flags Type St Inode Path", where NULs of the path are shown as '@'. */
static bool
parse_line(const char *line, struct host_socket *ret)
{
	size_t head = offsetof(struct sockaddr_un, sun_path);
	int end = 0;
	size_t n;

	*ret = (struct host_socket){.name.sun_family = AF_UNIX};
	if (sscanf(line, "%*s %x %*s %x %x %x %" SCNu64 "%n", &ret->references, &ret->flags,
		    &ret->type, &ret->state, &ret->inode, &end) != 5)
		return false;
	line += end + (line[end] == ' ');
	n = strlen(line);
	if (n > sizeof(ret->name.sun_path))
		n = sizeof(ret->name.sun_path);
	memcpy(ret->name.sun_path, line, n);
	if (n && ret->name.sun_path[0] == '@')
		ret->name.sun_path[0] = '\0';
	ret->name_len = (socklen_t)(head + n);
	return true;
}

typedef void socket_line(struct buf *out, int index, const struct host_socket *s, void *arg);

static int
each_socket(struct buf *out, socket_line *fn, void *arg)
{
	struct inodes set = sockets_of_container();
	char *line, *rest;
	scoped_buf text;
	int r, index = 0;

	buf_init(&text, VIRTUAL_TEXT_MAX);
	r = proc_host_file(HOST_SOCKETS, &text);
	rest = text.data;
	while (r == 0 && (line = strsep(&rest, "\n"))) {
		struct host_socket s;

		if (parse_line(line, &s) && is_ours(&set, (ino_t)s.inode))
			fn(out, index++, &s, arg);
	}
	free(set.at);
	return r;
}

/* ---- tcp, udp ---- */

struct inet_filter {
	int type; /* SOCK_… */
	bool v6;
};

/* Addresses are shown as the 32-bit words of network order that this machine reads. */
static void
put_address(struct buf *out, const struct net_address *a, bool v6)
{
	uint32_t words[4];

	memcpy(words, a->ip, sizeof(words));
	for (int i = v6 ? 0 : 3; i < 4; i++)
		buf_printf(out, "%08X", words[i]);
	buf_printf(out, ":%04X ", a->port);
}

static void
put_inet(struct buf *out, int index, const struct net_address *local,
	const struct net_address *remote, enum tcp_state state, uint64_t inode, bool v6)
{
	buf_printf(out, "%4d: ", index);
	put_address(out, local, v6);
	put_address(out, remote, v6);
	buf_printf(out, "%02X 00000000:00000000 00:00000000 00000000     0        0 %lu\n", state,
		inode);
}

/* A client's name tells both ends; the line of the other end is the same one turned round. The accepted socket's own name,
 * which is the listener's, adds nothing. */
static void
inet_line(struct buf *out, int index, const struct host_socket *s, void *arg)
{
	const struct inet_filter *filter = arg;
	struct net_address local, remote, nowhere = {0};
	bool listening = s->flags & FLAG_LISTENING;

	if ((int)s->type != filter->type ||
		net_name_parse(&s->name, s->name_len, &local, &remote) < 0 ||
		net_is_v4(&local) == filter->v6)
		return;
	if (s->type == SOCK_DGRAM) {
		put_inet(out, index, &local, &nowhere, TCP_STATE_CLOSE, s->inode, filter->v6);
	} else if (remote.port) {
		put_inet(out, index, &local, &remote, TCP_STATE_ESTABLISHED, s->inode, filter->v6);
		put_inet(out, index, &remote, &local, TCP_STATE_ESTABLISHED, 0, filter->v6);
	} else if (listening) {
		put_inet(out, index, &local, &nowhere, TCP_STATE_LISTEN, s->inode, filter->v6);
	}
}

static int
render_inet(struct buf *out, int type, bool v6)
{
	struct inet_filter filter = {.type = type, .v6 = v6};

	buf_printf(out,
		"  sl  %-*s %-*s st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n",
		v6 ? 37 : 13, "local_address", v6 ? 37 : 13, "remote_address");
	return each_socket(out, inet_line, &filter);
}

static int
render_tcp(const struct vnode *node UNUSED, struct buf *out)
{
	return render_inet(out, SOCK_STREAM, false);
}

static int
render_tcp6(const struct vnode *node UNUSED, struct buf *out)
{
	return render_inet(out, SOCK_STREAM, true);
}

static int
render_udp(const struct vnode *node UNUSED, struct buf *out)
{
	return render_inet(out, SOCK_DGRAM, false);
}

static int
render_udp6(const struct vnode *node UNUSED, struct buf *out)
{
	return render_inet(out, SOCK_DGRAM, true);
}

static int
render_raw(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out, "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
			     "retrnsmt   uid  timeout inode ref pointer drops\n");
}

/* ---- unix ---- */

static void
unix_line(struct buf *out, int index UNUSED, const struct host_socket *s, void *arg UNUSED)
{
	struct sockaddr_un name = s->name;
	socklen_t len = s->name_len;
	struct net_address ignored;
	const char *path = name.sun_path;
	int n;

	if (net_name_parse(&name, len, &ignored, NULL) == 0)
		return;
	(void)net_abstract_guest_name(&name, &len);
	n = (int)(len - offsetof(struct sockaddr_un, sun_path));
	buf_printf(out, "0000000000000000: %08X 00000000 %08X %04X %02X %5lu", s->references,
		s->flags, s->type, s->state, s->inode);
	if (n > 0 && !path[0])
		buf_printf(out, " @%.*s", n - 1, path + 1);
	else if (n > 0)
		buf_printf(out, " %.*s", n, path);
	buf_putc(out, '\n');
}

static int
render_unix(const struct vnode *node UNUSED, struct buf *out)
{
	buf_puts(out, "Num       RefCount Protocol Flags    Type St Inode Path\n");
	return each_socket(out, unix_line, NULL);
}

/* ---- interfaces; nothing is counted ---- */

static int
render_dev(const struct vnode *node UNUSED, struct buf *out)
{
	buf_puts(out,
		"Inter-|   Receive                                                |  Transmit\n"
		" face |bytes    packets errs drop fifo frame compressed multicast|bytes    "
		"packets errs drop fifo colls carrier compressed\n");
	return buf_puts(out,
		"    lo:       0       0    0    0    0     0          0         0        "
		"0       0    0    0    0     0       0          0\n");
}

static int
render_route(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out,
		"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\t"
		"Window\tIRTT\n");
}

static int
render_arp(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out,
		"IP address       HW type     Flags       HW address            Mask     "
		"Device\n");
}

static int
render_if_inet6(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out, "00000000000000000000000000000001 01 80 10 80       lo\n");
}

const struct vnode_type proc_net_entries[] = {
	{"arp", S_IFREG | 0444, .render = render_arp},
	{"dev", S_IFREG | 0444, .render = render_dev},
	{"if_inet6", S_IFREG | 0444, .render = render_if_inet6},
	{"raw", S_IFREG | 0444, .render = render_raw},
	{"raw6", S_IFREG | 0444, .render = render_raw},
	{"route", S_IFREG | 0444, .render = render_route},
	{"tcp", S_IFREG | 0444, .render = render_tcp},
	{"tcp6", S_IFREG | 0444, .render = render_tcp6},
	{"udp", S_IFREG | 0444, .render = render_udp},
	{"udp6", S_IFREG | 0444, .render = render_udp6},
	{"unix", S_IFREG | 0444, .render = render_unix},
	{0},
};
