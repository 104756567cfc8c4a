#include "rootfs/archive.h"

#include "base/alloc.h"
#include "base/str.h"
#include "rootfs/clean.h"
#include "rootfs/confine.h"
#include "rootfs/owner.h"
#include "rootfs/parents.h"
#include "rootfs/remove.h"
#include "rootfs/table.h"

/* A directory's time is set when all is in it. */
struct dated {
	char *guest;
	int64_t mtime_ns;
};

struct unpack {
	const struct mount_table *table;
	const char *top; /* guest path of the destination */
	unsigned flags;
	struct unpack_limits limits;
	int64_t bytes, entries; /* so far */
	struct tar_reader *reader;
	struct dated *dated;
	size_t n_dated;
	tar_source source;
	void *arg;
	bool source_ended;
};

static void
unpack_clear(struct unpack *u)
{
	for (size_t i = 0; i < u->n_dated; i++)
		free(u->dated[i].guest);
	free(u->dated);
	if (u->reader)
		tar_reader_free(u->reader);
}

static ssize_t
pull(void *arg, const void **ret)
{
	struct unpack *u = arg;
	ssize_t n = u->source_ended ? 0 : u->source(u->arg, ret);

	u->source_ended = n == 0;
	return n;
}

/* What follows the end marks, so that whoever sends it is not cut off. */
static int
drain(struct unpack *u, struct error *e)
{
	const void *data;
	ssize_t n;

	while ((n = pull(u, &data)) > 0)
		;
	return n < 0 ? error_errno(e, (int)n, "cannot read the archive") : 0;
}

/* -- single objects; p is where they go, and there is nothing there. 0 or -errno, or with *e set. */

static struct timespec
timespec_of(int64_t ns)
{
	int64_t seconds = ns / 1000000000 - (ns % 1000000000 < 0);

	return (struct timespec){.tv_sec = seconds, .tv_nsec = ns - seconds * 1000000000};
}

static int
set_times(int dir, const char *name, int64_t mtime_ns)
{
	const struct timespec times[2] = {timespec_of(mtime_ns), timespec_of(mtime_ns)};

	return utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int
set_owner(const struct unpack *u, int fd, const struct tar_entry *entry)
{
	struct owner o = {.mode = entry->mode};

	if (u->flags & UNPACK_COPY_OWNER) {
		o.uid = entry->uid;
		o.gid = entry->gid;
	}
	return owner_put(fd, &o);
}

static int
write_piece(int fd, const char *data, size_t n, int64_t offset)
{
	while (n > 0) {
		ssize_t done = pwrite(fd, data, n, offset);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			data += done;
			n -= (size_t)done;
			offset += done;
		}
	}
	return 0;
}

static int
write_data(struct unpack *u, int fd, const struct tar_entry *entry, struct error *e)
{
	int64_t offset, end = 0;
	const void *data;
	ssize_t n;
	int r;

	while ((n = tar_reader_data(u->reader, &data, &offset, e)) > 0) {
		if (offset < end || __builtin_add_overflow(offset, n, &end) || end > entry->size)
			return error_set(e, ERROR_INVALID, -EBADMSG,
				"invalid tar archive: data out of place");
		u->bytes += n;
		if (u->limits.bytes > 0 && u->bytes > u->limits.bytes)
			return error_set(e, ERROR_TOO_LARGE, -EFBIG,
				"the archive holds more than %lld bytes",
				(long long)u->limits.bytes);
		r = write_piece(fd, data, (size_t)n, offset);
		if (r < 0)
			return r;
	}
	if (n == 0 && end < entry->size && ftruncate(fd, entry->size) < 0)
		return -errno;
	return (int)n;
}

