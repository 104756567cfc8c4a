/* A guest that renames and replaces under our feet must never lead us out of its tree. */
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static atomic_bool stop;

/* d is in turn a directory, and a link out of the tree as far as the host's view of it goes. */
static void *
swap_directory(void *arg)
{
	(void)arg;
	while (!stop) {
		renameat2(AT_FDCWD, "root/d", AT_FDCWD, "root/evil", RENAME_EXCHANGE);
		renameat2(AT_FDCWD, "root/a/b", AT_FDCWD, "root/away", RENAME_EXCHANGE);
	}
	return NULL;
}

static void
check_inside(const struct mount_table *t, const char *path, const struct stat *secret)
{
	struct place p;
	struct stat st;
	int fd;

	if (lookup(t, "/", path, 0, &p) == 0) {
		ASSERT_EQ(fstat(p.fd, &st), 0);
		ASSERT(st.st_ino != secret->st_ino);
		ASSERT_EQ(fstat(p.dir, &st), 0);
		ASSERT(st.st_ino != secret->st_ino);
		place_clear(&p);
	}
	fd = lookup_open(t, "/", path, O_RDWR | O_CREAT, 0600, NULL);
	if (fd >= 0) {
		ASSERT_EQ(fstat(fd, &st), 0);
		ASSERT(st.st_ino != secret->st_ino);
		close(fd);
	}
}

TEST(race_never_leaves_the_table)
{
	struct stat secret;
	pthread_t thread;

	scratch_enter();
	make_file("outside/file", "secret");
	make_file("outside/fresh/x", "");
	make_dir("root/d");
	make_dir("root/a/b/c/d/e");
	make_dir("root/away/x");
	make_link("root/evil", "../outside");
	make_link("root/a/up", "b/c/d/e/../../../../../../outside");
	scoped(mount_table) *t = table_with_root();
	scoped_free char *before = snapshot("outside");

	mount_ok(t, "/mnt", "root/a", 0);
	ASSERT_EQ(stat("outside/file", &secret), 0);
	ASSERT_EQ(pthread_create(&thread, NULL, swap_directory, NULL), 0);
	for (int i = 0; i < 1500; i++) {
		check_inside(t, "/d/file", &secret);
		check_inside(t, "/evil/file", &secret);
		check_inside(t, "/d/../../outside/file", &secret);
		check_inside(t, "/a/b/c/d/e/../../../../../../outside/file", &secret);
		check_inside(t, "/a/up/file", &secret);
		check_inside(t, "/mnt/b/c/../../../../outside/file", &secret);
	}
	stop = true;
	pthread_join(thread, NULL);
	scoped_free char *after = snapshot("outside");
	ASSERT_STR(after, before);
}
