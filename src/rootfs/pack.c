#include "rootfs/archive.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/str.h"
#include "rootfs/clean.h"
#include "rootfs/confine.h"
#include "rootfs/names.h"
#include "rootfs/owner.h"
#include "rootfs/tree.h"

#include <sys/sysmacros.h>

#define COPY_BUFFER (64 * 1024)

struct pack {
	const struct mount_table *table; /* NULL: stay in the one mount */
	struct tar_writer *writer;
	struct map *links; /* files with several names: "dev:inode" → the entry that has the data */
	char *data;        /* COPY_BUFFER */
};

/* What is being packed: an object, where the guest sees it, and what it is called in the archive. */
struct item {
	int fd; /* O_PATH */
	const char *guest;
	const char *name;
	unsigned depth;
};

static int pack_item(struct pack *p, const struct item *item, struct error *e);

/* Sets the type of entry. 0: nothing for an archive. */
static int
fill_type(struct tar_entry *entry, const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		entry->type = TAR_FILE;
		entry->size = st->st_size;
		return 1;
	case S_IFDIR:
		entry->type = TAR_DIRECTORY;
		return 1;
	case S_IFLNK:
		entry->type = TAR_SYMLINK;
		return 1;
	case S_IFIFO:
		entry->type = TAR_FIFO;
		return 1;
	case S_IFCHR:
	case S_IFBLK:
		entry->type = S_ISCHR(st->st_mode) ? TAR_CHARACTER : TAR_BLOCK;
		entry->major = major(st->st_rdev);
		entry->minor = minor(st->st_rdev);
		return 1;
	default:
		return 0; /* a socket */
	}
}

