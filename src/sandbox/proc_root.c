/* proc_root.c: /proc itself and its files about the machine. */
#include "base/scope.h"
#include "base/str.h"
#include "rootfs/mount.h"
#include "sandbox/host.h"
#include "sandbox/process.h"
#include "sandbox/proc.h"

#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>

#define CHUNK 16384

int
proc_host_file(const char *path, struct buf *out)
{
	scoped_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	while (true) {
		void *to = buf_reserve(out, CHUNK);
		ssize_t n = to ? read(fd, to, CHUNK) : -1;

		if (n <= 0)
			return n == 0 ? 0 : to ? -errno : -ENOMEM;
		buf_commit(out, (size_t)n);
	}
}

/* ---- processes ---- */

static int
link_self(const struct vnode *node UNUSED, char *out, size_t size)
{
	return str_format(out, size, "%d", process_self ? process_self->pid : 0);
}

static int
link_thread_self(const struct vnode *node UNUSED, char *out, size_t size)
{
	int pid = process_self ? process_self->pid : 0;

	return str_format(out, size, "%d/task/%d", pid, pid);
}

static const struct vnode_type pid_directory = {"", S_IFDIR | 0555, .children = proc_pid_entries};

static int
find_pid(const struct vnode *dir UNUSED, const char *name, struct vnode *ret)
{
	int pid = virtual_number(name);

	if (pid <= 0 || !process_find(pid))
		return -ENOENT;
	*ret = (struct vnode){.type = &pid_directory, .pid = pid};
	return 0;
}

static int
list_pids(const struct vnode *dir UNUSED, struct listing *out)
{
	for (int i = 0; i < process_count(); i++) {
		int pid = process_at(i)->pid;

		if (pid > 0)
			listing_add_number(out, pid, S_IFDIR);
	}
	return 0;
}

static void
count_processes(int *ret_count, int *ret_last)
{
	*ret_count = *ret_last = 0;
	for (int i = 0; i < process_count(); i++) {
		int pid = process_at(i)->pid;

		*ret_count += pid > 0;
		if (pid > *ret_last)
			*ret_last = pid;
	}
}

/* ---- the machine ---- */

/* The host's file of the same name: what a container of Docker sees, too. */
#define HOST_FILE(function, name)                                             \
	static int function(const struct vnode *node UNUSED, struct buf *out) \
	{                                                                     \
		return proc_host_file("/proc/" name, out);                    \
	}
HOST_FILE(render_cpuinfo, "cpuinfo")
HOST_FILE(render_stat, "stat")
HOST_FILE(render_uptime, "uptime")
HOST_FILE(render_version, "version")

/* The host's averages with the container's numbers of processes. */
static int
render_loadavg(const struct vnode *node UNUSED, struct buf *out)
{
	scoped_buf host;
	int count, last, r;

	buf_init(&host, CHUNK * 2);
	r = proc_host_file("/proc/loadavg", &host);
	if (r < 0)
		return r;
	count_processes(&count, &last);
	for (int i = 0; i < 3; i++) {
		size_t n = strcspn(host.data, " ");

		buf_append(out, host.data, n);
		buf_putc(out, ' ');
		buf_consume(&host, n < host.len ? n + 1 : n);
	}
	return buf_printf(out, "1/%d %d\n", count, last);
}

static int
render_meminfo(const struct vnode *node UNUSED, struct buf *out)
{
	uint64_t limit = process_memory_limit() / 1024, used = process_memory_charged() / 1024;

	if (!limit)
		return proc_host_file("/proc/meminfo", out);
	if (used > limit)
		used = limit;
	return buf_printf(out,
		"MemTotal:       %8lu kB\nMemFree:        %8lu kB\nMemAvailable:   %8lu kB\n"
		"Buffers:               0 kB\nCached:                0 kB\nSwapCached:            "
		"0 kB\n"
		"Active:         %8lu kB\nInactive:              0 kB\nSwapTotal:             0 "
		"kB\n"
		"SwapFree:              0 kB\nDirty:                 0 kB\nAnonPages:      %8lu "
		"kB\n"
		"Mapped:                0 kB\nShmem:                 0 kB\nSlab:                  "
		"0 kB\n",
		limit, limit - used, limit - used, used, used);
}

