/* A process that may no longer open host paths outside its mounts, as the sandbox, goes on by their descriptors. */
#include "base/scope.h"
#include "rootfs/owner.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RIGHTS                                                              \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |     \
		LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
		LANDLOCK_ACCESS_FS_MAKE_DIR)

/* Leaves what is beneath path and nothing else. */
static bool
restrict_to(const char *path)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = RIGHTS};
	struct landlock_path_beneath_attr beneath = {.allowed_access = RIGHTS};
	scoped_fd int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	scoped_fd int fd = open(path, O_PATH | O_CLOEXEC);

	if (rules < 0)
		return false;
	beneath.parent_fd = fd;
	ASSERT_EQ(
		syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0), 0);
	ASSERT_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ASSERT_EQ(syscall(SYS_landlock_restrict_self, rules, 0), 0);
	return true;
}

static void
work_inside(const struct mount_table *t)
{
	struct place p;
	struct stat st;
	int fd;

	ASSERT_EQ(open("outside", O_RDONLY | O_CLOEXEC), -1);
	ASSERT_EQ(errno, EACCES);
	fd = lookup_open(t, "/", "/l", O_RDWR, 0, NULL);
	ASSERT_OK(fd);
	close(fd);
	fd = lookup_open(t, "/", "/single", O_RDWR, 0, NULL); /* by /proc/self/fd */
	ASSERT_OK(fd);
	close(fd);
	fd = lookup_open(t, "/", "/d/../new", O_RDWR | O_CREAT, 0, NULL);
	ASSERT_OK(fd);
	close(fd);
	ASSERT_OK(lookup(t, "/", "/new", 0, &p));
	ASSERT_OK(owner_chmod(p.fd, 0644));
	ASSERT_OK(owner_set(p.fd, 5, 5));
	ASSERT_EQ(fstat(p.fd, &st), 0);
	ASSERT_OK(owner_apply(p.fd, &st));
	place_clear(&p);
}

TEST(landlock_leaves_the_mounts_usable)
{
	int status;
	pid_t pid;

	scratch_enter();
	make_file("root/d/f", "");
	make_link("root/l", "d/f");
	make_file("root/file", "");
	make_file("outside", "");
	scoped(mount_table) *t = table_with_root();

	mount_ok(t, "/single", "root/file", 0);
	pid = fork();
	ASSERT(pid >= 0);
	if (pid == 0) {
		if (!restrict_to("root"))
			_exit(77);
		work_inside(t);
		_exit(0);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		SKIP("no Landlock in this kernel");
	ASSERT_EQ(status, 0);
}
