#include "rootfs/tree.h"

#include "base/scope.h"
#include "base/str.h"
#include "rootfs/confine.h"
#include "rootfs/remove.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

/* Below this many levels a directory is moved up to the top and removed from there, so no depth is too great. */
#define LEVELS_MAX 64
/* Someone may still be making files where we remove them; a few rounds tell bad luck from malice. */
#define ROUNDS_MAX 16

struct removal {
	int top;
	unsigned moved; /* directories moved up so far: their names */
};

static int remove_contents(struct removal *removal, int dir, unsigned level);

/* Not through a mount point: what is mounted there is not ours to remove. */
static int
open_directory(int dir, const char *name)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};
	long fd = syscall(SYS_openat2, dir, name, &how, sizeof how);

	return fd < 0 ? -errno : (int)fd;
}

/* The same directory for reading, whatever its mode was. */
static int
open_contents(int dir)
{
	char path[FD_PATH_SIZE];
	struct stat st;
	int fd;

	if (fstat(dir, &st) < 0)
		return -errno;
	if ((st.st_mode & 0700) != 0700 && chmod(fd_path(dir, path), 0700) < 0)
		return -errno;
	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int
move_up(struct removal *removal, int dir, const char *name)
{
	char new_name[32];

	for (;;) {
		snprintf(new_name, sizeof new_name, ".deep-%u", removal->moved++);
		if (renameat2(dir, name, removal->top, new_name, RENAME_NOREPLACE) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
}

static int
remove_directory(struct removal *removal, int dir, const char *name, unsigned level)
{
	scoped_fd int object = open_directory(dir, name);
	scoped_fd int fd = object < 0 ? object : open_contents(object);

	if (fd < 0)
		return fd;
	if (level > LEVELS_MAX)
		return move_up(removal, dir, name);
	for (int round = 0; round < ROUNDS_MAX; round++) {
		int r = remove_contents(removal, fd, level + 1);

		if (r < 0)
			return r;
		if (unlinkat(dir, name, AT_REMOVEDIR) == 0)
			return 0;
		if (errno != ENOTEMPTY)
			return -errno;
	}
	return -ENOTEMPTY;
}

static int
remove_object(struct removal *removal, int dir, const struct dirent *entry, unsigned level)
{
	int r = -EISDIR;

	if (entry->d_type != DT_DIR)
		r = unlinkat(dir, entry->d_name, 0) < 0 ? -errno : 0;
	if (r == -EISDIR)
		r = remove_directory(removal, dir, entry->d_name, level);
	/* Gone or exchanged while we looked: the next round sees what it is now. */
	return r == -ENOENT || r == -ENOTDIR || r == -ELOOP ? 0 : r;
}

/* All that one reading of the directory finds. */
static int
remove_contents(struct removal *removal, int dir, unsigned level)
{
	const struct dirent *entry;
	int r = 0, fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d;

	if (fd < 0)
		return -errno;
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return -ENOMEM;
	}
	while (r == 0 && (errno = 0, (entry = readdir(d))))
		if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, ".."))
			r = remove_object(removal, dir, entry, level);
	if (r == 0)
		r = -errno;
	closedir(d);
	return r;
}

static int
remove_top(struct removal *removal, int parent, const char *name)
{
	int round = 0;

	do {
		unsigned moved = removal->moved;
		int r = remove_contents(removal, removal->top, 1);

		if (r < 0)
			return r;
		if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
			return 0;
		if (errno != ENOTEMPTY)
			return -errno;
		round = removal->moved == moved ? round + 1 : 0; /* moving up is progress */
	} while (round < ROUNDS_MAX);
	return -ENOTEMPTY;
}

static int
remove_object_in(int dir, const char *name)
{
	scoped_fd int object = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	scoped_fd int top = -1;
	struct stat st;

	if (object < 0 || fstat(object, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return unlinkat(dir, name, 0) < 0 ? -errno : 0;
	top = open_contents(object);
	if (top < 0)
		return top;
	return remove_top(&(struct removal){.top = top}, dir, name);
}

int
remove_in(int dir, const char *name)
{
	int r = remove_object_in(dir, name);

	return r == -ENOENT ? 0 : r;
}

int
tree_remove(const char *path, struct error *e)
{
	int r = remove_in(AT_FDCWD, path);

	return r < 0 ? error_errno(e, r, "cannot remove %s", path) : 0;
}
