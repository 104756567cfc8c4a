#include "base/scope.h"
#include "rootfs/owner.h"
#include "rootfs/tree.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* A small userland: a program with three names, files, a link, directories. */
static void
make_trees(void)
{
	scoped_error e = {0};

	scratch_enter();
	make_file("from/bin/box", "program");
	make_dir("from/sbin");
	ASSERT_EQ(link("from/bin/box", "from/bin/sh"), 0);
	ASSERT_EQ(link("from/bin/box", "from/sbin/init"), 0);
	make_file("from/etc/passwd", "root");
	make_file("from/etc/empty", "");
	make_link("from/etc/link", "passwd");
	make_dir("from/tmp");
	ASSERT_EQ(chmod("from/tmp", 01777), 0);
	ASSERT_EQ(mkfifo("from/fifo", 0600), 0);
	ASSERT_OK(tree_clone("from", "to", &e));
}

static char *
all_of(const char *tree)
{
	scoped_fd int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *text;

	ASSERT_EQ(chdir(tree), 0);
	text = snapshot(".");
	ASSERT_EQ(fchdir(here), 0);
	return text;
}

static void
same_times(const char *from, const char *to)
{
	struct stat a, b;

	ASSERT_EQ(lstat(from, &a), 0);
	ASSERT_EQ(lstat(to, &b), 0);
	if (a.st_mtim.tv_sec != b.st_mtim.tv_sec || a.st_mtim.tv_nsec != b.st_mtim.tv_nsec)
		test_fail(__FILE__, __LINE__, "the times of %s and %s differ", from, to);
}

static void
restore_ok(void)
{
	scoped_error e = {0};

	if (tree_restore("from", "to", &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	scoped_free char *expected = all_of("from"), *got = all_of("to");
	ASSERT_STR(got, expected);
	same_times("from", "to");
	same_times("from/bin", "to/bin");
	same_times("from/bin/sh", "to/bin/sh");
	same_times("from/etc", "to/etc");
	same_times("from/etc/passwd", "to/etc/passwd");
	same_times("from/etc/link", "to/etc/link");
	same_times("from/tmp", "to/tmp");
}

static ino_t
inode(const char *path)
{
	struct stat st;

	ASSERT_EQ(lstat(path, &st), 0);
	return st.st_ino;
}

static void
expect_links(const char *path, nlink_t wanted)
{
	struct stat st;

	ASSERT_EQ(lstat(path, &st), 0);
	ASSERT_EQ(st.st_nlink, wanted);
}

TEST(restore_keeps_what_is_equal)
{
	ino_t passwd, box, tmp, link;

	make_trees();
	passwd = inode("to/etc/passwd");
	box = inode("to/sbin/init");
	tmp = inode("to/tmp");
	link = inode("to/etc/link");
	restore_ok();
	ASSERT_EQ(inode("to/etc/passwd"), passwd);
	ASSERT_EQ(inode("to/sbin/init"), box);
	ASSERT_EQ(inode("to/tmp"), tmp);
	ASSERT_EQ(inode("to/etc/link"), link);
	expect_links("to/bin/box", 3);
}

TEST(restore_removes_and_adds)
{
	make_trees();
	make_file("to/tmp/deep/er/file", "x");
	make_link("to/etc/more", "/");
	make_file("to/aaa", "");
	ASSERT_EQ(unlink("to/etc/passwd"), 0);
	ASSERT_EQ(unlink("to/sbin/init"), 0);
	ASSERT_EQ(rmdir("to/sbin"), 0);
	restore_ok();
	expect_links("to/bin/box", 3);
}

/* Size and time as they were: only the contents tell. */
TEST(restore_does_not_trust_times)
{
	struct stat st;
	FILE *f;

	make_trees();
	ASSERT_EQ(stat("to/etc/passwd", &st), 0);
	f = fopen("to/etc/passwd", "we");
	ASSERT(f != NULL);
	ASSERT(fputs("evil", f) >= 0);
	ASSERT_EQ(fclose(f), 0);
	const struct timespec times[2] = {st.st_atim, st.st_mtim};

	ASSERT_EQ(utimensat(AT_FDCWD, "to/etc/passwd", times, 0), 0);
	restore_ok();
}

TEST(restore_replaces_other_kinds)
{
	make_trees();
	ASSERT_EQ(unlink("to/etc/passwd"), 0);
	make_file("to/etc/passwd/inside", "x");
	ASSERT_EQ(unlink("to/etc/link"), 0);
	make_link("to/etc/link", "empty");
	ASSERT_EQ(rmdir("to/tmp"), 0);
	make_link("to/tmp", "/tmp");
	ASSERT_EQ(unlink("to/bin/sh"), 0);
	make_file("to/bin/sh", "program");
	ASSERT_EQ(unlink("to/fifo"), 0);
	make_file("to/fifo", "");
	restore_ok();
	expect_links("to/bin/box", 3);
}

TEST(restore_sets_modes_owners_and_times_back)
{
	scoped_fd int file = -1, dir = -1;
	struct stat st = {0};

	make_trees();
	ASSERT_EQ(chmod("to/etc/empty", 0666), 0);
	ASSERT_EQ(chmod("to/tmp", 0700), 0);
	const struct timespec times[2] = {{1, 0}, {1, 0}};

	ASSERT_EQ(utimensat(AT_FDCWD, "to", times, 0), 0);
	file = open("to/etc/passwd", O_RDONLY | O_CLOEXEC);
	dir = open("to/etc", O_RDONLY | O_CLOEXEC);
	ASSERT_OK(owner_set(file, 1000, 1000));
	ASSERT_OK(owner_set(dir, 1000, 1000));
	restore_ok();
	close(take_fd(file));
	close(take_fd(dir));
	file = open("to/etc/passwd", O_PATH | O_CLOEXEC);
	dir = open("to/etc", O_PATH | O_CLOEXEC);
	ASSERT_EQ(fstat(file, &st), 0);
	ASSERT_OK(owner_apply(file, &st));
	ASSERT_EQ(st.st_uid, 0);
	ASSERT_EQ(fstat(dir, &st), 0);
	ASSERT_OK(owner_apply(dir, &st));
	ASSERT_EQ(st.st_uid, 0);
}

/* Through another name somebody could write to it later. */
TEST(restore_gives_up_files_with_a_name_elsewhere)
{
	make_trees();
	ASSERT_EQ(link("to/etc/passwd", "kept"), 0);
	ASSERT_EQ(link("to/bin/sh", "program"), 0);
	restore_ok();
	ASSERT(inode("to/etc/passwd") != inode("kept"));
	ASSERT(inode("to/bin/sh") != inode("program"));
	expect_links("kept", 1);
	expect_links("program", 1);
	expect_links("to/bin/box", 3);
}

TEST(restore_fails_without_a_tree)
{
	scoped_error e = {0}, other = {0};

	make_trees();
	ASSERT_EQ(tree_restore("missing", "to", &e), -ENOENT);
	make_link("elsewhere", "to");
	ASSERT_EQ(tree_restore("from", "elsewhere", &other), -ENOTDIR);
}
