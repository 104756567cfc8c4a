#include "rootfs/mount.h"

#include "base/alloc.h"
#include "base/str.h"
#include "rootfs/confine.h"
#include "rootfs/owner.h"
#include "rootfs/parents.h"
#include "rootfs/table.h"

struct mount_table *
mount_table_new(void)
{
	return NEW(mount_table);
}

static void
entry_free(struct mount_entry *entry)
{
	if (entry->mount.fd >= 0)
		close(entry->mount.fd);
	free(entry->mount.guest);
	free(entry->mount.host);
	free(entry);
}
SCOPED(mount_entry, entry_free)

void
mount_table_free(struct mount_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		entry_free(t->entries[i]);
	free(t->entries);
	free(t);
}

size_t
mount_count(const struct mount_table *t)
{
	return t->n;
}

const struct mount *
mount_at(const struct mount_table *t, size_t i)
{
	bug_if(i >= t->n);
	return &t->entries[i]->mount;
}

/* A table has a handful of entries, so looking at each costs less than any index would. */
const struct mount_entry *
mount_covering(const struct mount_table *t, const char *guest, size_t len)
{
	const struct mount_entry *best = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct mount_entry *entry = t->entries[i];

		if (entry->len > len || memcmp(guest, entry->mount.guest, entry->len) != 0)
			continue;
		if (guest[entry->len] && guest[entry->len] != '/')
			continue;
		if (!best ||
			entry->len >=
				best->len) /* of two at one place the later hides the earlier */
			best = entry;
	}
	bug_if(!best);
	return best;
}

bool
mount_beneath(const struct mount_table *t, const char *guest)
{
	size_t n = strlen(guest);

	for (size_t i = 0; i < t->n; i++)
		if (t->entries[i]->len > n && t->entries[i]->mount.guest[n] == '/' &&
			memcmp(t->entries[i]->mount.guest, guest, n) == 0)
			return true;
	return false;
}

static int
check_kind(int fd, bool file)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	return file == !S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

/* Finds the mount point, or makes it with its parents, and tells its guest path without symlinks in *ret. */
static int
mount_point(const struct mount_table *t, const char *guest, bool file, char **ret)
{
	struct place p;
	int r;

	r = parents_make(t, guest, PARENTS_SETUP);
	if (r == 0)
		r = lookup(t, "/", guest, LOOKUP_PARENT, &p);
	if (r < 0)
		return r;
	if (p.fd >= 0)
		r = check_kind(p.fd, file);
	else if (!(p.mount->flags & MOUNT_VIRTUAL))
		r = file ? parents_add_file(&p, PARENTS_SETUP)
			 : parents_add_directory(&p, PARENTS_SETUP);
	if (r == 0)
		*ret = xstrdup(p.guest);
	place_clear(&p);
	return r;
}

static int
open_host(struct mount *m, const char *host, struct error *e)
{
	struct stat st;

	m->fd = open(host, O_PATH | O_CLOEXEC);
	if (m->fd < 0 || fstat(m->fd, &st) < 0)
		return error_errno(e, -errno, "cannot mount %s at %s", host, m->guest);
	m->flags &= ~(unsigned)MOUNT_FILE;
	if (!S_ISDIR(st.st_mode))
		m->flags |= MOUNT_FILE;
	return 0;
}

int
mount_add(struct mount_table *t, const char *guest, const char *host, const char *type,
	unsigned flags, struct error *e)
{
	scoped(mount_entry) *entry = NEW(mount_entry);
	struct mount *m = &entry->mount;
	char *canonical = NULL;
	int r;

	*m = (struct mount){.guest = xstrdup(guest),
		.host = xstrdup(host),
		.type = type,
		.fd = -1,
		.flags = flags};
	bug_if(guest[0] != '/' || (t->n == 0) != str_eq(guest, "/"));
	if (!(flags & MOUNT_VIRTUAL)) {
		r = open_host(m, host, e);
		if (r < 0)
			return r;
	}
	if (t->n == 0 && (m->flags & (MOUNT_FILE | MOUNT_VIRTUAL)))
		return error_errno(e, -ENOTDIR, "cannot mount %s as the root", host);
	if (t->n > 0) {
		r = mount_point(t, guest, m->flags & MOUNT_FILE, &canonical);
		if (!canonical)
			return error_errno(
				e, r, "cannot make the mount point %s for %s", guest, host);
		free(m->guest);
		m->guest = canonical;
	}
	entry->len = str_eq(m->guest, "/") ? 0 : strlen(m->guest);
	t->entries = xrealloc(t->entries, (t->n + 1) * sizeof *t->entries);
	t->entries[t->n++] = take_ptr(entry);
	return 0;
}

int
mount_keep(struct mount_table *t, int (*keep)(int fd))
{
	for (size_t i = 0; i < t->n; i++) {
		struct mount *m = &t->entries[i]->mount;

		if (m->flags & MOUNT_VIRTUAL)
			continue;
		m->fd = keep(m->fd);
		if (m->fd < 0)
			return m->fd;
	}
	return 0;
}

void
place_clear(struct place *p)
{
	if (p->dir >= 0)
		close(p->dir);
	if (p->fd >= 0)
		close(p->fd);
	p->dir = p->fd = -1;
}

bool
place_is_mount(const struct place *p)
{
	return p->mount && strcmp(p->guest, p->mount->guest) == 0;
}
