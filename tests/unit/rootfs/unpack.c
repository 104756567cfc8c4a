/* Archives that mean harm, and some that do not. */
#include "base/scope.h"
#include "blocks.h"
#include "memory.h"
#include "rootfs/archive.h"
#include "rootfs/owner.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static int
unpack(const struct mount_table *t, const char *path, unsigned flags,
	const struct unpack_limits *limits, const struct buf *archive, struct error *e)
{
	struct memory m = {.data = archive->data, .n = archive->len, .piece = 1000};

	return archive_unpack(t, path, flags, limits, memory_source, &m, e);
}

static void
unpack_ok(const struct mount_table *t, const char *path, unsigned flags, const struct buf *archive)
{
	scoped_error e = {0};

	if (unpack(t, path, flags, NULL, archive, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
}

/* Fails with r and a message that has text in it. */
static void
unpack_fails(const struct mount_table *t, const char *path, const struct buf *archive, int r,
	const char *text)
{
	scoped_error e = {0};

	ASSERT_EQ(unpack(t, path, 0, NULL, archive, &e), r);
	if (!strstr(error_message(&e), text))
		test_fail(
			__FILE__, __LINE__, "\"%s\" does not say \"%s\"", error_message(&e), text);
}

static void
add_file(struct buf *out, const char *name, const char *text)
{
	block_header(out, name, '0', "", (int64_t)strlen(text));
	block_data(out, text, strlen(text));
}

/* A tree beside the root that must never change. */
static char *
canary(void)
{
	make_file("canary/file", "secret");
	make_dir("canary/dir");
	return snapshot("canary");
}

static void
check_canary(const char *before)
{
	scoped_free char *after = snapshot("canary");

	ASSERT_STR(after, before);
}

#define ARCHIVE(name)    \
	scoped_buf name; \
	buf_init(&name, 1 << 20)

TEST(unpack_makes_every_kind)
{
	struct stat st, hard;

	scratch_enter();
	make_dir("root/tmp");
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	block_header(&a, "d/", '5', "", 0);
	add_file(&a, "d/f", "text");
	block_header(&a, "d/l", '2', "f", 0);
	block_header(&a, "d/h", '1', "d/f", 0);
	block_header(&a, "d/p", '6', "", 0);
	add_file(&a, "no/parents/f", "");
	add_file(&a, "/abs", "inside");
	add_file(&a, "./x/../y", "");
	block_end(&a);
	unpack_ok(t, "/tmp", 0, &a);
	scoped_free char *text = snapshot("root/tmp");
	ASSERT_STR(text, "100644 root/tmp/abs: inside\n"
			 "40744 root/tmp/d\n"
			 "100644 root/tmp/d/f: text\n"
			 "100644 root/tmp/d/h: text\n"
			 "120777 root/tmp/d/l -> f\n"
			 "10644 root/tmp/d/p\n"
			 "40755 root/tmp/no\n"
			 "40755 root/tmp/no/parents\n"
			 "100644 root/tmp/no/parents/f: \n"
			 "100644 root/tmp/y: \n");
	ASSERT_EQ(stat("root/tmp/d/f", &st), 0);
	ASSERT_EQ(stat("root/tmp/d/h", &hard), 0);
	ASSERT_EQ(st.st_ino, hard.st_ino);
	ASSERT_EQ(st.st_mtim.tv_sec, 014000000000);
	ASSERT_EQ(stat("root/tmp/d", &st), 0);
	ASSERT_EQ(st.st_mtim.tv_sec, 014000000000); /* though files were added after it */
}

static struct stat
seen(const char *path)
{
	scoped_fd int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	ASSERT_EQ(fstat(fd, &st), 0);
	ASSERT_OK(owner_apply(fd, &st));
	return st;
}

TEST(unpack_owners)
{
	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	block_pax(&a, "uid", "70000");
	block_header(&a, "f", '0', "", 0);
	block_end(&a);
	unpack_ok(t, "/", 0, &a);
	ASSERT_EQ(seen("root/f").st_uid, 0);
	unpack_ok(t, "/", UNPACK_COPY_OWNER, &a);
	if (seen("root/f").st_uid == 0)
		SKIP("the file system has no user attributes");
	ASSERT_EQ(seen("root/f").st_uid, 70000);
}

TEST(unpack_replaces)
{
	scratch_enter();
	make_file("root/a", "old and longer");
	make_file("root/keep/x", "stays");
	make_file("root/dir/sub/x", "goes");
	make_link("root/l", "a");
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	add_file(&a, "a", "new");
	add_file(&a, "a", "newer");
	block_header(&a, "keep", '5', "", 0);
	add_file(&a, "dir", "a file now");
	add_file(&a, "l", "not through the link");
	block_end(&a);
	unpack_ok(t, "/", 0, &a);
	scoped_free char *text = snapshot("root");
	ASSERT_STR(text, "100644 root/a: newer\n"
			 "100644 root/dir: a file now\n"
			 "40744 root/keep\n"
			 "100644 root/keep/x: stays\n"
			 "100644 root/l: not through the link\n");
}

TEST(unpack_does_not_replace_when_told)
{
	scoped_error over_dir = {0}, over_file = {0};

	scratch_enter();
	make_file("root/dst/dir/x", "");
	make_file("root/dst/file", "");
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(file);
	add_file(&file, "dir", "");
	block_end(&file);
	ARCHIVE(dir);
	block_header(&dir, "file", '5', "", 0);
	block_end(&dir);
	ASSERT(unpack(t, "/dst", UNPACK_NO_OVERWRITE_DIR_NON_DIR, NULL, &file, &over_dir) < 0);
	ASSERT_STR(over_dir.message,
		"cannot overwrite directory \"/dst/dir\" with non-directory \"/dst\"");
	ASSERT(unpack(t, "/dst", UNPACK_NO_OVERWRITE_DIR_NON_DIR, NULL, &dir, &over_file) < 0);
	ASSERT_STR(over_file.message,
		"cannot overwrite non-directory \"/dst/file\" with directory \"/dst\"");
	ASSERT(exists("root/dst/dir/x"));
	unpack_ok(t, "/dst", 0, &dir);
	ASSERT_EQ(mode_of("root/dst/file"), 0744);
}

TEST(unpack_destinations)
{
	scoped_error none = {0}, file = {0}, ro = {0}, ro_root = {0};

	scratch_enter();
	make_file("root/file", "");
	make_dir("root/real");
	make_link("root/link", "real");
	make_dir("volume/d");
	scoped(mount_table) *t = table_with_root();
	scoped(mount_table) *fixed = mount_table_new();
	ARCHIVE(a);
	add_file(&a, "x", "");
	block_end(&a);

	mount_ok(t, "/vol", "volume", MOUNT_READONLY);
	ASSERT_EQ(unpack(t, "/none", 0, NULL, &a, &none), -ENOENT);
	ASSERT_EQ(none.kind, ERROR_NOT_FOUND);
	ASSERT_EQ(unpack(t, "/file", 0, NULL, &a, &file), -ENOTDIR);
	ASSERT_STR(file.message, "extraction point is not a directory");
	ASSERT_EQ(unpack(t, "/vol/d", 0, NULL, &a, &ro), -EROFS);
	ASSERT_EQ(ro.kind, ERROR_FORBIDDEN);
	ASSERT_STR(ro.message, "mounted volume is marked read-only");
	mount_ok(fixed, "/", "root", MOUNT_READONLY);
	ASSERT_EQ(unpack(fixed, "/real", 0, NULL, &a, &ro_root), -EROFS);
	ASSERT_STR(ro_root.message, "container rootfs is marked read-only");
	ASSERT(!exists("root/real/x"));
	unpack_ok(t, "/link", 0, &a);
	ASSERT(exists("root/real/x"));
}

TEST(unpack_names_that_lead_out)
{
	static const char *const names[] = {
		"../canary/file", "a/../../canary/file", "..", "./../canary/new", "x/../.."};

	scratch_enter();
	make_dir("root/tmp");
	scoped(mount_table) *t = table_with_root();
	scoped_free char *before = canary();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ARCHIVE(a);
		add_file(&a, names[i], "evil");
		block_end(&a);
		unpack_fails(t, "/tmp", &a, -EXDEV, "is outside of \"/tmp\"");
		unpack_fails(t, "/", &a, -EXDEV, "is outside of \"/\"");
	}
	ARCHIVE(absolute);
	add_file(&absolute, "/../../canary/file", "inside");
	block_end(&absolute);
	unpack_ok(t, "/tmp", 0, &absolute);
	ASSERT(exists("root/tmp/canary/file"));
	check_canary(before);
}

TEST(unpack_links_that_lead_out)
{
	char here[PATH_MAX], outside[PATH_MAX + 16];

	scratch_enter();
	make_dir("root/tmp");
	make_dir("root/etc");
	make_dir("volume");
	ASSERT(getcwd(here, sizeof here));
	snprintf(outside, sizeof outside, "%s/canary", here);
	make_link("volume/abs", outside);
	scoped(mount_table) *t = table_with_root();
	scoped_free char *before = canary();

	mount_ok(t, "/vol", "volume", 0);
	ARCHIVE(a);
	block_header(&a, "up", '2', "../../../../../../canary", 0);
	block_header(&a, "abs", '2', outside, 0);
	block_header(&a, "etc", '2', "/etc", 0);
	add_file(&a, "up/file", "evil");
	add_file(&a, "abs/file", "evil");
	add_file(&a, "etc/inside", "container's own");
	block_header(&a, "up", '5', "", 0);
	block_end(&a);
	unpack_fails(t, "/tmp", &a, -ENOENT, "up/file");
	ARCHIVE(b);
	add_file(&b, "abs/dir/file", "evil");
	block_end(&b);
	unpack_fails(t, "/vol", &b, -ENOENT, "abs/dir/file");
	ARCHIVE(c);
	block_header(&c, "etc", '2', "/etc", 0);
	add_file(&c, "etc/inside", "container's own");
	block_end(&c);
	unpack_ok(t, "/tmp", 0, &c);
	ASSERT(exists("root/etc/inside"));
	check_canary(before);
}

TEST(unpack_hard_links_that_lead_out)
{
	static const char *const targets[] = {"../canary/file", "a/../../../canary/file"};

	scratch_enter();
	make_dir("root/tmp");
	make_file("volume/file", "read only");
	scoped(mount_table) *t = table_with_root();
	scoped_free char *before = canary();

	mount_ok(t, "/tmp/vol", "volume", MOUNT_READONLY);
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		ARCHIVE(a);
		block_header(&a, "h", '1', targets[i], 0);
		block_end(&a);
		unpack_fails(t, "/tmp", &a, -EXDEV, "invalid hardlink");
	}
	ARCHIVE(through);
	block_header(&through, "up", '2', "../../canary", 0);
	block_header(&through, "h", '1', "up/file", 0);
	block_end(&through);
	unpack_fails(t, "/tmp", &through, -ENOENT, "cannot unpack h");
	ARCHIVE(other);
	block_header(&other, "h", '1', "vol/file", 0);
	block_end(&other);
	unpack_fails(t, "/tmp", &other, -EXDEV, "cannot unpack h");
	ASSERT(!exists("root/tmp/h"));
	check_canary(before);
}

