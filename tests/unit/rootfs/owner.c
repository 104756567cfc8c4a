#include "rootfs/owner.h"

#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ATTRIBUTE "user.sockerless.owner"

static int
open_path(const char *path)
{
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	ASSERT(fd >= 0);
	return fd;
}

/* "UID:GID MODE" as the guest sees it. */
static const char *
seen(int fd)
{
	static char text[64];
	struct stat st;

	ASSERT_EQ(fstat(fd, &st), 0);
	ASSERT_EQ(owner_apply(fd, &st), 0);
	snprintf(text, sizeof text, "%u:%u %o", st.st_uid, st.st_gid, st.st_mode & 07777);
	return text;
}

static const char *
attribute(const char *path)
{
	static char text[64];
	ssize_t n = lgetxattr(path, ATTRIBUTE, text, sizeof text - 1);

	if (n < 0)
		return strerrorname_np(errno);
	text[n] = '\0';
	return text;
}

static void
need_attributes(void)
{
	make_file("probe", "");
	if (setxattr("probe", ATTRIBUTE, "x", 1, 0) < 0 && errno == EOPNOTSUPP)
		SKIP("the file system has no user attributes");
}

TEST(owner_default_is_root)
{
	scratch_enter();
	make_file("f", "");
	scoped_fd int fd = open_path("f");

	ASSERT_STR(seen(fd), "0:0 644");
	ASSERT_STR(attribute("f"), "ENODATA");
}

TEST(owner_set_is_kept_only_when_it_differs)
{
	scratch_enter();
	need_attributes();
	make_file("f", "");
	scoped_fd int fd = open_path("f");

	ASSERT_OK(owner_set(fd, 1000, UINT32_MAX));
	ASSERT_STR(seen(fd), "1000:0 644");
	ASSERT_STR(attribute("f"), "1000:0");
	ASSERT_OK(owner_set(fd, UINT32_MAX, 50));
	ASSERT_STR(seen(fd), "1000:50 644");
	ASSERT_OK(owner_set(fd, 0, 0));
	ASSERT_STR(seen(fd), "0:0 644");
	ASSERT_STR(attribute("f"), "ENODATA");
}

TEST(owner_through_an_open_file)
{
	scratch_enter();
	need_attributes();
	make_file("f", "");
	scoped_fd int fd = open("f", O_RDWR | O_CLOEXEC);

	ASSERT_OK(owner_set(fd, 7, 8));
	ASSERT_OK(owner_chmod(fd, 0400));
	ASSERT_STR(seen(fd), "7:8 400");
}

TEST(owner_modes_never_lock_the_host_out)
{
	scratch_enter();
	need_attributes();
	make_file("f", "");
	make_dir("d");
	scoped_fd int file = open_path("f");
	scoped_fd int dir = open_path("d");

	ASSERT_OK(owner_chmod(file, 0));
	ASSERT_STR(seen(file), "0:0 0");
	ASSERT_EQ(mode_of("f"), 0600);
	ASSERT_STR(attribute("f"), "0:0:0");
	ASSERT_OK(owner_chmod(file, 0755));
	ASSERT_STR(seen(file), "0:0 755");
	ASSERT_EQ(mode_of("f"), 0755);
	ASSERT_STR(attribute("f"), "ENODATA");
	ASSERT_OK(owner_chmod(dir, 01055));
	ASSERT_STR(seen(dir), "0:0 1055");
	ASSERT_EQ(mode_of("d"), 01755);
}

TEST(owner_set_id_bits_stay_off_the_disk)
{
	scratch_enter();
	need_attributes();
	make_file("f", "");
	make_dir("d");
	scoped_fd int file = open_path("f");
	scoped_fd int dir = open_path("d");

	ASSERT_OK(owner_chmod(file, 06755));
	ASSERT_STR(seen(file), "0:0 6755");
	ASSERT_EQ(mode_of("f"), 0755);
	ASSERT_OK(owner_chmod(dir, 02775));
	ASSERT_STR(seen(dir), "0:0 2775");
	ASSERT_EQ(mode_of("d"), 0775);
	/* chown(2) takes them from a program, not from a directory. */
	ASSERT_OK(owner_set(file, 5, 5));
	ASSERT_STR(seen(file), "5:5 755");
	ASSERT_OK(owner_set(dir, 5, 5));
	ASSERT_STR(seen(dir), "5:5 2775");
}

