#include "rootfs/tree.h"

#include "base/buf.h"
#include "base/scope.h"
#include "rootfs/owner.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static void
clone_ok(const char *from, const char *to)
{
	scoped_error e = {0};

	if (tree_clone(from, to, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
}

static void
remove_ok(const char *path)
{
	scoped_error e = {0};

	if (tree_remove(path, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	ASSERT(!exists(path));
}

static void
set_mtime(const char *path, time_t seconds)
{
	const struct timespec times[2] = {{seconds, 1}, {seconds, 123456789}};

	ASSERT_EQ(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
}

TEST(clone_copies_everything)
{
	struct stat a, b;

	scratch_enter();
	make_dir("from/empty");
	make_file("from/d/f", "text");
	make_link("from/d/l", "../../outside");
	make_file("outside", "secret");
	make_file("from/zero", "");
	ASSERT_EQ(chmod("from/d/f", 0751), 0);
	ASSERT_EQ(chmod("from/empty", 01777), 0);
	ASSERT_EQ(mkfifo("from/fifo", 0620), 0);
	ASSERT_EQ(chmod("from/fifo", 0620), 0);
	set_mtime("from/d/f", 1000);
	set_mtime("from/d/l", 2000);
	set_mtime("from/d", 3000);
	clone_ok("from", "to");
	ASSERT_EQ(chdir("from"), 0);
	scoped_free char *expected = snapshot(".");
	ASSERT_EQ(chdir("../to"), 0);
	scoped_free char *got = snapshot(".");
	ASSERT_STR(got, expected);
	for (int i = 0; i < 3; i++) {
		static const char *const paths[] = {"../from/d/f", "../from/d/l", "../from/d"};

		ASSERT_EQ(lstat(paths[i], &a), 0);
		ASSERT_EQ(lstat(paths[i] + 8, &b), 0);
		ASSERT_EQ(a.st_mtim.tv_sec, b.st_mtim.tv_sec);
		ASSERT_EQ(a.st_mtim.tv_nsec, b.st_mtim.tv_nsec);
		ASSERT(a.st_ino != b.st_ino);
	}
}

TEST(clone_keeps_hard_links)
{
	struct stat a, b, c;

	scratch_enter();
	make_file("from/bin/one", "same");
	make_dir("from/deep/er");
	ASSERT_EQ(link("from/bin/one", "from/deep/er/two"), 0);
	ASSERT_EQ(link("from/bin/one", "from/zzz"), 0);
	clone_ok("from", "to");
	ASSERT_EQ(stat("to/bin/one", &a), 0);
	ASSERT_EQ(stat("to/deep/er/two", &b), 0);
	ASSERT_EQ(stat("to/zzz", &c), 0);
	ASSERT_EQ(a.st_ino, b.st_ino);
	ASSERT_EQ(a.st_ino, c.st_ino);
	ASSERT_EQ(a.st_nlink, 3);
	ASSERT_EQ(stat("from/zzz", &b), 0);
	ASSERT(a.st_ino != b.st_ino);
}

TEST(clone_keeps_owners)
{
	struct stat st;

	scratch_enter();
	make_file("from/f", "");
	make_dir("from/d");
	make_file("from/host", "");
	ASSERT_EQ(chmod("from/host", 0444), 0);
	scoped_fd int file = open("from/f", O_RDONLY | O_CLOEXEC);
	scoped_fd int dir = open("from/d", O_RDONLY | O_CLOEXEC);
	ASSERT_OK(owner_put(file, &(struct owner){10, 20, 04000}));
	ASSERT_OK(owner_put(dir, &(struct owner){30, 40, 01555}));
	clone_ok("from", "to");
	scoped_fd int file_copy = open("to/f", O_PATH | O_CLOEXEC);
	scoped_fd int dir_copy = open("to/d", O_PATH | O_CLOEXEC);
	scoped_fd int host_copy = open("to/host", O_RDWR | O_CLOEXEC); /* made accessible */
	ASSERT_EQ(fstat(file_copy, &st), 0);
	ASSERT_OK(owner_apply(file_copy, &st));
	if (st.st_uid == 0)
		SKIP("the file system has no user attributes");
	ASSERT_EQ(st.st_uid, 10);
	ASSERT_EQ(st.st_gid, 20);
	ASSERT_EQ(st.st_mode & 07777, 04000);
	ASSERT_EQ(fstat(dir_copy, &st), 0);
	ASSERT_OK(owner_apply(dir_copy, &st));
	ASSERT_EQ(st.st_uid, 30);
	ASSERT_EQ(st.st_mode & 07777, 01555);
	ASSERT(host_copy >= 0);
	ASSERT_EQ(fstat(host_copy, &st), 0);
	ASSERT_OK(owner_apply(host_copy, &st));
	ASSERT_EQ(st.st_mode & 07777, 0444);
}

TEST(clone_big_and_sparse_files)
{
	scoped_free char *data = calloc(1, 300000);
	scoped_free char *copy = calloc(1, 300000);
	struct stat st;

	scratch_enter();
	make_dir("from");
	for (int i = 0; i < 300000; i++)
		data[i] = (char)(i * 7);
	scoped_fd int big = open("from/big", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	scoped_fd int sparse = open("from/sparse", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ASSERT_EQ(write(big, data, 300000), 300000);
	ASSERT_EQ(ftruncate(sparse, 1 << 30), 0);
	ASSERT_EQ(pwrite(sparse, "middle", 6, 500000000), 6);
	clone_ok("from", "to");
	scoped_fd int big_copy = open("to/big", O_RDONLY | O_CLOEXEC);
	scoped_fd int sparse_copy = open("to/sparse", O_RDONLY | O_CLOEXEC);
	ASSERT_EQ(read(big_copy, copy, 300000), 300000);
	ASSERT_EQ(memcmp(data, copy, 300000), 0);
	ASSERT_EQ(fstat(sparse_copy, &st), 0);
	ASSERT_EQ(st.st_size, 1 << 30);
	ASSERT(st.st_blocks < 2048);
	ASSERT_EQ(pread(sparse_copy, copy, 6, 500000000), 6);
	ASSERT_EQ(memcmp(copy, "middle", 6), 0);
}

TEST(clone_failure_leaves_nothing)
{
	scoped_error exists_already = {0}, missing = {0}, deep = {0};

	scratch_enter();
	make_dir("from");
	make_dir("to");
	ASSERT_EQ(tree_clone("from", "to", &exists_already), -EEXIST);
	ASSERT(exists("to"));
	ASSERT_EQ(tree_clone("none", "other", &missing), -ENOENT);
	ASSERT(!exists("other"));
	scoped_fd int at = open("from", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < TREE_DEPTH_MAX + 1; i++) {
		int next;

		ASSERT_EQ(mkdirat(at, "d", 0755), 0);
		next = openat(at, "d", O_RDONLY | O_CLOEXEC);
		close(at);
		at = next;
	}
	ASSERT_EQ(tree_clone("from", "other", &deep), -ENAMETOOLONG);
	ASSERT(!exists("other"));
	remove_ok("from");
}

TEST(remove_takes_all_and_nothing_else)
{
	scratch_enter();
	make_file("outside/f", "keep");
	make_file("t/a/b/c/f", "");
	make_link("t/a/out", "../../outside");
	make_link("t/abs", "/");
	ASSERT_EQ(mkfifo("t/fifo", 0600), 0);
	ASSERT_EQ(chmod("t/a/b", 0), 0);
	ASSERT_EQ(chmod("t", 0), 0);
	scoped_free char *before = snapshot("outside");
	remove_ok("t");
	scoped_free char *after = snapshot("outside");
	ASSERT_STR(after, before);
	remove_ok("t");
	make_file("file", "");
	remove_ok("file");
	make_link("link", "outside");
	remove_ok("link");
	ASSERT(exists("outside/f"));
}

TEST(remove_any_depth)
{
	scratch_enter();
	make_dir("t");
	scoped_fd int at = open("t", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < 2500; i++) { /* more than a path can name */
		int next;

		ASSERT_EQ(mkdirat(at, "d", 0755), 0);
		if (i % 100 == 0)
			ASSERT_EQ(mkdirat(at, ".deep-0", 0755), 0);
		next = openat(at, "d", O_RDONLY | O_CLOEXEC);
		ASSERT(next >= 0);
		close(at);
		at = next;
	}
	remove_ok("t");
}

static atomic_bool stop;

static void *
exchange(void *arg)
{
	(void)arg;
	while (!stop) {
		renameat2(AT_FDCWD, "t/d", AT_FDCWD, "t/evil", RENAME_EXCHANGE);
		mkdir("t/d", 0755);
		if (symlink("../outside", "t/evil") == 0)
			mkdir("t/d/x", 0755);
	}
	return NULL;
}

TEST(remove_while_a_guest_swaps_links_in)
{
	pthread_t thread;

	scratch_enter();
	make_file("outside/x/f", "keep");
	make_file("outside/f", "keep");
	scoped_free char *before = snapshot("outside");
	ASSERT_EQ(mkdir("t", 0755), 0);
	ASSERT_EQ(pthread_create(&thread, NULL, exchange, NULL), 0);
	for (int i = 0; i < 700; i++) {
		tree_remove("t", NULL); /* may meet new files again and again */
		mkdir("t", 0755);
	}
	stop = true;
	pthread_join(thread, NULL);
	scoped_free char *after = snapshot("outside");
	ASSERT_STR(after, before);
	remove_ok("t");
}

TEST(size_counts_links_once)
{
	scoped_error e = {0};
	int64_t size = 0;

	scratch_enter();
	make_file("t/d/f", "12345");
	make_file("t/g", "123");
	ASSERT_EQ(link("t/g", "t/d/h"), 0);
	make_link("t/l", "long target that is not counted");
	make_file("outside", "1234567890");
	make_link("t/out", "../outside");
	ASSERT_OK(tree_size("t", &size, &e));
	ASSERT_EQ(size, 8);
	ASSERT_EQ(tree_size("none", &size, &e), -ENOENT);
}

static int
write_change(void *arg, const char *path, enum tree_change change)
{
	return buf_printf(arg, "%c %s\n", "CAD"[change], path);
}

static char *
differences(const char *const *skip)
{
	scoped_error e = {0};
	scoped_buf out;

	buf_init(&out, 1 << 20);
	if (tree_diff("base", "now", skip, write_change, &out, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	return buf_take(&out);
}

static void
make_base(void)
{
	make_file("base/etc/hosts", "old");
	make_file("base/etc/keep", "same");
	make_file("base/usr/bin/tool", "tool");
	make_file("base/usr/lib/a/deep", "x");
	make_link("base/bin", "usr/bin");
	make_dir("base/tmp");
	set_mtime("base/etc/hosts", 1000);
	set_mtime("base/usr/lib/a/deep", 1000);
	clone_ok("base", "now");
}

TEST(diff_of_a_clone_is_empty)
{
	scratch_enter();
	make_base();
	scoped_free char *text = differences(NULL);
	ASSERT_STR(text, "");
}

TEST(diff_finds_each_kind_of_change)
{
	scratch_enter();
	make_base();
	make_file("now/etc/hosts", "new"); /* same size, other time and contents */
	make_file("now/etc/keep", "same"); /* other time only */
	make_file("now/tmp/new/file", "");
	make_file("now/usr/lib/a/deep", "longer");
	ASSERT_EQ(unlink("now/usr/bin/tool"), 0);
	ASSERT_EQ(unlink("now/bin"), 0);
	make_link("now/bin", "usr/lib");
	make_file("now/a.txt", "");
	make_file("now/a/b", "");
	scoped_free char *text = differences(NULL);
	ASSERT_STR(text, "A /a\n"
			 "A /a/b\n"
			 "A /a.txt\n"
			 "C /bin\n"
			 "C /etc\n"
			 "C /etc/hosts\n"
			 "C /tmp\n"
			 "A /tmp/new\n"
			 "A /tmp/new/file\n"
			 "C /usr\n"
			 "C /usr/bin\n"
			 "D /usr/bin/tool\n"
			 "C /usr/lib\n"
			 "C /usr/lib/a\n"
			 "C /usr/lib/a/deep\n");
}

TEST(diff_of_types_modes_and_owners)
{
	scratch_enter();
	make_base();
	ASSERT_EQ(chmod("now/tmp", 0700), 0);
	remove_ok("now/usr/lib");
	make_file("now/usr/lib", "now a file");
	ASSERT_EQ(unlink("now/etc/keep"), 0);
	make_file("now/etc/keep/inside", "now a directory");
	remove_ok("now/usr/bin");
	scoped_free char *text = differences(NULL);
	ASSERT_STR(text, "C /etc\n"
			 "C /etc/keep\n"
			 "A /etc/keep/inside\n"
			 "C /tmp\n"
			 "C /usr\n"
			 "D /usr/bin\n"
			 "C /usr/lib\n");
}

TEST(diff_sees_owners)
{
	struct stat st;

	scratch_enter();
	make_base();
	scoped_fd int fd = open("now/usr/bin/tool", O_RDONLY | O_CLOEXEC);
	ASSERT_OK(owner_set(fd, 5, 5));
	ASSERT_EQ(fstat(fd, &st), 0);
	ASSERT_OK(owner_apply(fd, &st));
	if (st.st_uid == 0)
		SKIP("the file system has no user attributes");
	scoped_free char *text = differences(NULL);
	ASSERT_STR(text, "C /usr\nC /usr/bin\nC /usr/bin/tool\n");
}

TEST(diff_skips)
{
	static const char *const skip[] = {"/etc", "/usr/bin/tool", "/dev", NULL};

	scratch_enter();
	make_base();
	make_file("now/etc/hosts", "newer");
	make_file("now/dev/null", "");
	ASSERT_EQ(unlink("now/usr/bin/tool"), 0);
	make_file("now/usr/bin/tool2", "");
	scoped_free char *text = differences(skip);
	ASSERT_STR(text, "C /usr\nC /usr/bin\nA /usr/bin/tool2\n");
}

static int
refuse(void *arg, const char *path, enum tree_change change)
{
	(void)path;
	(void)change;
	++*(int *)arg;
	return -ECANCELED;
}

TEST(diff_stops_when_told)
{
	scoped_error e = {0};
	int calls = 0;

	scratch_enter();
	make_base();
	make_file("now/x", "");
	make_file("now/y", "");
	ASSERT_EQ(tree_diff("base", "now", NULL, refuse, &calls, &e), -ECANCELED);
	ASSERT_EQ(calls, 1);
}
