#include "sandbox/virtual.h"

#include "base/error.h"
#include "base/scope.h"
#include "base/str.h"
#include "sandbox/fs_fd.h"
#include "sandbox/fs_open.h"
#include "sandbox/host.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

/* The device number that virtual files show; the kernel gives anonymous file systems major 0, too. */
#define VIRTUAL_DEVICE makedev(0, 0xfff0)

/* ---- walking ---- */

static const struct vnode_type *
root_type(const char *mount)
{
	if (str_eq(mount, proc_root.name))
		return &proc_root;
	for (const struct vnode_type *t = dev_nodes; t->name; t++)
		if (str_eq(mount, t->name))
			return t;
	return NULL;
}

static int
find_child(const struct vnode *dir, const char *name, struct vnode *ret)
{
	if (!S_ISDIR(dir->type->mode))
		return -ENOTDIR;
	for (const struct vnode_type *t = dir->type->children; t && t->name; t++) {
		if (str_eq(t->name, name)) {
			*ret = (struct vnode){.type = t, .pid = dir->pid};
			return 0;
		}
	}
	return dir->type->find ? dir->type->find(dir, name, ret) : -ENOENT;
}

/* out = dir + "/" + name + "/" + rest, where an absolute name drops dir. out may be dir. */
static int
join(char *out, const char *dir, const char *name, const char *rest)
{
	char joined[PATH_MAX];
	int r = str_format(joined, sizeof(joined), "%s/%s%s%s", name[0] == '/' ? "" : dir, name,
		*rest ? "/" : "", rest);

	if (r == 0)
		memcpy(out, joined, strlen(joined) + 1);
	return r;
}

/* The walk so far: the nodes passed, and where each one's path ends in `path`. */
#define DEPTH_MAX 12
struct walk {
	struct vnode nodes[DEPTH_MAX];
	size_t ends[DEPTH_MAX];
	int depth;
	char *path;
};

/* Takes the next component off *rest. False at the end. -ENAMETOOLONG is left to be -ENOENT: no node has such a name. */
static bool
next_component(const char **rest, char name[NAME_MAX + 1])
{
	size_t n;

	*rest += strspn(*rest, "/");
	n = strcspn(*rest, "/");
	if (n == 0)
		return false;
	if (n > NAME_MAX)
		n = NAME_MAX;
	memcpy(name, *rest, n);
	name[n] = '\0';
	*rest += strcspn(*rest, "/");
	return true;
}

static int
step_down(struct walk *w, const char *name)
{
	size_t end = w->ends[w->depth];
	int r;

	if (w->depth + 1 == DEPTH_MAX)
		return -ENOENT;
	r = find_child(&w->nodes[w->depth], name, &w->nodes[w->depth + 1]);
	if (r < 0)
		return r;
	if (str_format(w->path + end, PATH_MAX - end, "/%s", name) < 0)
		return -ENAMETOOLONG;
	w->depth++;
	w->ends[w->depth] = end + strlen(name) + 1;
	return 0;
}

/* ".."; 1 when that leaves the mount, with the rest of the way in w->path. */
static int
step_up(struct walk *w, const char *rest)
{
	char *slash;
	int r;

	if (w->depth > 0) {
		w->path[w->ends[--w->depth]] = '\0';
		return 0;
	}
	slash = strrchr(w->path, '/');
	*slash = '\0';
	r = join(w->path, w->path, ".", rest);
	return r < 0 ? r : 1;
}

/* The link at the end of w->path is replaced by its target. */
static int
follow(struct walk *w, const char *rest)
{
	char target[PATH_MAX];
	int r = virtual_readlink(&w->nodes[w->depth], target, sizeof(target));

	if (r < 0)
		return r;
	w->path[w->ends[w->depth - 1]] = '\0';
	r = join(w->path, w->path, target, rest);
	return r < 0 ? r : 1;
}

int
virtual_walk(const char *mount, const char *path, bool nofollow, struct vnode *ret, char *out)
{
	struct walk w = {.path = out, .nodes[0].type = root_type(mount), .ends[0] = strlen(mount)};
	const char *rest = path + w.ends[0];
	char name[NAME_MAX + 1];
	int r;

	if (!w.nodes[0].type)
		return -ENOENT;
	memcpy(out, mount, w.ends[0] + 1);
	while (next_component(&rest, name)) {
		const struct vnode_type *t;

		if (!S_ISDIR(w.nodes[w.depth].type->mode))
			return -ENOTDIR;
		if (str_eq(name, "."))
			continue;
		r = str_eq(name, "..") ? step_up(&w, rest) : step_down(&w, name);
		if (r != 0)
			return r;
		t = w.nodes[w.depth].type;
		bug_if(!t);
		if (S_ISLNK(t->mode) && (*rest || (!nofollow && !t->open)))
			return follow(&w, rest);
	}
	if (rest[-1] == '/' && !S_ISDIR(w.nodes[w.depth].type->mode))
		return -ENOTDIR;
	*ret = w.nodes[w.depth];
	return 0;
}

int
virtual_number(const char *name)
{
	int n = 0;

	if (!*name || (name[0] == '0' && name[1]) || strlen(name) > 6)
		return -ENOENT;
	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return -ENOENT;
		n = n * 10 + (*name - '0');
	}
	return n;
}