static int
render_filesystems(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out, "nodev\tproc\nnodev\ttmpfs\nnodev\tdevpts\nnodev\tsockerless\n");
}

static int
render_swaps(const struct vnode *node UNUSED, struct buf *out)
{
	return buf_puts(out, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
}

/* ---- the mount table ---- */

static const char *
mode_of(const struct mount *m)
{
	return m->flags & MOUNT_READONLY ? "ro" : "rw";
}

/* Nodes of /dev are mounts only for us. */
static bool
is_shown(const struct mount *m)
{
	return !(m->flags & MOUNT_VIRTUAL) || str_eq(m->guest, "/proc") ||
	       str_eq(m->guest, "/dev/pts");
}

static const char *
type_of(const struct mount *m)
{
	if (m->flags & MOUNT_VIRTUAL)
		return str_eq(m->guest, "/proc") ? "proc" : "devpts";
	return str_eq(m->type, "tmpfs") ? "tmpfs" : "sockerless";
}

/* Space, tab, newline and backslash as octal, as the kernel does. */
static void
put_path(struct buf *out, const char *path)
{
	for (; *path; path++) {
		if (strchr(" \t\n\\", *path))
			buf_printf(out, "\\%03o", (unsigned char)*path);
		else
			buf_putc(out, *path);
	}
}

int
proc_mounts(const struct vnode *node UNUSED, struct buf *out)
{
	for (size_t i = 0; i < mount_count(container.mounts); i++) {
		const struct mount *m = mount_at(container.mounts, i);

		if (!is_shown(m))
			continue;
		buf_printf(out, "%s ", m->flags & MOUNT_VIRTUAL ? type_of(m) : m->type);
		put_path(out, m->guest);
		buf_printf(out, " %s %s,relatime 0 0\n", type_of(m), mode_of(m));
	}
	return 0;
}

int
proc_mountinfo(const struct vnode *node UNUSED, struct buf *out)
{
	for (size_t i = 0; i < mount_count(container.mounts); i++) {
		const struct mount *m = mount_at(container.mounts, i);

		if (!is_shown(m))
			continue;
		buf_printf(out, "%zu %d 0:%zu / ", i + 2, i > 0 ? 2 : 1, i + 2);
		put_path(out, m->guest);
		buf_printf(out, " %s,relatime - %s %s %s\n", mode_of(m), type_of(m), m->type,
			mode_of(m));
	}
	return 0;
}

static int
link_mounts(const struct vnode *node UNUSED, char *out, size_t size)
{
	return str_format(out, size, "self/mounts");
}

static int
link_net(const struct vnode *node UNUSED, char *out, size_t size)
{
	return str_format(out, size, "self/net");
}

static const struct vnode_type entries[] = {
	{"self", S_IFLNK | 0777, .link = link_self},
	{"thread-self", S_IFLNK | 0777, .link = link_thread_self},
	{"cpuinfo", S_IFREG | 0444, .render = render_cpuinfo},
	{"filesystems", S_IFREG | 0444, .render = render_filesystems},
	{"loadavg", S_IFREG | 0444, .render = render_loadavg},
	{"meminfo", S_IFREG | 0444, .render = render_meminfo},
	{"mounts", S_IFLNK | 0777, .link = link_mounts},
	{"net", S_IFLNK | 0777, .link = link_net},
	{"stat", S_IFREG | 0444, .render = render_stat},
	{"swaps", S_IFREG | 0444, .render = render_swaps},
	{"sys", S_IFDIR | 0555, .children = proc_sys_entries},
	{"uptime", S_IFREG | 0444, .render = render_uptime},
	{"version", S_IFREG | 0444, .render = render_version},
	{0},
};

const struct vnode_type proc_root = {
	"/proc", S_IFDIR | 0555, .children = entries, .find = find_pid, .list = list_pids};
