/* proc_pid.c: /proc/PID. */
#include "base/str.h"
#include "rootfs/owner.h"
#include "sandbox/fs_fd.h"
#include "sandbox/fs_open.h"
#include "sandbox/fs_path.h"
#include "sandbox/host.h"
#include "sandbox/hostproc.h"
#include "sandbox/identity.h"
#include "sandbox/memory.h"
#include "sandbox/process.h"
#include "sandbox/proc.h"
#include "sandbox/pty.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

#define TICK_NS 10000000u /* of USER_HZ, 100 a second */
#define PAGE 4096u
#define COMMAND_MAX 131072

static bool
is_self(const struct vnode *node)
{
	return process_self && node->pid == process_self->pid;
}

/* A process may be gone by now, as it may on any Linux. */
static int
read_process(const struct vnode *node, const struct process **ret, struct hostproc *ret_host)
{
	const struct process *p = process_find(node->pid);
	int r = p ? hostproc_read(p->host_pid, ret_host) : -ESRCH;

	*ret = p;
	return r;
}

/* What others may know only of the processes of their own user. */
static int
host_pid_if_allowed(const struct vnode *node, pid_t *ret)
{
	const struct process *p = process_find(node->pid);

	if (!p)
		return -ENOENT;
	if (!identity_is_root() && p->uid != identity_uid())
		return -EACCES;
	*ret = p->host_pid;
	return 0;
}

/* ---- text ---- */

/* The kernel's own encoding of device numbers in stat: the minor number on both sides of the major. */
static unsigned
guest_terminal(int terminal)
{
	unsigned t = (unsigned)terminal;
	dev_t device = pty_guest_device(makedev(t >> 8 & 0xfff, (t & 0xff) | (t >> 12 & 0xfff00)));

	return (minor(device) & 0xff) | major(device) << 8 | (minor(device) & 0xfff00) << 12;
}

/* The reservation of the linear memory (8 GiB) says nothing; what the guest has mapped does. */
static uint64_t
virtual_size(const struct process *p, const struct hostproc *h)
{
	uint64_t mapped = p->memory;

	return mapped > h->resident_bytes ? mapped : h->resident_bytes;
}