TEST(unpack_respects_mounts)
{
	scratch_enter();
	make_file("volume/file", "old");
	make_file("single", "hosts");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/data/vol", "volume", MOUNT_READONLY);
	mount_ok(t, "/etc/hosts", "single", 0);
	ARCHIVE(write);
	add_file(&write, "data/vol/file", "new");
	block_end(&write);
	unpack_fails(t, "/", &write, -EROFS, "data/vol/file");
	ARCHIVE(through);
	block_header(&through, "l", '2', "data/vol", 0);
	add_file(&through, "l/file", "new");
	block_end(&through);
	unpack_fails(t, "/", &through, -EROFS, "l/file");
	ARCHIVE(parents);
	add_file(&parents, "data/vol/a/b/c", "new");
	block_end(&parents);
	unpack_fails(t, "/", &parents, -EROFS, "a/b/c");
	ARCHIVE(over);
	add_file(&over, "etc/hosts", "new");
	block_end(&over);
	unpack_fails(t, "/", &over, -EBUSY, "etc/hosts");
	ARCHIVE(above);
	add_file(&above, "data", "not a directory");
	block_end(&above);
	unpack_fails(t, "/", &above, -EBUSY, "data");
	ARCHIVE(same);
	block_header(&same, "data/vol", '5', "", 0);
	block_end(&same);
	unpack_fails(t, "/", &same, -EROFS, "data/vol");
	scoped_free char *text = snapshot("volume");
	ASSERT_STR(text, "100644 volume/file: old\n");
	scoped_free char *single = read_text("single");
	ASSERT_STR(single, "hosts");
}

