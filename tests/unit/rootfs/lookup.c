#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* "GUEST" of what path leads to, or the error's name; with " missing" if only the parent is there. */
static const char *
at(const struct mount_table *t, const char *cwd, const char *path, unsigned flags)
{
	static char text[PATH_MAX + 16];
	struct place p;
	int r = lookup(t, cwd, path, flags, &p);
	struct stat by_fd, by_name;

	if (r < 0) {
		ASSERT_EQ(p.dir, -1);
		ASSERT_EQ(p.fd, -1);
		return strerrorname_np(-r);
	}
	snprintf(text, sizeof text, "%s%s", p.guest, p.fd < 0 ? " missing" : "");
	ASSERT_EQ(p.dir >= 0, !(flags & LOOKUP_OBJECT) && !(p.mount->flags & MOUNT_VIRTUAL));
	if (p.dir >= 0 && p.fd >= 0 && !(p.mount->flags & MOUNT_FILE)) {
		ASSERT_EQ(fstat(p.fd, &by_fd), 0);
		ASSERT_EQ(fstatat(p.dir, p.name, &by_name, AT_SYMLINK_NOFOLLOW), 0);
		ASSERT_EQ(by_fd.st_ino, by_name.st_ino);
	}
	place_clear(&p);
	return text;
}

static const char *
at_root(const struct mount_table *t, const char *path)
{
	static char text[PATH_MAX + 16];

	/* The two ways of looking must agree. */
	snprintf(text, sizeof text, "%s", at(t, "/", path, LOOKUP_OBJECT));
	ASSERT_STR(at(t, "/", path, 0), text);
	return text;
}

TEST(lookup_plain_paths)
{
	scratch_enter();
	make_file("root/etc/motd", "hi");
	make_dir("root/usr/share");
	scoped(mount_table) *t = table_with_root();

	ASSERT_STR(at_root(t, "/"), "/");
	ASSERT_STR(at_root(t, "//"), "/");
	ASSERT_STR(at_root(t, "/etc"), "/etc");
	ASSERT_STR(at_root(t, "/etc/motd"), "/etc/motd");
	ASSERT_STR(at_root(t, "//etc///motd"), "/etc/motd");
	ASSERT_STR(at_root(t, "/./etc/./motd"), "/etc/motd");
	ASSERT_STR(at_root(t, "/etc/"), "/etc");
	ASSERT_STR(at_root(t, "/etc/."), "/etc");
	ASSERT_STR(at_root(t, "etc/motd"), "/etc/motd");
	ASSERT_STR(at(t, "/etc", "motd", 0), "/etc/motd");
	ASSERT_STR(at(t, "/etc/", "motd", 0), "/etc/motd");
	ASSERT_STR(at(t, "/etc", ".", 0), "/etc");
	ASSERT_STR(at(t, "/etc", "./", 0), "/etc");
}

TEST(lookup_errors_are_the_kernels)
{
	char longer[PATH_MAX + 10], name[NAME_MAX + 3];

	scratch_enter();
	make_file("root/file", "");
	make_link("root/loop", "loop");
	make_link("root/a", "b");
	make_link("root/b", "a");
	scoped(mount_table) *t = table_with_root();

	ASSERT_STR(at_root(t, ""), "ENOENT");
	ASSERT_STR(at_root(t, "/none"), "ENOENT");
	ASSERT_STR(at_root(t, "/none/x"), "ENOENT");
	ASSERT_STR(at_root(t, "/none/.."), "ENOENT");
	ASSERT_STR(at_root(t, "/file/"), "ENOTDIR");
	ASSERT_STR(at_root(t, "/file/."), "ENOTDIR");
	ASSERT_STR(at_root(t, "/file/.."), "ENOTDIR");
	ASSERT_STR(at_root(t, "/file/x"), "ENOTDIR");
	ASSERT_STR(at_root(t, "/loop"), "ELOOP");
	ASSERT_STR(at_root(t, "/a/x"), "ELOOP");
	memset(longer, 'x', sizeof longer);
	longer[0] = '/';
	longer[sizeof longer - 1] = '\0';
	ASSERT_STR(at_root(t, longer), "ENAMETOOLONG");
	memset(name, 'x', sizeof name);
	name[0] = '/';
	name[sizeof name - 1] = '\0';
	ASSERT_STR(at_root(t, name), "ENAMETOOLONG");
	name[NAME_MAX + 1] = '\0';
	ASSERT_STR(at_root(t, name), "ENOENT");
}

