/* proc_sys.c: /proc/sys: what can be said of the kernel; nothing in it can be set. */
#include "base/attr.h"
#include "base/id.h"
#include "sandbox/host.h"
#include "sandbox/process.h"
#include "sandbox/proc.h"

#include <sys/utsname.h>

static int
render_hostname(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_printf(out, "%s\n", container.hostname);
}

static int
render_domainname(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out, "(none)\n");
}

static int
render_osrelease(const struct vnode *node UNUSED, struct buf *out)
{
	struct utsname u;

	return uname(&u) < 0 ? -errno : buf_printf(out, "%s\n", u.release);
}

static int
render_ostype(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out, "Linux\n");
}

static int
render_version(const struct vnode *node UNUSED, struct buf *out)
{
	struct utsname u;

	return uname(&u) < 0 ? -errno : buf_printf(out, "%s\n", u.version);
}

static int
render_pid_max(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_printf(out, "%d\n", GUEST_PID_MAX + 1);
}

/* RFC 9562: version 4, variant 10. */
static int
render_uuid(const struct vnode *node UNUSED, struct buf *out)
{
	uint8_t b[16];

	random_bytes(b, sizeof(b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(b); i++)
		buf_printf(out, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
	return buf_putc(out, '\n');
}

static int
render_boot_id(const struct vnode *node UNUSED, struct buf *out)
{
	return proc_host_file("/proc/sys/kernel/random/boot_id", out);
}

static int
render_entropy(const struct vnode *node UNUSED, struct buf *out)
{
	return proc_host_file("/proc/sys/kernel/random/entropy_avail", out);
}

static int
render_file_max(const struct vnode *node UNUSED, struct buf *out)
{
	return proc_host_file("/proc/sys/fs/file-max", out);
}

static int
render_overcommit(const struct vnode *node UNUSED, struct buf *out)
{
	return proc_host_file("/proc/sys/vm/overcommit_memory", out);
}

/* The backlog of Unix sockets, which all sockets are here, is bounded by this one. */
static int
render_somaxconn(const struct vnode *node UNUSED, struct buf *out)
{
	return proc_host_file("/proc/sys/net/core/somaxconn", out);
}

static int
render_port_start(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out, "0\n");
}

static const struct vnode_type random_entries[] = {
	{"boot_id", S_IFREG | 0444, .render = render_boot_id},
	{"entropy_avail", S_IFREG | 0444, .render = render_entropy},
	{"uuid", S_IFREG | 0444, .render = render_uuid},
	{0},
};

static const struct vnode_type kernel_entries[] = {
	{"domainname", S_IFREG | 0444, .render = render_domainname},
	{"hostname", S_IFREG | 0444, .render = render_hostname},
	{"osrelease", S_IFREG | 0444, .render = render_osrelease},
	{"ostype", S_IFREG | 0444, .render = render_ostype},
	{"pid_max", S_IFREG | 0444, .render = render_pid_max},
	{"random", S_IFDIR | 0555, .children = random_entries},
	{"version", S_IFREG | 0444, .render = render_version},
	{0},
};

static const struct vnode_type fs_entries[] = {
	{"file-max", S_IFREG | 0444, .render = render_file_max},
	{0},
};

static const struct vnode_type core_entries[] = {
	{"somaxconn", S_IFREG | 0444, .render = render_somaxconn},
	{0},
};

static const struct vnode_type ipv4_entries[] = {
	{"ip_unprivileged_port_start", S_IFREG | 0444, .render = render_port_start},
	{0},
};

static const struct vnode_type net_entries[] = {
	{"core", S_IFDIR | 0555, .children = core_entries},
	{"ipv4", S_IFDIR | 0555, .children = ipv4_entries},
	{0},
};

static const struct vnode_type vm_entries[] = {
	{"overcommit_memory", S_IFREG | 0444, .render = render_overcommit},
	{0},
};

const struct vnode_type proc_sys_entries[] = {
	{"fs", S_IFDIR | 0555, .children = fs_entries},
	{"kernel", S_IFDIR | 0555, .children = kernel_entries},
	{"net", S_IFDIR | 0555, .children = net_entries},
	{"vm", S_IFDIR | 0555, .children = vm_entries},
	{0},
};