TEST(unpack_refuses_devices)
{
	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	static const char types[] = {'3', '4'};

	for (size_t i = 0; i < sizeof types; i++) {
		ARCHIVE(a);
		block_header(&a, "node", types[i], "", 0);
		block_end(&a);
		unpack_fails(t, "/", &a, -EPERM, "device");
		ASSERT(!exists("root/node"));
	}
}

TEST(unpack_ten_gigabyte_hole)
{
	struct stat st;

	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	block_sparse(&a, "hole", INT64_C(10) << 30, "data", 4);
	block_end(&a);
	unpack_ok(t, "/", 0, &a);
	ASSERT_EQ(stat("root/hole", &st), 0);
	ASSERT_EQ(st.st_size, INT64_C(10) << 30);
	ASSERT(st.st_blocks < 64);
}

TEST(unpack_claimed_ten_gigabytes)
{
	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	block_header(&a, "huge", '0', "", INT64_C(10) << 30);
	block_data(&a, "that is all", 11);
	unpack_fails(t, "/", &a, -EBADMSG, "Truncated");
	ASSERT(!exists("root/huge"));
}

TEST(unpack_limits)
{
	scoped_error bytes = {0}, entries = {0};

	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	add_file(&a, "one", "12345");
	add_file(&a, "two", "12345");
	add_file(&a, "three", "12345");
	block_end(&a);
	ASSERT_EQ(unpack(t, "/", 0, &(struct unpack_limits){.bytes = 14}, &a, &bytes), -EFBIG);
	ASSERT_EQ(bytes.kind, ERROR_TOO_LARGE);
	ASSERT(!exists("root/three"));
	ASSERT_EQ(unpack(t, "/", 0, &(struct unpack_limits){.entries = 2}, &a, &entries), -E2BIG);
	ASSERT_EQ(entries.kind, ERROR_TOO_LARGE);
	ASSERT(!exists("root/three"));
	ASSERT_OK(unpack(t, "/", 0, &(struct unpack_limits){15, 3}, &a, NULL));
}