static int
unpack_file(struct unpack *u, const struct place *p, const struct tar_entry *entry, struct error *e)
{
	scoped_fd int fd = confined_open(
		p->dir, p->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return fd;
	r = write_data(u, fd, entry, e);
	if (r == 0)
		r = set_owner(u, fd, entry);
	if (r == 0)
		r = set_times(p->dir, p->name, entry->mtime_ns);
	if (r < 0)
		unlinkat(p->dir, p->name, 0); /* half a file is worse than none */
	return r;
}

static int
unpack_directory(struct unpack *u, const struct place *p, const struct tar_entry *entry)
{
	scoped_fd int fd = -1;

	if (p->fd < 0 && mkdirat(p->dir, p->name, 0700) < 0)
		return -errno;
	fd = p->fd >= 0 ? fd_again(p->fd)
			: confined_open(p->dir, p->name, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	u->dated = xrealloc(u->dated, (u->n_dated + 1) * sizeof *u->dated);
	u->dated[u->n_dated++] = (struct dated){xstrdup(p->guest), entry->mtime_ns};
	return set_owner(u, fd, entry);
}

static int
unpack_symlink(const struct place *p, const struct tar_entry *entry)
{
	if (symlinkat(entry->link, p->dir, p->name) < 0)
		return -errno;
	return set_times(p->dir, p->name, entry->mtime_ns);
}

static int
unpack_fifo(struct unpack *u, const struct place *p, const struct tar_entry *entry)
{
	scoped_fd int fd = -1;
	int r;

	if (mkfifoat(p->dir, p->name, 0600) < 0)
		return -errno;
	fd = confined_open(p->dir, p->name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	r = set_owner(u, fd, entry);
	return r < 0 ? r : set_times(p->dir, p->name, entry->mtime_ns);
}

/* To a file that the same archive holds, or that was there; not to another mount, as link(2) has it, else a read-only
 * one's files could be written by their other name. */
static int
unpack_hard_link(
	struct unpack *u, const struct place *p, const struct tar_entry *entry, struct error *e)
{
	char name[PATH_MAX], guest[PATH_MAX];
	struct place target;
	int r = path_clean(entry->link, name);

	if (r == -EXDEV)
		return error_set(e, ERROR_INVALID, -EXDEV, "invalid hardlink \"%s\" -> \"%s\"",
			p->guest, entry->link);
	if (r == 0)
		r = str_format(guest, sizeof guest, "%s/%s", u->top, name);
	if (r == 0)
		r = lookup(u->table, "/", guest, LOOKUP_NOFOLLOW, &target);
	if (r < 0)
		return r;
	if (target.mount != p->mount)
		r = -EXDEV;
	else if (linkat(target.dir, target.name, p->dir, p->name, 0) < 0)
		r = -errno;
	place_clear(&target);
	return r;
}

static int
unpack_object(
	struct unpack *u, const struct place *p, const struct tar_entry *entry, struct error *e)
{
	switch (entry->type) {
	case TAR_FILE:
		return unpack_file(u, p, entry, e);
	case TAR_DIRECTORY:
		return unpack_directory(u, p, entry);
	case TAR_SYMLINK:
		return unpack_symlink(p, entry);
	case TAR_HARDLINK:
		return unpack_hard_link(u, p, entry, e);
	case TAR_FIFO:
		return unpack_fifo(u, p, entry);
	case TAR_CHARACTER:
	case TAR_BLOCK:
		return error_set(e, ERROR_FORBIDDEN, -EPERM, "%s: device nodes cannot be made here",
			p->guest);
	default:
		return error_set(
			e, ERROR_INVALID, -EINVAL, "%s: unhandled tar entry type", p->guest);
	}
}

/* -- what is in the way */

/* 0: the place is free now, or holds a directory that stays one. */
static int
make_way(struct unpack *u, struct place *p, const struct tar_entry *entry, struct error *e)
{
	bool stays, directory = entry->type == TAR_DIRECTORY;
	struct stat st;
	int r;

	if (p->fd < 0)
		return 0;
	if (fstat(p->fd, &st) < 0)
		return -errno;
	stays = S_ISDIR(st.st_mode);
	if (stays && directory)
		return 0;
	if ((u->flags & UNPACK_NO_OVERWRITE_DIR_NON_DIR) && (stays || directory))
		return error_set(e, ERROR_INVALID, -EEXIST,
			stays ? "cannot overwrite directory \"%s\" with non-directory \"%s\""
			      : "cannot overwrite non-directory \"%s\" with directory \"%s\"",
			p->guest, u->top);
	if (place_is_mount(p) || mount_beneath(u->table, p->guest))
		return -EBUSY;
	r = remove_in(p->dir, p->name);
	if (r == 0) {
		close(p->fd);
		p->fd = -1;
	}
	return r;
}

static int
find_place(struct unpack *u, const char *guest, struct place *ret)
{
	int r = lookup(u->table, "/", guest, LOOKUP_PARENT | LOOKUP_NOFOLLOW, ret);

	if (r == -ENOENT) {
		r = parents_make(u->table, guest, 0);
		if (r == 0)
			r = lookup(u->table, "/", guest, LOOKUP_PARENT | LOOKUP_NOFOLLOW, ret);
	}
	if (r == 0 && (ret->mount->flags & (MOUNT_VIRTUAL | MOUNT_READONLY)))
		r = -EROFS;
	if (r < 0)
		place_clear(ret);
	return r;
}

static int
unpack_at(struct unpack *u, const char *guest, const struct tar_entry *entry, struct error *e)
{
	struct place p;
	int r = find_place(u, guest, &p);

	if (r < 0)
		return r;
	r = make_way(u, &p, entry, e);
	if (r == 0)
		r = unpack_object(u, &p, entry, e);
	place_clear(&p);
	return r;
}

static int
unpack_entry(struct unpack *u, const struct tar_entry *entry, struct error *e)
{
	char name[PATH_MAX], guest[PATH_MAX];
	int r;

	if (u->limits.entries > 0 && ++u->entries > u->limits.entries)
		return error_set(e, ERROR_TOO_LARGE, -E2BIG,
			"the archive holds more than %lld entries", (long long)u->limits.entries);
	r = path_clean(entry->path, name);
	if (r == -EXDEV)
		return error_set(e, ERROR_INVALID, -EXDEV, "\"%s\" is outside of \"%s\"",
			entry->path, u->top);
	if (r == 0 && !*name) /* the destination itself stays as it is */
		return 0;
	if (r == 0)
		r = str_format(
			guest, sizeof guest, "%s/%s", str_eq(u->top, "/") ? "" : u->top, name);
	if (r == 0)
		r = unpack_at(u, guest, entry, e);
	return r < 0 ? error_errno(e, r, "cannot unpack %.200s", entry->path) : 0;
}

/* The innermost come last in an archive; from the back, no directory's time is changed by another's. A directory that has
 * gone or been replaced meanwhile has no time to set. */
static int
set_directory_times(const struct unpack *u)
{
	char path[FD_PATH_SIZE];

	for (size_t i = u->n_dated; i > 0; i--) {
		const struct dated *d = &u->dated[i - 1];
		const struct timespec times[2] = {
			timespec_of(d->mtime_ns), timespec_of(d->mtime_ns)};
		struct place p;
		int r = lookup(u->table, "/", d->guest, LOOKUP_NOFOLLOW | LOOKUP_OBJECT, &p);

		if (r == 0 && !(p.mount->flags & (MOUNT_VIRTUAL | MOUNT_READONLY)) &&
			utimensat(AT_FDCWD, fd_path(p.fd, path), times, 0) < 0)
			r = -errno;
		place_clear(&p);
		if (r < 0 && r != -ENOENT && r != -ENOTDIR && r != -ELOOP)
			return r;
	}
	return 0;
}

static int
unpack_all(struct unpack *u, struct error *e)
{
	struct tar_entry entry;
	int r = tar_reader_open(pull, u, &u->reader, e);

	if (r < 0)
		return r;
	while ((r = tar_reader_next(u->reader, &entry, e)) > 0) {
		r = unpack_entry(u, &entry, e);
		if (r < 0)
			return r;
	}
	if (r == 0)
		r = drain(u, e);
	if (r < 0)
		return r;
	r = set_directory_times(u);
	return r < 0 ? error_errno(e, r, "cannot set the directories' times") : 0;
}

/* The destination has to be a directory that may be written to; *ret gets its guest path. */
static int
check_destination(
	const struct mount_table *t, const char *path, char ret[PATH_MAX], struct error *e)
{
	struct stat st;
	struct place p;
	int r = lookup(t, "/", path, LOOKUP_OBJECT, &p);

	if (r == 0 && (p.mount->flags & MOUNT_VIRTUAL))
		r = -ENOENT;
	if (r == 0 && fstat(p.fd, &st) < 0)
		r = -errno;
	if (r < 0)
		error_errno(e, r, "cannot unpack to %s", path);
	else if (!S_ISDIR(st.st_mode)) /* the Engine's answer, a 500 */
		r = error_set(e, ERROR_INTERNAL, -ENOTDIR, "extraction point is not a directory");
	else if (p.mount->flags & MOUNT_READONLY)
		r = error_set(e, ERROR_FORBIDDEN, -EROFS,
			str_eq(p.mount->guest, "/") ? "container rootfs is marked read-only"
						    : "mounted volume is marked read-only");
	else
		r = str_format(ret, PATH_MAX, "%s", p.guest);
	place_clear(&p);
	return r;
}

int
archive_unpack(const struct mount_table *t, const char *path, unsigned flags,
	const struct unpack_limits *limits, tar_source source, void *arg, struct error *e)
{
	struct unpack u = {.table = t,
		.flags = flags,
		.limits = limits ? *limits : (struct unpack_limits){0},
		.source = source,
		.arg = arg};
	char top[PATH_MAX];
	int r = check_destination(t, path, top, e);

	if (r < 0)
		return r;
	u.top = top;
	r = unpack_all(&u, e);
	unpack_clear(&u);
	return r;
}