TEST(lookup_parents)
{
	scratch_enter();
	make_dir("root/a/b");
	make_file("outside", "secret");
	scoped(mount_table) *t = table_with_root();

	ASSERT_STR(at_root(t, "/.."), "/");
	ASSERT_STR(at_root(t, "/../.."), "/");
	ASSERT_STR(at_root(t, "/../outside"), "ENOENT");
	ASSERT_STR(at_root(t, "../../../outside"), "ENOENT");
	ASSERT_STR(at_root(t, "/a/b/.."), "/a");
	ASSERT_STR(at_root(t, "/a/b/../"), "/a");
	ASSERT_STR(at_root(t, "/a/../a/./b/../../a/b"), "/a/b");
	ASSERT_STR(at(t, "/a/b", "..", 0), "/a");
	ASSERT_STR(at(t, "/a/b", "../..", 0), "/");
	ASSERT_STR(at(t, "/a/b", "../../a", 0), "/a");
	ASSERT_STR(at(t, "/a/b", "./../b", 0), "/a/b");
}

TEST(lookup_symlinks)
{
	scratch_enter();
	make_file("root/usr/bin/busybox", "");
	make_link("root/bin", "usr/bin");
	make_link("root/usr/bin/ls", "busybox");
	make_link("root/abs", "/usr/bin/ls");
	make_link("root/up", "../../../usr");
	make_link("root/usr/back", "..");
	make_link("root/dangling", "/usr/new");
	make_link("root/slash", "usr/");
	scoped(mount_table) *t = table_with_root();

	ASSERT_STR(at_root(t, "/bin/ls"), "/usr/bin/busybox");
	ASSERT_STR(at(t, "/", "/bin/ls", LOOKUP_NOFOLLOW), "/usr/bin/ls");
	ASSERT_STR(at(t, "/", "/bin", LOOKUP_NOFOLLOW), "/bin");
	ASSERT_STR(at(t, "/", "/bin/", LOOKUP_NOFOLLOW), "/usr/bin");
	ASSERT_STR(at(t, "/", "/bin/.", LOOKUP_NOFOLLOW), "/usr/bin");
	ASSERT_STR(at(t, "/", "/bin/..", LOOKUP_NOFOLLOW), "/usr");
	ASSERT_STR(at_root(t, "/abs"), "/usr/bin/busybox");
	ASSERT_STR(at_root(t, "/abs/"), "ENOTDIR");
	ASSERT_STR(at_root(t, "/up/bin"), "/usr/bin");
	ASSERT_STR(at_root(t, "/usr/back/usr/back/bin/ls"), "/usr/bin/busybox");
	ASSERT_STR(at_root(t, "/bin/../back"), "/");
	ASSERT_STR(at_root(t, "/slash"), "/usr");
	ASSERT_STR(at_root(t, "/slash/bin"), "/usr/bin");
	ASSERT_STR(at_root(t, "/dangling"), "ENOENT");
	ASSERT_STR(at(t, "/", "/dangling", LOOKUP_PARENT), "/usr/new missing");
	ASSERT_STR(at(t, "/", "/dangling", LOOKUP_PARENT | LOOKUP_NOFOLLOW), "/dangling");
	ASSERT_STR(at(t, "/", "/bin/", LOOKUP_PARENT | LOOKUP_NOFOLLOW), "/bin");
}