/* The fields of proc(5) that end in zeros here are addresses, and signals as they were before sigaction. */
static int
render_stat(const struct vnode *node, struct buf *out)
{
	const struct process *p;
	struct hostproc h;
	int r = read_process(node, &p, &h);
	unsigned terminal;

	if (r < 0)
		return r;
	terminal = guest_terminal(h.terminal);
	buf_printf(out, "%d (%s) %c %d %d %d %u %d %u ", node->pid, h.name, h.state,
		process_guest_parent(p, h.parent), p->group, p->session, terminal,
		terminal ? process_guest_group(h.foreground) : -1, h.flags);
	buf_printf(out, "%lu 0 %lu 0 %lu %lu %lu %lu ", h.minor_faults, h.major_faults,
		h.user_ns / TICK_NS, h.system_ns / TICK_NS, h.child_user_ns / TICK_NS,
		h.child_system_ns / TICK_NS);
	buf_printf(out, "%d %d %d 0 %lu %lu %lu 18446744073709551615 ", h.priority, h.nice,
		h.threads, h.start_ns / TICK_NS, virtual_size(p, &h), h.resident_bytes / PAGE);
	return buf_puts(out, "0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
}

static const char *
state_text(char state)
{
	switch (state) {
	case 'R':
		return "R (running)";
	case 'D':
		return "D (disk sleep)";
	case 'T':
		return "T (stopped)";
	case 'Z':
		return "Z (zombie)";
	default:
		return "S (sleeping)";
	}
}

static int
render_status(const struct vnode *node, struct buf *out)
{
	const struct process *p;
	struct hostproc h;
	int r = read_process(node, &p, &h);
	uint32_t uid;

	if (r < 0)
		return r;
	uid = p->uid;
	buf_printf(out,
		"Name:\t%s\nState:\t%s\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n"
		"TracerPid:\t0\n",
		h.name, state_text(h.state), node->pid, node->pid,
		process_guest_parent(p, h.parent));
	if (is_self(node))
		identity_describe(out);
	else
		buf_printf(out, "Uid:\t%u\t%u\t%u\t%u\n", uid, uid, uid, uid);
	return buf_printf(out,
		"VmSize:\t%8lu kB\nVmRSS:\t%8lu kB\nRssAnon:\t%8lu kB\nThreads:\t%d\n",
		virtual_size(p, &h) / 1024, h.resident_bytes / 1024, h.private_bytes / 1024,
		h.threads);
}

static int
render_statm(const struct vnode *node, struct buf *out)
{
	const struct process *p;
	struct hostproc h;
	int r = read_process(node, &p, &h);

	if (r < 0)
		return r;
	return buf_printf(out, "%lu %lu %lu 0 0 %lu 0\n", virtual_size(p, &h) / PAGE,
		h.resident_bytes / PAGE, (h.resident_bytes - h.private_bytes) / PAGE,
		h.private_bytes / PAGE);
}

static int
render_comm(const struct vnode *node, struct buf *out)
{
	const struct process *p;
	struct hostproc h;
	int r = read_process(node, &p, &h);

	return r < 0 ? r : buf_printf(out, "%s\n", h.name);
}

static int
render_cmdline(const struct vnode *node, struct buf *out)
{
	const struct process *p = process_find(node->pid);
	char *to = buf_reserve(out, COMMAND_MAX);
	int n = p ? hostproc_text(p->host_pid, "cmdline", to, COMMAND_MAX) : -ESRCH;

	/* The title is written over a fixed area, see title.h. */
	while (n > 1 && !to[n - 1] && !to[n - 2])
		n--;
	if (n > 0)
		buf_commit(out, (size_t)n);
	return n < 0 ? n : 0;
}

/* Only one's own: another's memory is not ours to read. */
static int
render_environ(const struct vnode *node, struct buf *out)
{
	const char *environment;
	size_t n;

	if (!is_self(node))
		return -EACCES;
	environment = memory_environment(&n);
	return buf_append(out, environment, n);
}

/* ---- links ---- */

/* All programs are the one. */
static int
link_exe(const struct vnode *node, char *out, size_t size)
{
	pid_t host;
	int r = host_pid_if_allowed(node, &host);

	return r < 0 ? r : str_format(out, size, "/bin/busybox");
}

static int
link_cwd(const struct vnode *node, char *out, size_t size)
{
	char link[64], host_path[PATH_MAX], guest[PATH_MAX];
	pid_t host;
	ssize_t n;
	int r = host_pid_if_allowed(node, &host);

	if (r == 0 && is_self(node)) {
		r = cwd_path(guest);
	} else if (r == 0) {
		(void)str_format(link, sizeof(link), "/proc/%d/cwd", host);
		n = readlink(link, host_path, sizeof(host_path) - 1);
		if (n < 0)
			return -errno;
		host_path[n] = '\0';
		r = path_of_host(host_path, guest);
	}
	return r < 0 ? r : str_format(out, size, "%s", guest);
}

static int
link_root(const struct vnode *node UNUSED, char *out, size_t size)
{
	return str_format(out, size, "/");
}

/* ---- descriptors ---- */

static int
link_fd(const struct vnode *node, char *out, size_t size)
{
	char path[PATH_MAX];
	pid_t host;
	int r = host_pid_if_allowed(node, &host);

	if (r == 0)
		r = path_of_fd(is_self(node) ? 0 : host, node->number, path);
	return r < 0 ? r : str_format(out, size, "%s", path);
}

static int
stat_own_fd(const struct vnode *node, struct stat *st)
{
	return fd_status(node->number, st);
}

static int
stat_other_fd(const struct vnode *node, struct stat *st)
{
	char link[64];
	pid_t host;
	int r = host_pid_if_allowed(node, &host);

	if (r < 0)
		return r;
	(void)str_format(link, sizeof(link), "/proc/%d/fd/%d", host, node->number);
	return stat(link, st) < 0 ? -errno : 0;
}

/* A file of the daemon's that came as a standard stream: no more rights to it than the descriptor has. */
static int
duplicate(int fd, int wanted, int flags)
{
	static const int modes[] = {R_OK, W_OK, R_OK | W_OK, 0};
	int status = fcntl(fd, F_GETFL);

	if (status < 0 || (wanted & ~modes[status & O_ACCMODE]) || (flags & O_TRUNC))
		return -EACCES;
	return (int)SYS_RESULT(fcntl(fd, flags & O_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0));
}

/* A new description of the same file, under the rules of opening it. */
static int
open_own_fd(const struct vnode *node, int flags)
{
	static const int modes[] = {R_OK, W_OK, R_OK | W_OK, R_OK | W_OK};
	int wanted = modes[flags & O_ACCMODE] | (flags & O_TRUNC ? W_OK : 0);
	struct fd_object *o = fd_object_of(node->number, FD_VIRTUAL);
	const struct mount *m = mount_of_fd(node->number);
	char link[64];
	struct stat st;
	int fd, r;

	if (o)
		return virtual_open(&o->node, o->path, flags);
	r = fd_status(node->number, &st);
	if (r < 0)
		return r;
	if (m && (wanted & W_OK) && (m->flags & MOUNT_READONLY))
		return -EROFS;
	if (m && identity_access(&st, wanted) < 0)
		return -EACCES;
	if (!m && S_ISREG(st.st_mode))
		return duplicate(node->number, wanted, flags);
	(void)str_format(link, sizeof(link), "/proc/self/fd/%d", node->number);
	fd = open(link, flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW));
	if (fd < 0 && errno == EACCES && !m) /* the lockdown */
		return duplicate(node->number, wanted, flags);
	return fd < 0 ? -errno : fd;
}

