#include "base/dir.h"
#include "base/str.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(dir_makes_what_is_missing)
{
	char top[] = "/tmp/dir-test-XXXXXX", path[64], file[64];
	struct error e = {0};
	struct stat st;
	int fd;

	umask(022);
	ASSERT(mkdtemp(top));
	ASSERT_OK(str_format(path, sizeof(path), "%s/a/b/", top));
	ASSERT_OK(dir_make_all(path, 0700, &e));
	ASSERT_OK(stat(path, &st));
	ASSERT_EQ(st.st_mode & 07777, 0755); /* with a slash behind it, it was one of those above */
	ASSERT_OK(str_format(path, sizeof(path), "%s/a/c", top));
	ASSERT_OK(dir_make_all(path, 0700, &e));
	ASSERT_OK(dir_make_all(path, 0755, &e));
	ASSERT_OK(stat(path, &st));
	ASSERT_EQ(st.st_mode & 07777, 0700);

	ASSERT_OK(str_format(file, sizeof(file), "%s/f", top));
	fd = open(file, O_CREAT | O_WRONLY, 0600);
	ASSERT_OK(fd);
	close(fd);
	ASSERT_OK(str_format(path, sizeof(path), "%s/f/x", top));
	ASSERT_EQ(dir_make_all(path, 0700, &e), -ENOTDIR);
	ASSERT(str_starts(e.message, "cannot make "));
	error_clear(&e);
	unlink(file);
	for (const char *const *name = (const char *const[]){"/a/b", "/a/c", "/a", "", NULL}; *name;
		name++) {
		ASSERT_OK(str_format(path, sizeof(path), "%s%s", top, *name));
		ASSERT_OK(rmdir(path));
	}
}