TEST(unpack_long_names)
{
	char longest[NAME_MAX + 1], longer[5001];

	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	memset(longest, 'n', NAME_MAX);
	longest[NAME_MAX] = '\0';
	memset(longer, 'n', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	ARCHIVE(fits);
	block_pax(&fits, "path", longest);
	block_header(&fits, "x", '0', "", 0);
	block_end(&fits);
	unpack_ok(t, "/", 0, &fits);
	ARCHIVE(a);
	block_pax(&a, "path", longer);
	block_header(&a, "x", '0', "", 0);
	block_end(&a);
	unpack_fails(t, "/", &a, -ENAMETOOLONG, "cannot unpack nnn");
	for (size_t i = 100; i < sizeof longer - 1; i += 100)
		longer[i] = '/';
	ARCHIVE(path);
	block_pax(&path, "path", longer);
	block_header(&path, "x", '0', "", 0);
	block_end(&path);
	unpack_fails(t, "/", &path, -ENAMETOOLONG, "cannot unpack nnn");
}

TEST(unpack_what_is_no_archive)
{
	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(junk);
	buf_puts(&junk, "{\"message\":\"no\"}");
	unpack_fails(t, "/", &junk, -EBADMSG, "invalid tar archive");
	ARCHIVE(empty);
	unpack_ok(t, "/", 0, &empty);
}

TEST(unpack_reads_its_source_to_the_end)
{
	scratch_enter();
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	add_file(&a, "x", "");
	block_end(&a);
	for (int i = 0; i < 100; i++)
		block_end(&a);
	struct memory m = {.data = a.data, .n = a.len, .piece = 512};
	ASSERT_OK(archive_unpack(t, "/", 0, NULL, memory_source, &m, NULL));
	ASSERT_EQ(m.n, 0);
}

static atomic_bool stop;

/* d is in turn a directory and a link out of the container. */
static void *
swap_directory(void *arg)
{
	(void)arg;
	while (!stop)
		renameat2(AT_FDCWD, "root/d", AT_FDCWD, "root/evil", RENAME_EXCHANGE);
	return NULL;
}

TEST(unpack_while_a_guest_swaps_links_in)
{
	pthread_t thread;

	scratch_enter();
	make_dir("root/d/dir");
	make_link("root/evil", "../canary");
	scoped(mount_table) *t = table_with_root();
	scoped_free char *before = canary();
	ARCHIVE(a);
	block_header(&a, "d/dir", '5', "", 0);
	add_file(&a, "d/file", "evil");
	add_file(&a, "d/dir/new", "evil");
	block_header(&a, "d/hard", '1', "d/file", 0);
	add_file(&a, "d/dir", "evil");
	block_end(&a);
	ASSERT_EQ(pthread_create(&thread, NULL, swap_directory, NULL), 0);
	for (int i = 0; i < 500; i++)
		unpack(t, "/", 0, NULL, &a, NULL);
	stop = true;
	pthread_join(thread, NULL);
	check_canary(before);
}

TEST(unpack_round_trip)
{
	scratch_enter();
	make_file("root/src/f", "data");
	make_link("root/src/l", "f");
	make_dir("root/src/d");
	ASSERT_EQ(link("root/src/f", "root/src/d/h"), 0);
	ASSERT_EQ(chmod("root/src/d", 01750), 0);
	make_dir("root/dst");
	scoped(mount_table) *t = table_with_root();
	ARCHIVE(a);
	ASSERT_OK(archive_pack(t, "/src/.", memory_sink, &a, NULL));
	unpack_ok(t, "/dst", 0, &a);
	ASSERT_EQ(chdir("root/src"), 0);
	scoped_free char *expected = snapshot(".");
	ASSERT_EQ(chdir("../dst"), 0);
	scoped_free char *got = snapshot(".");
	ASSERT_STR(got, expected);
}
