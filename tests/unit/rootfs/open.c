#include "scratch.h"

#include "rootfs/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int
open_at(const struct mount_table *t, const char *path, int flags)
{
	return lookup_open(t, "/", path, flags, 0644, NULL);
}

static int
try(const struct mount_table *t, const char *path, int flags)
{
	int fd = open_at(t, path, flags);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

TEST(open_reads_and_writes)
{
	char text[8] = "";
	int fd;

	scratch_enter();
	make_file("root/d/f", "abc");
	make_link("root/l", "d/f");
	scoped(mount_table) *t = table_with_root();

	fd = open_at(t, "/d/f", O_RDWR | O_CLOEXEC);
	ASSERT_OK(fd);
	ASSERT_EQ(read(fd, text, 7), 3);
	ASSERT_STR(text, "abc");
	ASSERT_EQ(write(fd, "d", 1), 1);
	ASSERT(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	fd = open_at(t, "/l", O_RDONLY);
	ASSERT_EQ(read(fd, text, 7), 4);
	ASSERT(!(fcntl(fd, F_GETFD) & FD_CLOEXEC));
	close(fd);
	ASSERT_EQ(try(t, "/l", O_RDONLY | O_NOFOLLOW), -ELOOP);
	ASSERT_EQ(try(t, "/d", O_RDWR), -EISDIR);
	ASSERT_EQ(try(t, "/d/f", O_RDONLY | O_DIRECTORY), -ENOTDIR);
	ASSERT_EQ(try(t, "/d/f/", O_RDONLY), -ENOTDIR);
	ASSERT_EQ(try(t, "/l/", O_RDONLY), -ENOTDIR);
	ASSERT_EQ(try(t, "/", O_RDONLY | O_DIRECTORY), 0);
	ASSERT_EQ(try(t, "/d/..", O_RDONLY | O_DIRECTORY), 0);
	ASSERT_EQ(try(t, "/none", O_RDONLY), -ENOENT);
}

TEST(open_path_descriptors)
{
	struct stat st;
	int fd;

	scratch_enter();
	make_file("root/f", "");
	make_link("root/l", "f");
	scoped(mount_table) *t = table_with_root();

	fd = open_at(t, "/l", O_PATH | O_NOFOLLOW);
	ASSERT_OK(fd);
	ASSERT_EQ(fstat(fd, &st), 0);
	ASSERT(S_ISLNK(st.st_mode));
	close(fd);
	fd = open_at(t, "/l", O_PATH | O_RDWR | O_TRUNC);
	ASSERT_OK(fd);
	ASSERT_EQ(fstat(fd, &st), 0);
	ASSERT(S_ISREG(st.st_mode));
	close(fd);
}

TEST(open_creates)
{
	bool made = false;
	int fd;

	scratch_enter();
	make_dir("root/d");
	make_link("root/dangling", "d/through");
	scoped(mount_table) *t = table_with_root();

	fd = lookup_open(t, "/d", "new", O_WRONLY | O_CREAT, 0640, &made);
	ASSERT_OK(fd);
	ASSERT(made);
	close(fd);
	ASSERT_EQ(mode_of("root/d/new"), 0640);
	fd = lookup_open(t, "/d", "new", O_WRONLY | O_CREAT | O_TRUNC, 0600, &made);
	ASSERT_OK(fd);
	ASSERT(!made);
	close(fd);
	ASSERT_EQ(try(t, "/d/new", O_WRONLY | O_CREAT | O_EXCL), -EEXIST);
	ASSERT_EQ(try(t, "/dangling", O_WRONLY | O_CREAT | O_EXCL), -EEXIST);
	ASSERT_EQ(try(t, "/dangling", O_WRONLY | O_CREAT | O_NOFOLLOW), -ELOOP);
	ASSERT_EQ(try(t, "/dangling", O_WRONLY | O_CREAT), 0);
	ASSERT(exists("root/d/through"));
	ASSERT_EQ(try(t, "/d", O_RDONLY | O_CREAT), -EISDIR);
	ASSERT_EQ(try(t, "/d/x/", O_WRONLY | O_CREAT), -EISDIR);
	ASSERT_EQ(try(t, "/none/x", O_WRONLY | O_CREAT), -ENOENT);
}

TEST(open_created_stays_accessible)
{
	struct stat st;
	int fd;

	scratch_enter();
	scoped(mount_table) *t = table_with_root();

	umask(0277);
	fd = lookup_open(t, "/", "/locked", O_RDWR | O_CREAT, 06777, NULL);
	ASSERT_OK(fd);
	ASSERT_EQ(fstat(fd, &st), 0);
	ASSERT_EQ(owner_apply(fd, &st), 0);
	close(fd);
	ASSERT_EQ(st.st_mode & 07777, 06500);
	ASSERT_EQ(mode_of("root/locked"), 0700);
	ASSERT_EQ(try(t, "/locked", O_RDWR), 0);
}

TEST(open_temporary_file)
{
	int fd;

	scratch_enter();
	make_dir("root/d");
	scoped(mount_table) *t = table_with_root();

	fd = open_at(t, "/d", O_TMPFILE | O_RDWR);
	if (fd == -EOPNOTSUPP)
		SKIP("the file system has no O_TMPFILE");
	ASSERT_OK(fd);
	ASSERT_EQ(write(fd, "x", 1), 1);
	close(fd);
	mount_ok(t, "/ro", "root/d", MOUNT_READONLY);
	ASSERT_EQ(try(t, "/ro", O_TMPFILE | O_RDWR), -EROFS);
}

TEST(open_readonly_mount)
{
	scratch_enter();
	make_file("volume/f", "abc");
	make_dir("volume/d");
	make_link("volume/l", "f");
	make_link("root/in", "/ro/f");
	make_link("volume/out", "/plain");
	make_file("single", "");
	ASSERT_EQ(mkfifo("volume/fifo", 0600), 0);
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/ro", "volume", MOUNT_READONLY);
	mount_ok(t, "/single", "single", MOUNT_READONLY);
	ASSERT_EQ(try(t, "/ro/f", O_RDONLY), 0);
	ASSERT_EQ(try(t, "/ro/f", O_WRONLY), -EROFS);
	ASSERT_EQ(try(t, "/ro/f", O_RDWR), -EROFS);
	ASSERT_EQ(try(t, "/ro/f", O_RDONLY | O_TRUNC), -EROFS);
	ASSERT_EQ(try(t, "/ro/f", O_RDONLY | O_CREAT), 0);
	ASSERT_EQ(try(t, "/ro/f", O_WRONLY | O_CREAT), -EROFS);
	ASSERT_EQ(try(t, "/ro/f", O_WRONLY | O_CREAT | O_EXCL), -EEXIST);
	ASSERT_EQ(try(t, "/ro/l", O_WRONLY), -EROFS);
	ASSERT_EQ(try(t, "/in", O_WRONLY), -EROFS);
	ASSERT_EQ(try(t, "/ro/../ro/f", O_WRONLY), -EROFS);
	ASSERT_EQ(try(t, "/ro/new", O_WRONLY | O_CREAT), -EROFS);
	ASSERT_EQ(try(t, "/ro/new", O_WRONLY), -ENOENT);
	ASSERT_EQ(try(t, "/ro/d", O_WRONLY), -EISDIR);
	ASSERT_EQ(try(t, "/ro/fifo", O_RDWR), 0);
	ASSERT_EQ(try(t, "/ro/out", O_WRONLY | O_CREAT), 0);
	ASSERT(exists("root/plain"));
	ASSERT_EQ(try(t, "/single", O_WRONLY), -EROFS);
	ASSERT_EQ(try(t, "/single", O_RDONLY), 0);
	ASSERT(!exists("volume/new"));
}

TEST(open_single_file_mount)
{
	int fd;

	scratch_enter();
	make_file("single", "");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/etc/hosts", "single", 0);
	fd = open_at(t, "/etc/hosts", O_WRONLY | O_CREAT | O_TRUNC);
	ASSERT_OK(fd);
	ASSERT_EQ(write(fd, "x", 1), 1);
	close(fd);
	scoped_free char *text = read_text("single");
	ASSERT_STR(text, "x");
}

/* Programs close(0) and open to get 0. */
TEST(open_gives_the_lowest_descriptor)
{
	int expected, fd;

	scratch_enter();
	make_file("root/d/f", "");
	make_link("root/l", "d/f");
	make_file("single", "");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/single", "single", 0);
	expected = dup(0);
	close(expected);
	for (int i = 0; i < 4; i++) {
		static const char *const paths[] = {"/d/f", "/l", "/single", "/d/../new"};

		fd = open_at(t, paths[i], O_RDWR | O_CREAT);
		ASSERT_EQ(fd, expected);
		close(fd);
	}
}
