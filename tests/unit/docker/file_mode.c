#include "test.h"

#include "docker/file_mode.h"

#include <sys/stat.h>

/* The two directory and file values are those that Docker Engine answered for /tmp and a file in it. */
TEST(modes_are_gos)
{
	ASSERT_EQ(file_mode_to_api(S_IFREG | 0644), 420);
	ASSERT_EQ(file_mode_to_api(S_IFDIR | S_ISVTX | 0777), 1ull << 31 | 1ull << 20 | 0777);
	ASSERT_EQ(file_mode_to_api(S_IFDIR | 0755), 2147484141);
	ASSERT_EQ(file_mode_to_api(S_IFLNK | 0777), 1ull << 27 | 0777);
	ASSERT_EQ(file_mode_to_api(S_IFREG | S_ISUID | S_ISGID | 0755),
		1ull << 23 | 1ull << 22 | 0755);
	ASSERT_EQ(file_mode_to_api(S_IFCHR | 0666), 1ull << 26 | 1ull << 21 | 0666);
	ASSERT_EQ(file_mode_to_api(S_IFIFO | 0600), 1ull << 25 | 0600);
}