TEST(lookup_follows_forty_links)
{
	char path[32], target[32];

	scratch_enter();
	make_file("root/0", "");
	for (int i = 1; i <= 41; i++) {
		snprintf(path, sizeof path, "root/%d", i);
		snprintf(target, sizeof target, "%d", i - 1);
		make_link(path, target);
	}
	scoped(mount_table) *t = table_with_root();

	ASSERT_STR(at_root(t, "/40"), "/0");
	ASSERT_STR(at_root(t, "/41"), "ELOOP");
}

TEST(lookup_missing_last)
{
	struct place p;

	scratch_enter();
	make_dir("root/d");
	make_file("root/f", "");
	scoped(mount_table) *t = table_with_root();

	ASSERT_STR(at(t, "/", "/d/new", LOOKUP_PARENT), "/d/new missing");
	ASSERT_STR(at(t, "/", "/d/new/", LOOKUP_PARENT), "/d/new missing");
	ASSERT_STR(at(t, "/", "/d/new/x", LOOKUP_PARENT), "ENOENT");
	ASSERT_STR(at(t, "/", "/f/new", LOOKUP_PARENT), "ENOTDIR");
	ASSERT_STR(at(t, "/", "/new/.", LOOKUP_PARENT), "ENOENT");
	ASSERT_STR(at(t, "/", "/d/.", LOOKUP_PARENT), "/d");
	ASSERT_STR(at(t, "/", "/new", LOOKUP_PARENT), "/new missing");

	ASSERT_OK(lookup(t, "/d", "new/", LOOKUP_PARENT, &p));
	ASSERT(p.slash);
	ASSERT_STR(p.name, "new");
	ASSERT_EQ(mkdirat(p.dir, p.name, 0755), 0);
	place_clear(&p);
	ASSERT(exists("root/d/new"));

	ASSERT_OK(lookup(t, "/", "/", LOOKUP_PARENT, &p));
	ASSERT_STR(p.name, ".");
	ASSERT(place_is_mount(&p));
	place_clear(&p);
}

TEST(lookup_descriptors_close_on_exec)
{
	struct place p;

	scratch_enter();
	make_file("root/d/f", "");
	scoped(mount_table) *t = table_with_root();

	ASSERT_OK(lookup(t, "/", "/d/f", 0, &p));
	ASSERT(fcntl(p.fd, F_GETFD) & FD_CLOEXEC);
	ASSERT(fcntl(p.dir, F_GETFD) & FD_CLOEXEC);
	place_clear(&p);
	ASSERT_OK(lookup(t, "/", "/", 0, &p));
	ASSERT(fcntl(p.fd, F_GETFD) & FD_CLOEXEC);
	ASSERT(fcntl(p.dir, F_GETFD) & FD_CLOEXEC);
	place_clear(&p);
}

TEST(lookup_across_mounts)
{
	struct place p;

	scratch_enter();
	make_dir("root/usr");
	make_file("volume/sub/file", "");
	make_link("volume/to-root", "/usr");
	make_link("volume/to-self", "/data/sub");
	make_link("volume/up", "../usr");
	make_link("volume/far-up", "../../../../usr");
	make_link("root/alias", "/data/sub");
	make_link("root/rel", "data/to-root");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/data", "volume", 0);
	ASSERT_STR(at_root(t, "/data"), "/data");
	ASSERT_STR(at_root(t, "/data/.."), "/");
	ASSERT_STR(at_root(t, "/data/../usr"), "/usr");
	ASSERT_STR(at_root(t, "/data/sub/../../usr"), "/usr");
	ASSERT_STR(at_root(t, "/data/to-root"), "/usr");
	ASSERT_STR(at_root(t, "/data/to-self/file"), "/data/sub/file");
	ASSERT_STR(at_root(t, "/data/up"), "/usr");
	ASSERT_STR(at_root(t, "/data/far-up"), "/usr");
	ASSERT_STR(at_root(t, "/alias/file"), "/data/sub/file");
	ASSERT_STR(at_root(t, "/rel"), "/usr");
	ASSERT_STR(at(t, "/data/sub", "../../usr", 0), "/usr");
	ASSERT_STR(at(t, "/data", "..", 0), "/");

	ASSERT_OK(lookup(t, "/", "/alias/file", 0, &p));
	ASSERT(p.mount == mount_at(t, 1));
	ASSERT(!place_is_mount(&p));
	place_clear(&p);
	ASSERT_OK(lookup(t, "/", "/data", LOOKUP_PARENT, &p));
	ASSERT(place_is_mount(&p));
	ASSERT_STR(p.name, ".");
	place_clear(&p);
}

