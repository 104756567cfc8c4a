#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

TEST(mount_makes_missing_points)
{
	scratch_enter();
	make_dir("volume");
	make_file("single", "");
	scoped(mount_table) *t = table_with_root();

	umask(077);
	mount_ok(t, "/srv/deep/data", "volume", 0);
	mount_ok(t, "/etc/hosts", "single", 0);
	ASSERT_EQ(mode_of("root/srv/deep"), 0755);
	ASSERT_EQ(mode_of("root/srv/deep/data"), 0755);
	ASSERT_EQ(mode_of("root/etc/hosts"), 0644);
	ASSERT_EQ(mount_count(t), 3);
	ASSERT_EQ(mount_at(t, 1)->flags, 0);
	ASSERT_EQ(mount_at(t, 2)->flags, MOUNT_FILE);
	ASSERT_STR(mount_at(t, 2)->guest, "/etc/hosts");
}

TEST(mount_resolves_links_to_its_point)
{
	scratch_enter();
	make_dir("volume");
	make_dir("root/run");
	make_link("root/var/run", "../run");
	make_link("root/out", "../../..");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/var/run/app", "volume", 0);
	ASSERT_STR(mount_at(t, 1)->guest, "/run/app");
	mount_ok(t, "/out/new/", "volume", 0);
	ASSERT_STR(mount_at(t, 2)->guest, "/new");
	ASSERT(exists("root/new"));
	ASSERT(!exists("new"));
}

TEST(mount_on_a_readonly_mount_needs_a_point)
{
	scoped_error e = {0};

	scratch_enter();
	make_dir("volume/there");
	make_dir("other");
	make_dir("root");
	scoped(mount_table) *t = mount_table_new();

	mount_ok(t, "/", "root", MOUNT_READONLY);
	mount_ok(t, "/data", "volume", MOUNT_READONLY);
	mount_ok(t, "/data/there", "other", 0);
	ASSERT_EQ(mount_add(t, "/data/missing", "other", "bind", 0, &e), -EROFS);
	ASSERT_EQ(e.kind, ERROR_FORBIDDEN);
	ASSERT(!exists("volume/missing"));
	ASSERT_EQ(mount_count(t), 3);
}

TEST(mount_refuses_what_does_not_fit)
{
	scoped_error missing = {0}, kind = {0}, reverse = {0}, root = {0};

	scratch_enter();
	make_dir("root/dir");
	make_file("root/file", "");
	make_dir("volume");
	make_file("single", "");
	scoped(mount_table) *t = table_with_root();
	scoped(mount_table) *none = mount_table_new();

	ASSERT_EQ(mount_add(t, "/x", "none", "bind", 0, &missing), -ENOENT);
	ASSERT(!exists("root/x"));
	ASSERT_EQ(mount_add(t, "/file", "volume", "bind", 0, &kind), -ENOTDIR);
	ASSERT_EQ(mount_add(t, "/dir", "single", "bind", 0, &reverse), -ENOTDIR);
	ASSERT_EQ(mount_add(none, "/", "single", "root", 0, &root), -ENOTDIR);
	ASSERT(strstr(error_message(&missing), "none"));
}

TEST(mount_stays_when_the_host_renames)
{
	scoped_free char *text = NULL;
	int fd;

	scratch_enter();
	make_file("volume/file", "first");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/data", "volume", 0);
	ASSERT_EQ(rename("volume", "gone"), 0);
	make_file("volume/file", "second");
	fd = lookup_open(t, "/", "/data/file", O_RDONLY, 0, NULL);
	ASSERT_OK(fd);
	text = calloc(1, 16);
	ASSERT_EQ(read(fd, text, 15), 5);
	ASSERT_STR(text, "first");
	close(fd);
}

TEST(mount_later_hides_earlier)
{
	struct place p;

	scratch_enter();
	make_file("one/1", "");
	make_file("two/2", "");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/data", "one", 0);
	mount_ok(t, "/data", "two", 0);
	ASSERT_EQ(lookup(t, "/", "/data/1", 0, &p), -ENOENT);
	ASSERT_OK(lookup(t, "/", "/data/2", 0, &p));
	place_clear(&p);
}

TEST(mount_makes_what_a_dangling_link_means)
{
	scratch_enter();
	make_file("socket", "");
	make_link("root/var/run", "/run");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/var/run/docker.sock", "socket", 0);
	ASSERT_STR(mount_at(t, 1)->guest, "/run/docker.sock");
}