TEST(owner_follows_chmod_on_the_host)
{
	scratch_enter();
	need_attributes();
	make_file("f", "");
	scoped_fd int fd = open_path("f");

	ASSERT_OK(owner_set(fd, 9, 9));
	ASSERT_EQ(chmod("f", 0600), 0);
	ASSERT_STR(seen(fd), "9:9 600");
}

TEST(owner_of_a_file_readonly_on_disk)
{
	scratch_enter();
	need_attributes();
	make_file("f", "");
	ASSERT_EQ(chmod("f", 0444), 0);
	scoped_fd int fd = open_path("f");

	ASSERT_STR(seen(fd), "0:0 444");
	ASSERT_OK(owner_set(fd, 3, 4));
	ASSERT_STR(seen(fd), "3:4 444");
	ASSERT_EQ(mode_of("f"), 0644);
}

TEST(owner_of_other_kinds_is_the_default)
{
	scratch_enter();
	make_link("l", "nowhere");
	ASSERT_EQ(mkfifo("p", 0640), 0);
	scoped_fd int link = open_path("l");
	scoped_fd int fifo = open_path("p");

	ASSERT_OK(owner_set(link, 1, 1));
	ASSERT_STR(seen(link), "0:0 777");
	ASSERT_EQ(owner_chmod(link, 0600), -EOPNOTSUPP);
	ASSERT_OK(owner_set(fifo, 1, 1));
	ASSERT_OK(owner_chmod(fifo, 0622));
	ASSERT_STR(seen(fifo), "0:0 622");
}

TEST(owner_put_and_created)
{
	struct owner o = {12, 34, 02510};

	scratch_enter();
	need_attributes();
	make_file("f", "");
	ASSERT_EQ(mkdir("d", 0), 0);
	scoped_fd int file = open_path("f");
	scoped_fd int dir = open_path("d");

	ASSERT_OK(owner_put(file, &o));
	ASSERT_STR(seen(file), "12:34 2510");
	ASSERT_EQ(mode_of("f"), 0710);
	ASSERT_OK(owner_created(dir, 02000));
	ASSERT_STR(seen(dir), "0:0 2000");
	ASSERT_EQ(mode_of("d"), 0700);
}

TEST(owner_ignores_foreign_attributes)
{
	static const char *const junk[] = {"", "x", "1", "1:", ":", "1:2:", "1:2:9", "1:2:77777",
		"1:2:644x", "-1:2", "4294967295:0", "99999999999999999999:0", " 1:2", "1:2 "};

	scratch_enter();
	need_attributes();
	make_file("f", "");
	scoped_fd int fd = open_path("f");

	for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
		ASSERT_EQ(setxattr("f", ATTRIBUTE, junk[i], strlen(junk[i]), 0), 0);
		ASSERT_STR(seen(fd), "0:0 644");
	}
	ASSERT_EQ(setxattr("f", ATTRIBUTE, "1:2:4711", 8, 0), 0);
	ASSERT_STR(seen(fd), "1:2 4711");
}

TEST(owner_access_is_the_kernels_rule)
{
	struct stat st = {.st_mode = S_IFREG | 0640, .st_uid = 10, .st_gid = 20};
	const uint32_t groups[] = {5, 20};

	ASSERT_EQ(owner_access(&st, 0, 0, NULL, 0, R_OK | W_OK), 0);
	ASSERT_EQ(owner_access(&st, 0, 0, NULL, 0, X_OK), -EACCES);
	ASSERT_EQ(owner_access(&st, 10, 1, NULL, 0, R_OK | W_OK), 0);
	ASSERT_EQ(owner_access(&st, 11, 20, NULL, 0, R_OK), 0);
	ASSERT_EQ(owner_access(&st, 11, 20, NULL, 0, W_OK), -EACCES);
	ASSERT_EQ(owner_access(&st, 11, 1, groups, 2, R_OK), 0);
	ASSERT_EQ(owner_access(&st, 11, 1, groups, 1, R_OK), -EACCES);
	ASSERT_EQ(owner_access(&st, 11, 1, NULL, 0, F_OK), 0);
	st.st_mode = S_IFREG | 0066;
	ASSERT_EQ(owner_access(&st, 10, 20, NULL, 0, R_OK), -EACCES);
	st.st_mode = S_IFDIR;
	ASSERT_EQ(owner_access(&st, 0, 0, NULL, 0, X_OK), 0);
}