/* Makes entry a hard link if its file is in the archive already, else remembers it. */
static void
fill_hard_link(struct pack *p, struct tar_entry *entry, const struct stat *st)
{
	const char *first;
	char key[48];

	if (entry->type != TAR_FILE || st->st_nlink < 2)
		return;
	snprintf(key, sizeof key, "%llx:%llx", (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino);
	first = map_get(p->links, key);
	if (!first) {
		map_set(p->links, key, xstrdup(entry->path));
		return;
	}
	entry->type = TAR_HARDLINK;
	entry->link = first;
}

static int
pack_data(struct pack *p, const struct item *item, int64_t size, struct error *e)
{
	char path[FD_PATH_SIZE];
	scoped_fd int fd = open(fd_path(item->fd, path), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(e, -errno, "cannot read %s", item->guest);
	while (size > 0) {
		ssize_t n = read(fd, p->data, size < COPY_BUFFER ? (size_t)size : COPY_BUFFER);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, -errno, "cannot read %s", item->guest);
		if (n ==
			0) /* the header has promised more; better no archive than one with made-up data */
			return error_set(e, ERROR_CONFLICT, -EIO,
				"%s became shorter while it was read", item->guest);
		r = tar_writer_data(p->writer, p->data, (size_t)n, e);
		if (r < 0)
			return r;
		size -= n;
	}
	return 0;
}

/* The object called name in the directory dir, or what is mounted there. -ENOENT: nothing. */
static int
open_child(struct pack *p, int dir, const char *guest, const char *name)
{
	int fd;

	for (size_t i = p->table ? mount_count(p->table) : 0; i > 0; i--) {
		const struct mount *m = mount_at(p->table, i - 1);

		if (str_eq(m->guest, guest))
			return m->flags & MOUNT_VIRTUAL ? -ENOENT : fd_again(m->fd);
	}
	fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int
pack_child(struct pack *p, const struct item *item, int dir, const char *name, struct error *e)
{
	scoped_free char *guest = xasprintf(
		"%s/%s", str_eq(item->guest, "/") ? "" : item->guest, name);
	scoped_free char *path = NULL;
	scoped_fd int fd = open_child(p, dir, guest, name);
	struct item child = {.fd = fd, .guest = guest, .depth = item->depth + 1};

	if (fd == -ENOENT) /* gone since it was listed */
		return 0;
	if (fd < 0)
		return error_errno(e, fd, "cannot read %s", guest);
	if (!*item->name)
		path = xstrdup(name);
	else
		path = xasprintf("%s/%s", str_eq(item->name, "/") ? "" : item->name, name);
	child.name = path;
	return pack_item(p, &child, e);
}

static int
pack_children(struct pack *p, const struct item *item, struct error *e)
{
	scoped_fd int dir = -1;
	scoped_names names = {0};
	int r = 0;

	if (item->depth > TREE_DEPTH_MAX)
		return error_errno(e, -ENAMETOOLONG, "cannot read %s", item->guest);
	dir = openat(item->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return error_errno(e, -errno, "cannot read %s", item->guest);
	r = names_read(dir, &names);
	if (r < 0)
		return error_errno(e, r, "cannot read %s", item->guest);
	for (size_t i = 0; r == 0 && i < names.n; i++)
		r = pack_child(p, item, dir, names.v[i].text, e);
	return r;
}

static int
pack_item(struct pack *p, const struct item *item, struct error *e)
{
	struct tar_entry entry = {.path = item->name};
	char target[PATH_MAX];
	struct stat st;
	ssize_t n;
	int r;

	if (fstat(item->fd, &st) < 0)
		return error_errno(e, -errno, "cannot look at %s", item->guest);
	if (!fill_type(&entry, &st))
		return 0;
	fill_hard_link(p, &entry, &st);
	r = owner_apply(item->fd, &st);
	if (r < 0)
		return error_errno(e, r, "cannot look at %s", item->guest);
	if (entry.type == TAR_SYMLINK) {
		n = readlinkat(item->fd, "", target, sizeof target - 1);
		if (n < 0)
			return error_errno(e, -errno, "cannot read %s", item->guest);
		target[n] = '\0';
		entry.link = target;
	}
	entry.mode = st.st_mode & 07777;
	entry.uid = st.st_uid;
	entry.gid = st.st_gid;
	entry.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	r = *item->name ? tar_writer_entry(p->writer, &entry, e) : 0;
	if (r < 0)
		return r;
	if (entry.type == TAR_FILE)
		return pack_data(p, item, entry.size, e);
	return entry.type == TAR_DIRECTORY ? pack_children(p, item, e) : 0;
}

static int
pack(const struct mount_table *t, const struct item *item, tar_sink sink, void *arg,
	struct error *e)
{
	scoped(map) *links = map_new(free);
	scoped(tar_writer) *writer = NULL;
	scoped_free char *data = xmalloc(COPY_BUFFER);
	struct pack p = {.table = t, .links = links, .data = data};
	int r;

	r = tar_writer_open(sink, arg, &writer, e);
	if (r < 0)
		return r;
	p.writer = writer;
	r = pack_item(&p, item, e);
	return r < 0 ? r : tar_writer_close(writer, e);
}

int
archive_pack(
	const struct mount_table *t, const char *path, tar_sink sink, void *arg, struct error *e)
{
	char name[NAME_MAX + 1];
	struct place p;
	int r = lookup(t, "/", path, LOOKUP_NOFOLLOW | LOOKUP_OBJECT, &p);

	if (r == 0 && (p.mount->flags & MOUNT_VIRTUAL))
		r = -ENOENT;
	if (r == 0)
		r = path_base(path, name);
	if (r < 0)
		error_errno(e, r, "cannot read %s", path);
	else
		r = pack(t, &(struct item){.fd = p.fd, .guest = p.guest, .name = name, .depth = 1},
			sink, arg, e);
	place_clear(&p);
	return r;
}

int
archive_pack_root(const struct mount_table *t, tar_sink sink, void *arg, struct error *e)
{
	return pack(NULL,
		&(struct item){.fd = mount_at(t, 0)->fd, .guest = "/", .name = "", .depth = 1},
		sink, arg, e);
}