static const struct vnode_type own_fd = {
	"", S_IFLNK | 0777, .link = link_fd, .open = open_own_fd, .stat = stat_own_fd};
static const struct vnode_type other_fd = {
	"", S_IFLNK | 0777, .link = link_fd, .stat = stat_other_fd};

static int
find_fd(const struct vnode *dir, const char *name, struct vnode *ret)
{
	int number = virtual_number(name);
	char path[PATH_MAX];
	pid_t host;
	int r = host_pid_if_allowed(dir, &host);

	if (r < 0)
		return r;
	if (number < 0 || !guest_fd_ok(number) ||
		path_of_fd(is_self(dir) ? 0 : host, number, path) < 0)
		return -ENOENT;
	*ret = (struct vnode){
		.type = is_self(dir) ? &own_fd : &other_fd, .pid = dir->pid, .number = number};
	return 0;
}

int
proc_each_fd(int pid, void (*fn)(void *arg, pid_t host_pid, int fd), void *arg)
{
	const struct process *p = process_find(pid);
	const struct dirent *entry;
	char path[64];
	DIR *dir;

	if (!p)
		return -ENOENT;
	(void)str_format(path, sizeof(path), "/proc/%d/fd", p->host_pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		int fd = virtual_number(entry->d_name);

		if (fd >= 0 && guest_fd_ok(fd))
			fn(arg, p->host_pid, fd);
	}
	closedir(dir);
	return 0;
}

static void
list_one(void *arg, pid_t host_pid UNUSED, int fd)
{
	listing_add_number(arg, fd, S_IFLNK);
}

static int
list_fds(const struct vnode *dir, struct listing *out)
{
	pid_t host;
	int r = host_pid_if_allowed(dir, &host);

	return r < 0 ? r : proc_each_fd(dir->pid, list_one, out);
}

/* ---- threads: each process has one, itself ---- */

static const struct vnode_type thread_entries[] = {
	{"cmdline", S_IFREG | 0444, .render = render_cmdline},
	{"comm", S_IFREG | 0444, .render = render_comm},
	{"stat", S_IFREG | 0444, .render = render_stat},
	{"statm", S_IFREG | 0444, .render = render_statm},
	{"status", S_IFREG | 0444, .render = render_status},
	{0},
};

static const struct vnode_type thread_directory = {"", S_IFDIR | 0555, .children = thread_entries};

static int
find_thread(const struct vnode *dir, const char *name, struct vnode *ret)
{
	if (virtual_number(name) != dir->pid)
		return -ENOENT;
	*ret = (struct vnode){.type = &thread_directory, .pid = dir->pid};
	return 0;
}

static int
list_threads(const struct vnode *dir, struct listing *out)
{
	listing_add_number(out, dir->pid, S_IFDIR);
	return 0;
}

const struct vnode_type proc_pid_entries[] = {
	{"cmdline", S_IFREG | 0444, .render = render_cmdline},
	{"comm", S_IFREG | 0444, .render = render_comm},
	{"cwd", S_IFLNK | 0777, .link = link_cwd},
	{"environ", S_IFREG | 0400, .render = render_environ},
	{"exe", S_IFLNK | 0777, .link = link_exe},
	{"fd", S_IFDIR | 0500, .find = find_fd, .list = list_fds},
	{"mountinfo", S_IFREG | 0444, .render = proc_mountinfo},
	{"mounts", S_IFREG | 0444, .render = proc_mounts},
	{"net", S_IFDIR | 0555, .children = proc_net_entries},
	{"root", S_IFLNK | 0777, .link = link_root},
	{"stat", S_IFREG | 0444, .render = render_stat},
	{"statm", S_IFREG | 0444, .render = render_statm},
	{"status", S_IFREG | 0444, .render = render_status},
	{"task", S_IFDIR | 0555, .find = find_thread, .list = list_threads},
	{0},
};
