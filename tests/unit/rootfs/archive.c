#include "rootfs/archive.h"

#include "base/scope.h"
#include "memory.h"
#include "rootfs/owner.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DIRECTORY (1u << 31)
#define SYMLINK (1u << 27)

static struct path_stat
stat_ok(const struct mount_table *t, const char *path)
{
	struct path_stat st;
	scoped_error e = {0};

	if (archive_stat(t, path, &st, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	return st;
}

static void
check_stat(const struct mount_table *t, const char *path, const char *name, uint32_t mode,
	const char *link)
{
	struct path_stat st = stat_ok(t, path);

	ASSERT_STR(st.name, name);
	ASSERT_EQ(st.mode, mode);
	ASSERT_STR(st.link, link);
}

TEST(archive_stat_as_docker)
{
	scoped_error e = {0};
	struct path_stat st;

	scratch_enter();
	make_file("root/etc/motd", "hello");
	make_link("root/l", "etc/../etc/motd");
	make_link("root/dir", "/etc");
	make_link("root/etc/up", "../../../../outside");
	make_link("root/etc/gone", "none/./at//all/..");
	make_file("outside", "");
	scoped(mount_table) *t = table_with_root();

	check_stat(t, "/etc/motd", "motd", 0644, "");
	check_stat(t, "etc/motd", "motd", 0644, "");
	check_stat(t, "/etc", "etc", DIRECTORY | 0755, "");
	check_stat(t, "/etc/", "etc", DIRECTORY | 0755, "");
	check_stat(t, "/etc/.", ".", DIRECTORY | 0755, "");
	check_stat(t, "/", "/", DIRECTORY | 0755, "");
	check_stat(t, "/etc/../etc/motd", "motd", 0644, "");
	check_stat(t, "/l", "l", SYMLINK | 0777, "/etc/motd");
	check_stat(t, "/dir", "dir", SYMLINK | 0777, "/etc");
	check_stat(t, "/dir/", "dir", DIRECTORY | 0755, "");
	check_stat(t, "/dir/.", ".", DIRECTORY | 0755, "");
	check_stat(t, "/dir/motd", "motd", 0644, "");
	check_stat(t, "/etc/up", "up", SYMLINK | 0777, "/outside");
	check_stat(t, "/etc/gone", "gone", SYMLINK | 0777, "/etc/none/at");
	ASSERT_EQ(stat_ok(t, "/etc/motd").size, 5);
	ASSERT_EQ(archive_stat(t, "/none", &st, &e), -ENOENT);
	ASSERT_EQ(e.kind, ERROR_NOT_FOUND);
}

TEST(archive_stat_modes)
{
	scratch_enter();
	make_dir("root/tmp");
	ASSERT_EQ(chmod("root/tmp", 01777), 0);
	ASSERT_EQ(mkfifo("root/fifo", 0600), 0);
	scoped(mount_table) *t = table_with_root();

	check_stat(t, "/tmp", "tmp", DIRECTORY | 1u << 20 | 0777, "");
	check_stat(t, "/fifo", "fifo", 1u << 25 | 0600, "");
}

/* The archive's entries as text. */
static char *
packed(const struct mount_table *t, const char *path)
{
	scoped_error e = {0};
	scoped_buf out;
	int r;

	buf_init(&out, 1 << 20);
	if (path)
		r = archive_pack(t, path, memory_sink, &out, &e);
	else
		r = archive_pack_root(t, memory_sink, &out, &e);
	if (r < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
	return list(out.data, out.len, out.len + 1);
}

TEST(pack_names_by_the_path_asked_for)
{
	scratch_enter();
	make_file("root/data/d/f", "text");
	make_link("root/l", "data/d");
	scoped(mount_table) *t = table_with_root();

	scoped_free char *file = packed(t, "/data/d/f");
	ASSERT_STR(file, "f 644 0:0 4 f 0:text\n");
	scoped_free char *dir = packed(t, "/data/d");
	ASSERT_STR(dir, "d 755 0:0 0 d/\nf 644 0:0 4 d/f 0:text\n");
	scoped_free char *dot = packed(t, "/data/d/.");
	ASSERT_STR(dot, "d 755 0:0 0 ./\nf 644 0:0 4 ./f 0:text\n");
	scoped_free char *link = packed(t, "/l");
	ASSERT_STR(link, "l 777 0:0 0 l -> data/d\n");
	scoped_free char *through = packed(t, "/l/");
	ASSERT_STR(through, "d 755 0:0 0 l/\nf 644 0:0 4 l/f 0:text\n");
	scoped_free char *root = packed(t, "/");
	ASSERT_STR(root, "d 755 0:0 0 /\nd 755 0:0 0 /data/\nd 755 0:0 0 /data/d/\nf 644 0:0 4 "
			 "/data/d/f 0:text\n"
			 "l 777 0:0 0 /l -> data/d\n");
}

static void
make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	scoped_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	ASSERT_EQ(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
}

TEST(pack_kinds_links_and_owners)
{
	scratch_enter();
	make_file("outside", "secret");
	make_file("root/d/a", "data");
	ASSERT_EQ(link("root/d/a", "root/d/b"), 0);
	make_link("root/d/out", "../../outside");
	ASSERT_EQ(mkfifo("root/d/p", 0600), 0);
	make_socket("root/d/s");
	scoped(mount_table) *t = table_with_root();
	scoped_fd int fd = open("root/d/a", O_RDONLY | O_CLOEXEC);

	ASSERT_OK(owner_put(fd, &(struct owner){0, 0, 0644}));
	scoped_free char *text = packed(t, "/d");
	ASSERT_STR(text, "d 755 0:0 0 d/\nf 644 0:0 4 d/a 0:data\nh 644 0:0 0 d/b -> d/a\nl 777 "
			 "0:0 0 d/out -> ../../outside\n"
			 "p 600 0:0 0 d/p\n");
	ASSERT_OK(owner_put(fd, &(struct owner){7, 8, 04400}));
	scoped_free char *owned = packed(t, "/d/a");
	if (!strstr(owned, "7:8"))
		SKIP("the file system has no user attributes");
	ASSERT_STR(owned, "f 4400 7:8 4 a 0:data\n");
}

TEST(pack_goes_into_mounts_but_export_does_not)
{
	scratch_enter();
	make_file("volume/v", "vol");
	make_file("root/d/f", "");
	make_file("single", "127.0.0.1");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/d/vol", "volume", MOUNT_READONLY);
	mount_ok(t, "/d/hosts", "single", 0);
	mount_ok(t, "/proc", "", MOUNT_VIRTUAL);
	scoped_free char *text = packed(t, "/d");
	ASSERT_STR(text, "d 755 0:0 0 d/\nf 644 0:0 0 d/f\nf 644 0:0 9 d/hosts 0:127.0.0.1\nd 755 "
			 "0:0 0 d/vol/\n"
			 "f 644 0:0 3 d/vol/v 0:vol\n");
	scoped_free char *root = packed(t, NULL);
	ASSERT_STR(root, "d 755 0:0 0 d/\nf 644 0:0 0 d/f\nf 644 0:0 0 d/hosts\nd 755 0:0 0 "
			 "d/vol/\nd 755 0:0 0 proc/\n");
}

TEST(pack_errors)
{
	scoped_error missing = {0}, virtual = {0}, deep = {0};
	scoped_buf out;

	buf_init(&out, 1 << 20);
	scratch_enter();
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/proc", "", MOUNT_VIRTUAL);
	ASSERT_EQ(archive_pack(t, "/none", memory_sink, &out, &missing), -ENOENT);
	ASSERT_EQ(missing.kind, ERROR_NOT_FOUND);
	ASSERT_EQ(archive_pack(t, "/proc/self", memory_sink, &out, &virtual), -ENOENT);
	ASSERT_EQ(out.len, 0);
	make_dir("root/t");
	scoped_fd int at = open("root/t", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < 300; i++) {
		int next;

		ASSERT_EQ(mkdirat(at, "d", 0755), 0);
		next = openat(at, "d", O_RDONLY | O_CLOEXEC);
		close(at);
		at = next;
	}
	ASSERT_EQ(archive_pack(t, "/t", memory_sink, &out, &deep), -ENAMETOOLONG);
}

static int
closed_sink(void *arg, const void *data, size_t n)
{
	(void)arg;
	(void)data;
	(void)n;
	return -EPIPE;
}

TEST(pack_stops_when_nobody_reads)
{
	scoped_error e = {0};

	scratch_enter();
	make_file("root/f", "x");
	scoped(mount_table) *t = table_with_root();

	ASSERT_EQ(archive_pack(t, "/f", closed_sink, NULL, &e), -EPIPE);
}