TEST(lookup_nested_mounts)
{
	scratch_enter();
	make_file("a/one", "");
	make_file("b/two", "");
	make_file("single", "");
	make_dir("root/database");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/data", "a", 0);
	mount_ok(t, "/data/in/ner", "b", 0);
	mount_ok(t, "/data/in/file", "single", 0);
	ASSERT(exists("a/in/ner"));
	ASSERT_STR(at_root(t, "/data/one"), "/data/one");
	ASSERT_STR(at_root(t, "/data/in"), "/data/in");
	ASSERT_STR(at_root(t, "/data/in/ner/two"), "/data/in/ner/two");
	ASSERT_STR(at_root(t, "/data/in/ner/../../one"), "/data/one");
	ASSERT_STR(at_root(t, "/data/in/file"), "/data/in/file");
	ASSERT_STR(at_root(t, "/data/in/file/"), "ENOTDIR");
	ASSERT_STR(at_root(t, "/data/in/file/x"), "ENOTDIR");
	ASSERT_STR(at_root(t, "/data/in/file/.."), "ENOTDIR");
	ASSERT_STR(at_root(t, "/database"), "/database");
}

TEST(lookup_stops_at_virtual_mounts)
{
	struct place p;

	scratch_enter();
	make_dir("shm");
	make_link("root/etc/mtab", "../proc/self/mounts");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/proc", "", MOUNT_VIRTUAL);
	mount_ok(t, "/dev", "", MOUNT_VIRTUAL);
	mount_ok(t, "/dev/shm", "shm", 0);
	ASSERT(exists("root/proc"));
	ASSERT_OK(lookup(t, "/", "/proc/self/../fd/", LOOKUP_PARENT, &p));
	ASSERT_STR(p.guest, "/proc/self/../fd/");
	ASSERT_STR(p.mount->guest, "/proc");
	ASSERT_EQ(p.fd, -1);
	ASSERT_OK(lookup(t, "/", "/proc/self/", 0, &p));
	ASSERT_STR(p.guest, "/proc/self");
	ASSERT(p.slash);
	ASSERT_OK(lookup(t, "/", "/etc/mtab", 0, &p));
	ASSERT_STR(p.guest, "/proc/self/mounts");
	ASSERT_OK(lookup(t, "/proc/self", "fd", LOOKUP_NOFOLLOW, &p));
	ASSERT_STR(p.guest, "/proc/self/fd");
	ASSERT_STR(at_root(t, "/proc/.."), "/proc/.. missing");
	ASSERT_STR(at_root(t, "/dev/shm"), "/dev/shm");
	ASSERT_OK(lookup(t, "/", "/dev/shm/../null", 0, &p));
	ASSERT_STR(p.guest, "/dev/null");
	ASSERT_STR(p.mount->guest, "/dev");
	ASSERT_EQ(lookup_open(t, "/", "/proc/self", O_RDONLY, 0, NULL), -EXDEV);
	ASSERT_EQ(lookup_open(t, "/", "/proc/self", O_RDWR | O_CREAT, 0600, NULL), -EXDEV);
}