/* ---- status ---- */

/* Stable and different for different nodes: a type's address does not change while the program runs. */
static ino_t
inode_of(const struct vnode *node)
{
	return (ino_t)(uint32_t)((uintptr_t)node->type >> 3) ^ ((ino_t)node->pid << 32) ^
	       ((ino_t)node->number << 48);
}

int
virtual_stat(const struct vnode *node, bool nofollow, struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*st = (struct stat){
		.st_dev = VIRTUAL_DEVICE,
		.st_ino = inode_of(node),
		.st_nlink = S_ISDIR(node->type->mode) ? 2 : 1,
		.st_mode = node->type->mode,
		.st_rdev = makedev(node->type->device[0], node->type->device[1]),
		.st_blksize = 1024,
		.st_atim = now,
		.st_mtim = now,
		.st_ctim = now,
	};
	if (!node->type->stat || (nofollow && S_ISLNK(node->type->mode)))
		return 0;
	return node->type->stat(node, st);
}

int
virtual_readlink(const struct vnode *node, char *out, size_t size)
{
	if (!S_ISLNK(node->type->mode))
		return -EINVAL;
	return node->type->link(node, out, size);
}

/* ---- listing ---- */

/* Records of getdents64, see linux/dirent.h; the offsets are those of the anonymous file that holds them. */
struct listing {
	struct buf *out;
	const struct vnode *dir;
};

struct dirent_head {
	uint64_t ino;
	int64_t off;
	uint16_t len;
	uint8_t type;
} __attribute__((packed));

void
listing_add(struct listing *l, const char *name, mode_t mode)
{
	size_t used = sizeof(struct dirent_head) + strlen(name) + 1, len = (used + 7) & ~(size_t)7;
	struct dirent_head head = {
		.ino = inode_of(l->dir) ^ (uint64_t)l->out->len << 8 ^ 1,
		.off = (int64_t)(l->out->len + len),
		.len = (uint16_t)len,
		.type = (uint8_t)IFTODT(mode),
	};

	buf_append(l->out, &head, sizeof(head));
	buf_append(l->out, name, strlen(name) + 1);
	buf_append(l->out, "\0\0\0\0\0\0\0", len - used);
}

void
listing_add_number(struct listing *l, int number, mode_t mode)
{
	char name[16];

	if (str_format(name, sizeof(name), "%d", number) == 0)
		listing_add(l, name, mode);
}

static int
render_directory(const struct vnode *dir, struct buf *out)
{
	struct listing l = {.out = out, .dir = dir};

	listing_add(&l, ".", S_IFDIR);
	listing_add(&l, "..", S_IFDIR);
	for (const struct vnode_type *t = dir->type->children; t && t->name; t++)
		listing_add(&l, t->name, t->mode);
	return dir->type->list ? dir->type->list(dir, &l) : 0;
}

/* ---- opening ---- */

/* The text in an anonymous file, opened anew so that the guest can only read it. The file's name is the guest path, which
 * is how /proc/PID/fd of another process finds it. */
static int
anonymous_file(const char *path, const struct buf *text, int flags)
{
	char name[200], link[64];
	scoped_fd int fd = -1;
	size_t done = 0;
	int r;

	if (str_format(name, sizeof(name), "%s", path) < 0)
		return -ENAMETOOLONG;
	fd = memfd_create(name, MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (done < text->len) {
		ssize_t n = write(fd, text->data + done, text->len - done);

		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	(void)str_format(link, sizeof(link), "/proc/self/fd/%d", fd);
	r = open(link, O_RDONLY | (flags & (O_CLOEXEC | O_NONBLOCK)));
	if (r < 0)
		return -errno;
	close(take_fd(fd));
	return fd_lowest(r);
}

static int
open_rendered(const struct vnode *node, const char *path, int flags)
{
	const struct vnode_type *t = node->type;
	struct fd_object *o;
	scoped_buf text;
	int fd, r;

	buf_init(&text, VIRTUAL_TEXT_MAX);
	if (S_ISDIR(t->mode))
		r = render_directory(node, &text);
	else
		r = t->render(node, &text);
	if (r < 0)
		return r;
	if (text.full)
		return -ENOMEM;
	fd = anonymous_file(path, &text, flags);
	if (fd < 0)
		return fd;
	o = fd_attach(fd, FD_VIRTUAL);
	o->node = *node;
	o->path = strdup(path);
	return fd;
}

int
virtual_open(const struct vnode *node, const char *path, int flags)
{
	const struct vnode_type *t = node->type;
	bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);

	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return -EEXIST;
	if (S_ISLNK(t->mode) && (flags & O_NOFOLLOW))
		return -ELOOP;
	if ((flags & O_DIRECTORY) && !S_ISDIR(t->mode) && !S_ISLNK(t->mode))
		return -ENOTDIR;
	if (t->open)
		return (int)fd_opened(t->open(node, flags));
	if (S_ISDIR(t->mode) && writes)
		return -EISDIR;
	if (writes)
		return -EACCES;
	return open_rendered(node, path, flags);
}
